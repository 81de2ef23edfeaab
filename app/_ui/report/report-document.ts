/** Puts a frozen report into words. The screen and the PDF draw the same document. */
import {
  chanceText,
  compactCount,
  countText,
  dayText,
  instantText,
  signedUsd,
  usdCents,
} from '../../../lib/core/report/format'
import { linkedText } from '../../../lib/core/report/linked-text'
import type { ReportBar, ReportDocument } from '../../../lib/core/report/report-document'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import {
  bandBars,
  type Condition,
  conditionsOf,
  type FrozenReport,
  risksOf,
} from '../../../lib/core/report/what-if-report'
import { t } from '../messages/en'
import { questionText, targetText } from './question-text'

const SHORT = 12

export interface ReportOrigin {
  /** Hexadecimal SHA-256 of the stored report. */
  readonly digest: string
  /** Of the ids of its prices. */
  readonly pricesDigest: string
  /** Who froze it; null for a reader without an account. */
  readonly by: string | null
}

export function reportDocument(report: FrozenReport, origin: ReportOrigin): ReportDocument {
  const { answer, scenario } = report.asked
  const { saving } = answer.per_month
  const costsMore = saving.likely.startsWith('-')
  const question = questionText(scenario)
  const r = t.report
  return {
    product: t.product.name,
    kind: r.kind,
    question: report.title ?? question,
    figure: usdCents(costsMore ? saving.likely.slice(1) : saving.likely),
    sentence: saving.likely === '0' ? r.same : costsMore ? r.costs : r.saves,
    context: [
      ...(report.title === null ? [] : [question]),
      r.range(signedUsd(saving.low), signedUsd(saving.high)),
      ...(answer.chance_of_saving === null ? [] : [r.chance(chanceText(answer.chance_of_saving))]),
    ].join(' · '),
    chartTitle: r.chartTitle,
    bars: barsOf(report),
    facts: factsOf(answer),
    lists: [
      {
        title: r.mustBeTrue,
        items: conditionsOf(report.asked, report.frozen_at).map((condition) => r.conditions(formatted(condition))),
      },
      {
        title: r.risksTitle,
        items: [
          ...risksOf(answer).map((risk) => r.risks[risk]),
          ...answer.notes.flatMap((note) => (note === 'quality_unchecked' ? [] : [t.whatIf.notes[note] ?? note])),
        ],
      },
    ],
    stays: {
      title: t.whatIf.staysTitle,
      head: [t.whatIf.reason, t.whatIf.calls, t.whatIf.cost],
      rows: answer.cannot_move.map((line) => [
        t.whatIf.reasons[line.reason],
        countText(line.requests === '0' ? line.records : line.requests),
        line.cost === null ? t.whatIf.unknownCost : usdCents(line.cost),
      ]),
      none: t.whatIf.staysNothing,
    },
    assumptions: {
      title: t.whatIf.assumptionsTitle(answer.assumptions.length),
      head: [t.whatIf.factor, t.whatIf.value, t.whatIf.source, t.whatIf.checked],
      rows: answer.assumptions.map((one) => [
        [t.whatIf.assumptions[one.name] ?? one.name, one.applies_to ?? ''].filter((part) => part !== '').join(': '),
        [one.value, one.unit].filter((part) => part !== '').join(' '),
        // One printed page: addresses in short. The frozen answer has them whole.
        linkedText(one.source)
          .map(({ text }) => text)
          .join(''),
        one.checked_on === '' ? t.whatIf.own_ : one.checked_on,
      ]),
      none: '',
    },
    origin: [
      r.origin.frozen(instantText(report.frozen_at), origin.by === null ? '' : r.origin.by(origin.by)),
      r.origin.data(countText(report.data.records), report.data.sha256.slice(0, SHORT)),
      r.origin.prices(report.prices.today.length, report.prices.target.length, origin.pricesDigest.slice(0, SHORT)),
      r.origin.digest(origin.digest.slice(0, SHORT)),
    ],
  }
}

function formatted(condition: Condition): Condition {
  switch (condition.name) {
    case 'prices_hold':
      return { ...condition, on: dayText(condition.on) }
    case 'rent_at_most':
      return { ...condition, limit: usdCents(condition.limit), now: usdCents(condition.now) }
    case 'throughput_at_least':
      return { ...condition, perReplica: countText(condition.perReplica) }
    case 'volume_at_least':
      return { ...condition, perMonth: compactCount(condition.perMonth) }
    case 'staff_enough':
      return { ...condition, perMonth: usdCents(condition.perMonth) }
    default:
      return condition
  }
}

function barsOf(report: FrozenReport): ReportBar[] {
  return bandBars(report).map((bar) => {
    const target =
      bar.name === 'today'
        ? null
        : [report.asked, report.other]
            .find((one) => one !== null && (one.answer.kind === 'hosted') === (bar.name === 'hosted'))
            ?.scenario.moves.map((move) => targetText(move.target))
    const name = t.report.bars[bar.name]
    return {
      label: target === null || target === undefined ? name : t.report.barNames(name, [...new Set(target)].join(', ')),
      low: bar.low,
      likely: bar.likely,
      high: bar.high,
      figure: usdCents(bar.likely),
      band: bar.low === bar.high ? '' : t.report.band(usdCents(bar.low), usdCents(bar.high)),
      strong: bar.asked || bar.name === 'today',
    }
  })
}

function factsOf(answer: SimulationView): ReportDocument['facts'] {
  const f = t.report.facts
  const { fleet, fleets, break_even: breakEven } = answer
  const one = fleets.length === 1 ? fleet : null
  return [
    { name: f.now, value: usdCents(answer.per_month.baseline_cost) },
    { name: f.thenCost, value: usdCents(answer.per_month.target_cost.likely) },
    { name: f.saving, value: signedUsd(answer.per_month.saving.likely) },
    ...(answer.payback_months === null && answer.kind === 'hosted'
      ? []
      : [
          {
            name: f.payback,
            value: answer.payback_months === null ? t.report.never : t.report.months(answer.payback_months.toFixed(1)),
          },
        ]),
    ...(fleets.length < 2
      ? []
      : fleets.map((each) => ({
          name: f.fleet,
          value: t.report.severalFleet(
            t.ownGpus.fleet(each),
            each.model,
            each.gpus === 0 ? null : `${(100 * each.utilisation).toFixed(0)} %`,
          ),
        }))),
    ...(one === null
      ? []
      : [
          { name: f.fleet, value: t.ownGpus.fleet(one) },
          ...(one.gpus === 0 ? [] : [{ name: f.utilisation, value: `${(100 * one.utilisation).toFixed(0)} %` }]),
          ...(one.cost_per_million_output === null || one.cost_per_million_output_full === null
            ? []
            : [
                {
                  name: f.perMillion,
                  value: t.report.atThat(
                    usdCents(one.cost_per_million_output),
                    usdCents(one.cost_per_million_output_full),
                  ),
                },
              ]),
        ]),
    ...(fleets.length > 1 || breakEven === null || breakEven.output_tokens_per_month === null
      ? []
      : [
          {
            name: f.breakEven,
            value: t.report.outputTokens(compactCount(Math.round(breakEven.output_tokens_per_month).toString())),
          },
        ]),
  ]
}
