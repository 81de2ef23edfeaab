/** A stored question in one sentence. */
import { dayText } from '../../../lib/core/report/format'
import type { ScenarioInput } from '../../../lib/core/simulate/scenario'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

type Target = ScenarioInput['moves'][number]['target']
type Selection = Readonly<Record<string, unknown>>

export function questionText(scenario: ScenarioInput): string {
  const { baseline, moves } = scenario
  const period =
    baseline.from === undefined || baseline.to === undefined
      ? t.report.statedMonth
      : t.report.period(dayText(baseline.from), dayText(lastDay(baseline.to)))
  return moves
    .map((move) =>
      t.report.question(
        percentText(move.share ?? '1'),
        callsText({ ...baseline.filter, ...move.select }),
        period,
        targetText(move.target),
      ),
    )
    .join(t.report.and)
}

/** The period's end is the instant after it. */
function lastDay(to: string): string {
  return new Date(Date.parse(to.length === 10 ? `${to}T00:00:00Z` : to) - 1).toISOString()
}

export function targetText(target: Target): string {
  if (target.kind === 'hosted') return t.report.hosted(target.model, hostName(target.host))
  if (target.machine !== undefined) {
    return t.whatIf.localTarget(target.model ?? 'gpt-oss-120b', t.ownGpus.machines[target.machine])
  }
  const acquire = target.acquire === 'buy' ? t.report.bought : t.report.rented
  const precision = target.precision === undefined ? '' : t.report.atPrecision(target.precision)
  const own = t.report.own(target.model ?? 'gpt-oss-120b', precision, target.gpu ?? 'H100-SXM-80GB', acquire)
  const { spill_to: place } = target
  return place === undefined ? own : t.report.spilling(own, t.report.hosted(place.model, hostName(place.host)))
}

function percentText(share: string | number): string {
  const text = (100 * Number(share)).toFixed(2).replace(/\.?0+$/, '')
  return `${text} %`
}

function callsText(selection: Selection): string {
  const parts = Object.entries(selection).flatMap(([name, value]) => partText(name, value))
  return parts.length === 0 ? t.report.allCalls : t.report.callsOf(parts.join(', '))
}

function partText(name: string, value: unknown): string[] {
  const listed = (values: unknown) =>
    (Array.isArray(values) ? values : [values])
      .filter((one) => typeof one === 'string')
      .map((one) => (one === '' ? t.report.noProject : one))
      .join(', ')
  if (value === undefined || value === null) return []
  if (typeof value === 'string' || Array.isArray(value)) return [`${t.report.selection[name] ?? name} ${listed(value)}`]
  const part = (key: string) => String((value as Record<string, unknown>)[key] ?? '')
  if (name === 'prompt_tokens') return [t.report.prompts(part('min'), part('max'))]
  if (name === 'hours') {
    return [
      t.report.hours(`${part('from')}:00`, `${part('to')}:00`, part('time_zone') === '' ? 'UTC' : part('time_zone')),
    ]
  }
  return Object.entries(value).map(([tag, values]) => t.report.tag(tag, listed(values)))
}
