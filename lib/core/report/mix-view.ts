/** The public form of a cheapest mix. */
import { addUsd, subtractUsd, sumUsd, type Usd, usdToText, ZERO_USD } from '../money/usd'
import { QUALITY_CHECKED_ON } from '../simulate/advisor/quality-index'
import { qualityOfName } from '../simulate/quality/quality-of-name'
import type { MixLine } from '../simulate/replay/cheapest-mix'
import { perMonth } from '../simulate/simulation'
import { isoOf, type Period } from '../time/instant'

export function publicMix({ period, lines, targets }: { period: Period; lines: readonly MixLine[]; targets: number }) {
  const baseline = sumUsd(lines.map((line) => line.before))
  const at = (end: 'low' | 'likely' | 'high') =>
    sumUsd(lines.map((line) => (line.choice === null ? line.before : line.choice[end])))
  const cost = { low: at('low'), likely: at('likely'), high: at('high') }
  const monthly = (amount: Usd) => usdToText(perMonth(amount, period))
  const forgone = (reason: 'data_residency' | 'quality_floor') =>
    lines.reduce((sum, line) => (line.forgone?.reason === reason ? addUsd(sum, line.forgone.saving) : sum), ZERO_USD)
  return {
    from: isoOf(period.startMs),
    to: isoOf(period.endMs),
    currency: 'USD',
    targets,
    baseline_cost: usdToText(baseline),
    target_cost: { low: usdToText(cost.low), likely: usdToText(cost.likely), high: usdToText(cost.high) },
    saving: {
      low: usdToText(subtractUsd(baseline, cost.high)),
      likely: usdToText(subtractUsd(baseline, cost.likely)),
      high: usdToText(subtractUsd(baseline, cost.low)),
    },
    per_month: {
      baseline_cost: monthly(baseline),
      target_cost: monthly(cost.likely),
      saving: {
        low: monthly(subtractUsd(baseline, cost.high)),
        likely: monthly(subtractUsd(baseline, cost.likely)),
        high: monthly(subtractUsd(baseline, cost.low)),
      },
    },
    lines: lines.map((line) => {
      const { host, model, project, choice, forgone: lost } = line
      return {
        host,
        model,
        project,
        requests: line.requests.toString(),
        before_per_month: monthly(line.before),
        quality: quality(model),
        target:
          choice === null
            ? null
            : { host: choice.target.host, model: choice.target.model, quality: quality(choice.target.model) },
        after_per_month: monthly(choice === null ? line.before : choice.likely),
        saving_per_month: monthly(choice === null ? ZERO_USD : subtractUsd(line.before, choice.likely)),
        forgone:
          lost === null ? null : { reason: lost.reason, target: lost.target, saving_per_month: monthly(lost.saving) },
      }
    }),
    forgone_per_month: {
      data_residency: monthly(forgone('data_residency')),
      quality_floor: monthly(forgone('quality_floor')),
    },
    quality_checked_on: QUALITY_CHECKED_ON,
  }
}

function quality(model: string) {
  const { value, benchmarks } = qualityOfName(model)
  return value === null
    ? { index: null, low: null, high: null, n: benchmarks }
    : { index: value.index, low: value.low, high: value.high, n: benchmarks }
}

export type MixView = ReturnType<typeof publicMix>
