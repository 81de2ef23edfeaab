/** The tables under the answer: months, what moves, what stays, what it hangs on and what it rests on. */

import { addUsd, subtractUsd, usdFromText, usdToText } from '../../../lib/core/money/usd'
import { plotted } from '../../../lib/core/report/chart-series'
import { compactUsd, countText, monthName, signedUsd, usdCents } from '../../../lib/core/report/format'
import { linkedText } from '../../../lib/core/report/linked-text'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

type Props = { answer: SimulationView }

export function MonthsPanel({ answer }: Props) {
  return (
    <Panel title={t.whatIf.months}>
      <DataTable caption={t.whatIf.months}>
        <thead>
          <tr>
            <HeadCell>{t.whatIf.month}</HeadCell>
            <HeadCell align="right">{t.whatIf.now}</HeadCell>
            <HeadCell align="right">{t.whatIf.thenCost}</HeadCell>
            <HeadCell align="right">{t.whatIf.saving}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {answer.months.map((month) => (
            <tr key={month.month}>
              <RowHead>{monthName(month.month)}</RowHead>
              <Cell align="right">
                <Money amount={month.baseline_cost} />
              </Cell>
              <Cell align="right">
                <Money amount={month.target_cost.likely} />
              </Cell>
              <Cell align="right">{signedUsd(month.saving)}</Cell>
            </tr>
          ))}
          <tr className="font-semibold">
            <RowHead className="font-semibold">{t.whatIf.total}</RowHead>
            <Cell align="right">
              <Money amount={answer.baseline_cost} />
            </Cell>
            <Cell align="right">
              <Money amount={answer.target_cost.likely} />
            </Cell>
            <Cell align="right">{signedUsd(answer.saving.likely)}</Cell>
          </tr>
        </tbody>
      </DataTable>
    </Panel>
  )
}

export function MovedPanel({ answer }: Props) {
  return (
    <Panel title={t.whatIf.movedModels}>
      <DataTable caption={t.whatIf.movedModels}>
        <thead>
          <tr>
            <HeadCell>{t.whatIf.model}</HeadCell>
            <HeadCell align="right">{t.whatIf.before}</HeadCell>
            <HeadCell align="right">{t.whatIf.after}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {answer.moved.map((line) => (
            <tr key={`${line.host}/${line.model}/${line.target}`}>
              <RowHead className="break-all">
                {line.model} <span className="text-dim">{hostName(line.host)}</span>
              </RowHead>
              <Cell align="right">
                <Money amount={line.before} />
              </Cell>
              <Cell align="right">
                <Money amount={line.after} />
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

export function StaysPanel({ answer }: Props) {
  return (
    <Panel title={t.whatIf.staysTitle}>
      {answer.cannot_move.length === 0 ? (
        <p className="text-dim">{t.whatIf.staysNothing}</p>
      ) : (
        <DataTable caption={t.whatIf.staysTitle}>
          <thead>
            <tr>
              <HeadCell>{t.whatIf.reason}</HeadCell>
              <HeadCell align="right">{t.whatIf.calls}</HeadCell>
              <HeadCell align="right">{t.whatIf.cost}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {answer.cannot_move.map((line) => (
              <tr key={line.reason}>
                <RowHead>{t.whatIf.reasons[line.reason]}</RowHead>
                <Cell align="right">{countText(line.requests === '0' ? line.records : line.requests)}</Cell>
                <Cell align="right">
                  {line.cost === null ? (
                    <span className="text-warn">{t.whatIf.unknownCost}</span>
                  ) : (
                    <Money amount={line.cost} />
                  )}
                </Cell>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
      {answer.notes.length === 0 ? null : (
        <>
          <h3 className="mt-4 mb-1 text-sm font-semibold">{t.whatIf.notesTitle}</h3>
          <ul className="list-disc space-y-1 pl-4 text-sm text-dim">
            {answer.notes.map((note) => (
              <li key={note}>{t.whatIf.notes[note] ?? note}</li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

export function TornadoPanel({ answer }: Props) {
  const bars = answer.tornado.map((bar) => ({
    ...bar,
    saving_low: savingAt(answer, bar.cost_at_low),
    saving_high: savingAt(answer, bar.cost_at_high),
  }))
  const likely = plotted(answer.per_month.saving.likely)
  const reach = Math.max(
    1,
    ...bars.flatMap((bar) => [Math.abs(plotted(bar.saving_low) - likely), Math.abs(plotted(bar.saving_high) - likely)]),
  )
  return (
    <Panel title={t.whatIf.hangsOn} note={t.whatIf.hangsNote}>
      <DataTable caption={t.whatIf.hangsOn}>
        <thead>
          <tr>
            <HeadCell>{t.whatIf.factor}</HeadCell>
            <HeadCell align="right">{t.whatIf.atLow}</HeadCell>
            <HeadCell className="w-2/5">
              <span className="sr-only">{t.whatIf.range(t.whatIf.atLow, t.whatIf.atHigh)}</span>
            </HeadCell>
            <HeadCell align="right">{t.whatIf.atHigh}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.factor}>
              <RowHead>{factorText(bar)}</RowHead>
              <Cell align="right" title={usdCents(bar.saving_low)}>
                {compactUsd(bar.saving_low)}
              </Cell>
              <Cell className="align-middle">
                <TornadoBar
                  low={(plotted(bar.saving_low) - likely) / reach}
                  high={(plotted(bar.saving_high) - likely) / reach}
                />
              </Cell>
              <Cell align="right" title={usdCents(bar.saving_high)}>
                {compactUsd(bar.saving_high)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

const RANGED: ReadonlySet<string> = new Set(['output_ratio', 'input_ratio', 'cache_kept'])

/** Ranges that are each pair's own stand beside the factor. */
function factorText({ factor, low, high }: SimulationView['tornado'][number]): string {
  const name = t.whatIf.factors[factor] ?? factor
  const text = (value: number) => String(Number(value.toFixed(2)))
  return RANGED.has(factor) ? t.whatIf.factorRange(name, text(low), text(high)) : name
}

/** Both ends from the likely saving in the middle, as shares of the widest bar. Worse is orange, better is green. */
function TornadoBar({ low, high }: { low: number; high: number }) {
  const left = Math.min(low, high, 0)
  const right = Math.max(low, high, 0)
  return (
    <div aria-hidden className="relative h-3.5 w-full min-w-24">
      <span
        className="absolute inset-y-0 bg-(--series-2)"
        style={{ left: `${50 + left * 50}%`, width: `${-left * 50}%` }}
      />
      <span className="absolute inset-y-0 left-1/2 bg-(--series-3)" style={{ width: `${right * 50}%` }} />
      <span className="absolute -inset-y-1 left-1/2 w-px bg-ink" />
    </div>
  )
}

const FLEET_LINES: ReadonlySet<string> = new Set(['gpus', 'spill_over', 'escalated', 'staff', 'storage'])

/** The monthly saving when the fleet costs this much instead of the likely sum. */
function savingAt(answer: SimulationView, fleetCost: string): string {
  // What a bar is of: every fleet and all moved calls.
  const counts = (name: string) =>
    answer.kind === 'hosted' ? name === 'moved_calls' : FLEET_LINES.has(name) || name === 'moved_calls'
  const parts = answer.lines.filter((line) => counts(line.name)).map((line) => usdFromText(line.per_month))
  const likely = parts.reduce(addUsd, usdFromText('0'))
  const change = subtractUsd(usdFromText(fleetCost), likely)
  return usdToText(subtractUsd(usdFromText(answer.per_month.saving.likely), change))
}

export function AssumptionsPanel({ answer }: Props) {
  return (
    <Panel title={t.whatIf.assumptionsTitle(answer.assumptions.length)} id="assumptions">
      <DataTable caption={t.whatIf.assumptionsTitle(answer.assumptions.length)}>
        <thead>
          <tr>
            <HeadCell>{t.whatIf.factor}</HeadCell>
            <HeadCell>{t.whatIf.value}</HeadCell>
            <HeadCell>{t.whatIf.source}</HeadCell>
            <HeadCell>{t.whatIf.checked}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {answer.assumptions.map((line) => (
            <tr key={`${line.name} ${line.value} ${line.applies_to ?? ''}`}>
              <RowHead>
                {t.whatIf.assumptions[line.name] ?? line.name}
                {line.applies_to === undefined ? null : (
                  <span className="block max-w-72 break-words text-dim">{line.applies_to}</span>
                )}
              </RowHead>
              <Cell>
                {line.value} <span className="text-dim">{line.unit}</span>
              </Cell>
              <Cell className="max-w-120 break-words text-dim">
                {linkedText(line.source).map(({ text, href }) =>
                  href === null ? (
                    text
                  ) : (
                    <a key={href} href={href} title={href} rel="noreferrer" className="underline underline-offset-3">
                      {text}
                    </a>
                  ),
                )}
              </Cell>
              <Cell className="whitespace-nowrap text-dim">
                {line.checked_on === '' ? t.whatIf.own_ : line.checked_on}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
