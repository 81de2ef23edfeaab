'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type ProgressSample, sampleOf } from '../../../lib/core/report/import-progress'
import { type ImportView, isRunning } from '../../../lib/core/report/import-view'
import { fetchImport, importViewOf, parsed } from './request'

/** A browser gives a host six connections: more streams than this would starve the page itself. */
const STREAMS_MAX = 2
const POLL_MS = 2_500
/** The speed is taken over this long, so that it neither jumps nor lags. */
const SPEED_WINDOW_MS = 4_000

/**
 * Imports with their latest counts. Running ones are followed by the server's event stream, the rest of them by asking
 * again; a stream that breaks is resumed by the browser. `onFinished` is called once for each that ends while watched.
 */
export function useLiveImports(initial: readonly ImportView[], onFinished: (view: ImportView) => void) {
  const [changes, setChanges] = useState<ReadonlyMap<string, ImportView>>(new Map())
  const samples = useRef(new Map<string, ProgressSample[]>())
  const running = useRef(new Set<string>())

  const take = useCallback(
    (view: ImportView) => {
      const now = performance.now()
      const kept = (samples.current.get(view.id) ?? []).filter((one) => now - one.atMs < SPEED_WINDOW_MS * 2)
      samples.current.set(view.id, [...kept, sampleOf(view, now)])
      setChanges((map) => new Map(map).set(view.id, view))
      if (isRunning(view.status)) running.current.add(view.id)
      else if (running.current.delete(view.id)) onFinished(view)
    },
    [onFinished],
  )

  const views = merge(initial, changes)
  const following = views.filter((view) => isRunning(view.status)).map((view) => view.id)
  const followed = following.join(' ')

  useEffect(() => {
    const ids = followed === '' ? [] : followed.split(' ')
    for (const id of ids) running.current.add(id)
    const streamed = ids.slice(-STREAMS_MAX)
    const streams = streamed.map((id) => {
      const stream = new EventSource(`/api/v1/imports/${encodeURIComponent(id)}/events`)
      const onEvent = (event: MessageEvent<unknown>) => {
        const view = typeof event.data === 'string' ? importViewOf(parsed(event.data)) : null
        if (view !== null) take(view)
      }
      stream.addEventListener('message', onEvent)
      stream.addEventListener('import', onEvent)
      return stream
    })
    const ask = async (id: string) => {
      try {
        const view = await fetchImport(id)
        if (view !== null) take(view)
      } catch {
        // The server is away for a moment; the next turn asks again.
      }
    }
    // Streams are asked about too, seldom: a proxy may hold events back.
    let turn = 0
    const timer = setInterval(() => {
      turn += 1
      for (const id of ids) if (!streamed.includes(id) || turn % 4 === 0) void ask(id)
    }, POLL_MS)
    return () => {
      clearInterval(timer)
      for (const stream of streams) stream.close()
    }
  }, [followed, take])

  const watch = useCallback(
    async (id: string) => {
      running.current.add(id)
      try {
        const view = await fetchImport(id)
        if (view !== null) take(view)
      } catch {
        // The upload itself was acknowledged; the list has it after the next load.
      }
    },
    [take],
  )

  /** A sample of a few seconds ago, for the speed. */
  const earlierSample = useCallback((id: string): ProgressSample | null => {
    const all = samples.current.get(id)
    const now = performance.now()
    return all?.find((one) => now - one.atMs <= SPEED_WINDOW_MS) ?? null
  }, [])

  return { views, watch, take, earlierSample }
}

/** Newest first. What came by stream is newer than the page, until the page itself shows the import ended (or undone). */
function merge(initial: readonly ImportView[], changes: ReadonlyMap<string, ImportView>): readonly ImportView[] {
  const all = new Map(changes)
  for (const view of initial) {
    if (!isRunning(view.status) || !all.has(view.id)) all.set(view.id, view)
  }
  return [...all.values()].sort((a, b) => b.no - a.no)
}
