/** The largest savings the workspace's own hours hold, one line a model of a project: for the overview. */
import { subtractUsd, type Usd, usdToText } from '../money/usd'
import type { MixChoice, MixLine } from '../simulate/replay/cheapest-mix'
import { perMonth } from '../simulate/simulation'
import { isoOf, type Period } from '../time/instant'

const SHOWN = 5

export interface SavingLine {
  readonly host: string
  readonly model: string
  readonly project: string | null
  readonly target: { readonly host: string; readonly model: string }
  readonly requests: string
  /** A month, exact decimal text in dollars. */
  readonly before: string
  readonly saving: { readonly low: string; readonly likely: string; readonly high: string }
}

export interface SavingsView {
  readonly from: string
  readonly to: string
  readonly targets: number
  readonly lines: readonly SavingLine[]
}

export function publicSavings(mix: {
  readonly period: Period
  readonly lines: readonly MixLine[]
  readonly targets: number
}): SavingsView {
  const monthly = (amount: Usd) => usdToText(perMonth(amount, mix.period))
  const saved = (line: Moved) => subtractUsd(line.before, line.choice.likely)
  const moved = mix.lines.filter(isMoved).sort((a, b) => (saved(a) === saved(b) ? 0 : saved(a) < saved(b) ? 1 : -1))
  return {
    from: isoOf(mix.period.startMs),
    to: isoOf(mix.period.endMs),
    targets: mix.targets,
    lines: moved.slice(0, SHOWN).map((line) => ({
      host: line.host,
      model: line.model,
      project: line.project,
      target: { host: line.choice.target.host, model: line.choice.target.model },
      requests: line.requests.toString(),
      before: monthly(line.before),
      saving: {
        low: monthly(subtractUsd(line.before, line.choice.high)),
        likely: monthly(saved(line)),
        high: monthly(subtractUsd(line.before, line.choice.low)),
      },
    })),
  }
}

type Moved = MixLine & { readonly choice: MixChoice }

function isMoved(line: MixLine): line is Moved {
  return line.choice !== null
}
