/** Where the moved calls of a question are today, by project and in tokens: by that a receipt prices what is made later. */

import { type MoveSelect, selects } from './replay/move-select'
import type { MovedLine } from './replay/replay-hours'
import { isEmbedding } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'

export interface FormerShare {
  readonly project: string | null
  readonly host: string
  readonly model: string
  /** Prompt and output together. */
  readonly tokens: bigint
}

/** `moved` names what a host took; null for own GPUs, which take what is selected and fits. Most tokens first. */
export function formerMixOf(
  slices: readonly UsageSlice[],
  moves: readonly MoveSelect[],
  moved: readonly Pick<MovedLine, 'project' | 'host' | 'model'>[] | null,
): FormerShare[] {
  const keyOf = (line: Pick<MovedLine, 'project' | 'host' | 'model'>) =>
    JSON.stringify([line.project, line.host, line.model])
  const allowed = moved === null ? null : new Set(moved.map(keyOf))
  const sums = new Map<string, { -readonly [K in keyof FormerShare]: FormerShare[K] }>()
  for (const slice of slices) {
    const { project, host, model, quantities: q } = slice
    if (slice.cost === null || isEmbedding(model) || !moves.some((select) => selects(select, slice))) continue
    const key = keyOf(slice)
    if (allowed !== null && !allowed.has(key)) continue
    const tokens = q.input + q.cacheRead + q.cacheWrite5m + q.cacheWrite1h + q.output
    if (tokens === 0n) continue
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, { project, host, model, tokens })
    else sum.tokens += tokens
  }
  return [...sums.values()].sort((a, b) => (a.tokens > b.tokens ? -1 : a.tokens < b.tokens ? 1 : 0))
}
