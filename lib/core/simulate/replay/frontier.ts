/**
 * Saving against share moved: what each model and project would save, taken in the order that saves most for each dollar
 * moved. No other order saves more at any share.
 */
import { addUsd, subtractUsd, type Usd, ZERO_USD } from '../../money/usd'
import type { MovedLine } from './replay-hours'

export interface FrontierStep {
  readonly host: string
  readonly model: string
  readonly project: string | null
  readonly target: string
  /** What these calls cost today, and what moving all of them that can move saves. */
  readonly before: Usd
  readonly saving: Usd
  /** With all steps up to here. */
  readonly movedBefore: Usd
  readonly savingSoFar: Usd
}

/** `lines` are whole: every share moved in full. */
export function frontierOf(lines: readonly MovedLine[]): FrontierStep[] {
  const units = lines
    .map((line) => ({ line, saving: subtractUsd(line.before, line.after) }))
    .sort((a, b) => {
      const difference = b.saving * a.line.before - a.saving * b.line.before
      if (difference !== 0n) return difference > 0n ? 1 : -1
      return a.line.before === b.line.before ? 0 : a.line.before < b.line.before ? 1 : -1
    })
  let movedBefore = ZERO_USD
  let savingSoFar = ZERO_USD
  return units.map(({ line, saving }) => {
    movedBefore = addUsd(movedBefore, line.before)
    savingSoFar = addUsd(savingSoFar, saving)
    const { host, model, project, target, before } = line
    return { host, model, project, target, before, saving, movedBefore, savingSoFar }
  })
}
