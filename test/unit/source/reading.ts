import type { SavedMapping } from '../../../lib/core/source/mapping/spec'
import { openSource, type SourceRow } from '../../../lib/core/source/open-source'
import type { RejectCode } from '../../../lib/core/source/reject'
import type { CostRecord } from '../../../lib/core/usage/cost-record'
import type { UsageRecord } from '../../../lib/core/usage/record'

export const NOW_MS = Date.UTC(2026, 10, 23, 12)

export interface Reading {
  readonly problem: string | null
  readonly format: string | null
  readonly generation: string | null
  readonly note: string | null
  readonly rows: number
  readonly notRows: number
  readonly records: readonly UsageRecord[]
  /** Of a file of billed cost, which has no usage records. */
  readonly costs?: readonly CostRecord[]
  readonly rejects: readonly {
    line: number
    byteOffset: number
    code: RejectCode
    column: string | null
    raw: string
  }[]
}

interface ReadHow {
  readonly format?: string
  readonly host?: string
  readonly timeZone?: string
  readonly nowMs?: number
  readonly mapping?: SavedMapping
  readonly mappings?: readonly SavedMapping[]
  /** Sizes of the chunks in turn; the whole file at once without it. */
  readonly chunks?: readonly number[]
}

const NOTHING = { format: null, generation: null, note: null, rows: 0, notRows: 0, records: [], rejects: [] }

/** Reads a whole file as the importer does. */
export function readAll(file: string | Uint8Array, how: ReadHow = {}): Reading {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
  const opened = openSource(bytes.subarray(0, 262_144), bytes.length <= 262_144, {
    format: how.format ?? null,
    host: how.host ?? null,
    timeZone: how.timeZone ?? null,
    nowMs: how.nowMs ?? NOW_MS,
    mapping: how.mapping ?? null,
    mappings: how.mappings ?? [],
  })
  if (!opened.ok) return { ...NOTHING, problem: opened.error.code }
  const reader = opened.value
  const records: UsageRecord[] = []
  const rejects: Reading['rejects'][number][] = []
  const costs: CostRecord[] = []
  const take = <Fact>(rows: Iterable<SourceRow<Fact>>, into: Fact[]) => {
    for (const row of rows) {
      if (row.result.ok) into.push(...row.result.value)
      else {
        const { code, column } = row.result.error
        rejects.push({ line: row.line, byteOffset: row.byteOffset, code, column, raw: row.raw() })
      }
    }
  }
  const step = (chunk: Uint8Array | null): string | null => {
    if (reader.layer === 'billed') {
      const rows = chunk === null ? reader.end() : reader.push(chunk)
      if (rows.ok) take(rows.value, costs)
      return rows.ok ? null : rows.error.code
    }
    const rows = chunk === null ? reader.end() : reader.push(chunk)
    if (rows.ok) take(rows.value, records)
    return rows.ok ? null : rows.error.code
  }
  let problem: string | null = null
  let at = 0
  let turn = 0
  while (at < bytes.length && problem === null) {
    const size = how.chunks === undefined ? bytes.length : Math.max(1, how.chunks[turn % how.chunks.length] ?? 1)
    // A buffer that is overwritten afterwards, as a file reader's is.
    const chunk = bytes.slice(at, at + size)
    problem = step(chunk)
    chunk.fill(0x3f)
    at += size
    turn += 1
  }
  problem ??= step(null)
  const { rows, notRows } = reader.counters
  return {
    problem,
    format: reader.format,
    generation: reader.generation,
    note: reader.note?.code ?? null,
    rows,
    notRows,
    records,
    ...(reader.layer === 'billed' ? { costs } : {}),
    rejects,
  }
}
