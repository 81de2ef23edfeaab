import { usdFromText } from '../../../lib/core/money/usd'
import { chanceText, compactCount, dayText, signedUsd, usdCents } from '../../../lib/core/report/format'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import type { FrozenReport } from '../../../lib/core/report/what-if-report'
import { Breadcrumb } from '../kit/breadcrumb'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { BandChart } from './band-chart'
import { questionText, targetText } from './question-text'

interface Compared {
  readonly id: string
  readonly content: FrozenReport
}

const none = '—'
const w = t.report.compare

/** What each row says of an answer; a row that no answer has anything to say on is left out. */
const ROWS: readonly { readonly name: string; readonly of: (answer: SimulationView) => string | null }[] = [
  { name: t.report.facts.now, of: (a) => usdCents(a.per_month.baseline_cost) },
  { name: t.report.facts.thenCost, of: (a) => usdCents(a.per_month.target_cost.likely) },
  { name: t.report.facts.saving, of: (a) => signedUsd(a.per_month.saving.likely) },
  { name: w.lowSaving, of: (a) => signedUsd(a.per_month.saving.low) },
  { name: w.highSaving, of: (a) => signedUsd(a.per_month.saving.high) },
  { name: w.chance, of: (a) => (a.chance_of_saving === null ? null : chanceText(a.chance_of_saving)) },
  {
    name: t.report.facts.payback,
    of: (a) => (a.payback_months === null ? null : t.report.months(a.payback_months.toFixed(1))),
  },
  {
    name: t.report.facts.breakEven,
    of: (a) =>
      a.fleets.length > 1 || a.break_even === null || a.break_even.output_tokens_per_month === null
        ? null
        : t.report.outputTokens(compactCount(Math.round(a.break_even.output_tokens_per_month).toString())),
  },
  {
    name: t.report.facts.fleet,
    of: (a) => perFleet(a, t.ownGpus.fleet),
  },
  {
    name: t.report.facts.utilisation,
    of: (a) => perFleet(a, (fleet) => (fleet.gpus === 0 ? none : `${(100 * fleet.utilisation).toFixed(0)} %`)),
  },
  {
    name: t.report.facts.perMillion,
    of: (a) => perFleet(a, ({ cost_per_million_output: cost }) => (cost === null ? none : usdCents(cost))),
  },
  { name: w.stays, of: (a) => (a.cannot_move.length === 0 ? w.nothing : w.reasons(a.cannot_move.length)) },
]

/** One after the other, where there are several. */
function perFleet(answer: SimulationView, of: (fleet: SimulationView['fleets'][number]) => string): string | null {
  return answer.fleets.length === 0 ? null : answer.fleets.map(of).join(', ')
}

/** Up to four frozen answers beside each other, on one scale. */
export function CompareScreen({ reports }: { reports: readonly Compared[] }) {
  const answers = reports.map((report) => report.content.asked.answer)
  const savingOf = (report: Compared) => usdFromText(report.content.asked.answer.per_month.saving.likely)
  const best = [...reports].sort((a, b) => (savingOf(b) > savingOf(a) ? 1 : savingOf(b) < savingOf(a) ? -1 : 0))[0]
  return (
    <>
      <TopLine
        left={
          <Breadcrumb
            trail={[
              { href: '/what-if', label: t.report.backToWhatIf },
              { href: '/what-if/reports', label: t.report.title },
            ]}
            here={w.title}
          />
        }
      />
      {best === undefined ? (
        <>
          <h1 className="sr-only">{w.title}</h1>
          <EmptyState
            title={w.empty}
            action={
              <LinkButton tone="primary" href="/what-if/reports">
                {t.report.open}
              </LinkButton>
            }
          >
            {t.report.list.compareHint}
          </EmptyState>
        </>
      ) : (
        <>
          <ScreenTitle
            sentence={w.best(
              best.content.asked.scenario.moves.map((move) => targetText(move.target)).join(', '),
              signedUsd(best.content.asked.answer.per_month.saving.likely),
            )}
          />
          {new Set(answers.map((answer) => `${answer.from} ${answer.to} ${answer.baseline_cost}`)).size > 1 ? (
            <p className="mb-4 text-warn">{w.differ}</p>
          ) : null}
          <div className="grid gap-4">
            <Panel title={w.chart}>
              <BandChart
                bars={reports.map(({ content }, index) => ({
                  label: w.label(
                    index + 1,
                    content.title ?? content.asked.scenario.moves.map((move) => targetText(move.target)).join(', '),
                  ),
                  ...content.asked.answer.per_month.target_cost,
                  figure: usdCents(content.asked.answer.per_month.target_cost.likely),
                  band: t.report.band(
                    usdCents(content.asked.answer.per_month.target_cost.low),
                    usdCents(content.asked.answer.per_month.target_cost.high),
                  ),
                  strong: content === best.content,
                }))}
              />
            </Panel>
            <Panel>
              <DataTable caption={w.title}>
                <thead>
                  <tr>
                    <HeadCell>{w.measure}</HeadCell>
                    {reports.map((report, index) => (
                      <HeadCell key={report.id} className="min-w-48 whitespace-normal">
                        <Link href={`/what-if/reports/${report.id}`} className="text-accent hover:underline">
                          {w.label(index + 1, report.content.title ?? questionText(report.content.asked.scenario))}
                        </Link>
                        <span className="block font-normal">{dayText(report.content.frozen_at)}</span>
                      </HeadCell>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {ROWS.filter((row) => answers.some((answer) => row.of(answer) !== null)).map((row) => (
                    <tr key={row.name}>
                      <RowHead className="text-dim">{row.name}</RowHead>
                      {reports.map((report) => (
                        <Cell key={report.id}>{row.of(report.content.asked.answer) ?? none}</Cell>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </DataTable>
            </Panel>
          </div>
        </>
      )}
    </>
  )
}
