'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { t } from '../messages/en'
import type { Refusal } from './request'
import { uploadFile } from './upload'

export interface Upload {
  readonly key: string
  readonly file: File
  readonly phase: 'queued' | 'hashing' | 'sending' | 'waiting' | 'refused'
  readonly sent: number
  /** Id of the import once the server knows of it. */
  readonly importId: string | null
  readonly refusal: Refusal | null
}

/** Uploads at the same time. More would only share the same line and hold the browser's few connections. */
const AT_ONCE = 2

/** Files on their way to the server. One that the server accepted leaves the list: it is an import then. */
export function useUploads(onAccepted: (id: string) => void) {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const stops = useRef(new Map<string, () => void>())
  const count = useRef(0)

  const change = useCallback((key: string, part: Partial<Upload>) => {
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)))
  }, [])
  const remove = useCallback((key: string) => {
    stops.current.get(key)?.()
    stops.current.delete(key)
    setUploads((all) => all.filter((one) => one.key !== key))
  }, [])

  const add = useCallback((files: readonly File[]) => {
    const added = files.map((file): Upload => {
      count.current += 1
      const refusal = file.size === 0 ? { what: t.imports.emptyFile, remedy: t.imports.emptyFileRemedy } : null
      return {
        key: String(count.current),
        file,
        phase: refusal === null ? 'queued' : 'refused',
        sent: 0,
        importId: null,
        refusal,
      }
    })
    setUploads((all) => [...all, ...added])
  }, [])

  const retry = useCallback(
    (key: string) => {
      stops.current.delete(key)
      change(key, { phase: 'queued', sent: 0, importId: null, refusal: null })
    },
    [change],
  )

  useEffect(() => {
    const running = uploads.filter((one) => stops.current.has(one.key) && one.phase !== 'refused').length
    const next = uploads.filter((one) => one.phase === 'queued').slice(0, Math.max(0, AT_ONCE - running))
    for (const { key, file } of next) {
      if (stops.current.has(key)) continue
      stops.current.set(
        key,
        uploadFile(file, {
          onHashing: () => change(key, { phase: 'hashing' }),
          onSent: (sent, importId) => change(key, { phase: 'sending', sent, importId }),
          onWaiting: () => change(key, { phase: 'waiting' }),
          onAccepted: (id) => {
            // It is over: there is nothing to stop any more.
            stops.current.delete(key)
            remove(key)
            onAccepted(id)
          },
          onRefused: (refusal) => change(key, { phase: 'refused', refusal }),
        }),
      )
    }
  }, [uploads, change, remove, onAccepted])

  return { uploads, add, remove, retry }
}
