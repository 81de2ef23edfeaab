import { centsIn, countText, exactIn, signedIn, unitPrice } from '../../../lib/core/report/format'
import type { GapCauseView, ReconcileHostView, ReconcileLineView } from '../../../lib/core/report/reconcile-view'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'

const wide = 'hidden md:table-cell'

/** Why one host's invoice differs: the causes, what is left unexplained, and each line's counts before its money. */
export function GapPanel({ month, host }: { month: string; host: ReconcileHostView }) {
  const { compared } = host
  if (compared === null) return null
  const name = hostName(host.host)
  return (
    <Panel title={t.invoices.causesOf(name, signedIn(compared.gap, host.currency))} note={t.invoices.causesNote}>
      {compared.gap === '0' && compared.causes.length === 0 ? (
        <p className="text-dim">{t.invoices.noGap}</p>
      ) : (
        <DataTable caption={t.invoices.causesOf(name, signedIn(compared.gap, host.currency))}>
          <thead>
            <tr>
              <HeadCell>{t.invoices.why}</HeadCell>
              <HeadCell align="right">{t.invoices.amount}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {compared.causes.map((cause) => (
              <CauseRow
                key={[cause.kind, cause.model, cause.meter, cause.amount].join(' ')}
                month={month}
                host={host.host}
                currency={host.currency}
                cause={cause}
              />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <RowHead className="border-b-0 font-semibold">
                {t.invoices.unexplainedRow}
                {compared.may_be_failed === null ? null : (
                  <span className="block text-xs font-normal text-dim">
                    {t.invoices.mayBeFailed(
                      centsIn(compared.may_be_failed.at_most, host.currency),
                      countText(compared.may_be_failed.calls),
                    )}
                  </span>
                )}
              </RowHead>
              <Cell align="right" className="border-b-0 font-semibold">
                <span title={exactIn(compared.unexplained, host.currency)}>
                  {signedIn(compared.unexplained, host.currency)}
                </span>
              </Cell>
            </tr>
          </tfoot>
        </DataTable>
      )}
      <div className="mt-4">
        <Lines month={month} host={host.host} currency={host.currency} lines={compared.lines} />
      </div>
    </Panel>
  )
}

function CauseRow({
  month,
  host,
  currency,
  cause,
}: {
  month: string
  host: string
  currency: string
  cause: GapCauseView
}) {
  const { kind, model, meter, counts, rates, days, calls, zone } = cause
  const about = [model, meter === null ? null : t.rates.meterName(meter)].filter((part) => part !== null).join(' · ')
  const evidence = [
    counts === null || rates !== null
      ? null
      : t.invoices.causeCounts(countText(counts.ours), countText(counts.invoice)),
    rates === null ? null : t.invoices.causeRates(rateIn(rates.ours, currency), rateIn(rates.invoice, currency)),
    days.length === 0 ? null : t.invoices.causeDays(days),
    calls === null
      ? null
      : kind === 'failed_billed'
        ? t.invoices.causeFailed(countText(calls))
        : t.invoices.causeCalls(countText(calls)),
    zone,
  ].filter((part) => part !== null)
  const filter = { host, ...(model === null ? {} : { model }), ...(kind === 'unpriced' ? { unpriced: '1' } : {}) }
  return (
    <tr>
      <RowHead>
        {t.invoices.cause[kind]}
        <span className="block text-xs text-dim wrap-anywhere">{[about, ...evidence].filter(Boolean).join(' — ')}</span>
      </RowHead>
      <Cell align="right">
        <Link
          href={callsLink(month, month, undefined, filter)}
          title={exactIn(cause.amount, currency)}
          className="hover:text-accent hover:underline"
        >
          {signedIn(cause.amount, currency)}
        </Link>
      </Cell>
    </tr>
  )
}

const rateIn = (rate: string, currency: string) => (currency === 'USD' ? unitPrice(rate) : `${rate} ${currency}`)

function Lines({
  month,
  host,
  currency,
  lines,
}: {
  month: string
  host: string
  currency: string
  lines: readonly ReconcileLineView[]
}) {
  const count = (digits: string | null) => (digits === null ? '—' : countText(digits))
  return (
    <DataTable caption={t.invoices.linesOf(hostName(host))}>
      <thead>
        <tr>
          <HeadCell>{t.invoices.line}</HeadCell>
          <HeadCell align="right" className={wide}>
            {t.invoices.ourCount}
          </HeadCell>
          <HeadCell align="right" className={wide}>
            {t.invoices.invoiceCount}
          </HeadCell>
          <HeadCell align="right">{t.invoices.ours}</HeadCell>
          <HeadCell align="right">{t.invoices.invoice}</HeadCell>
          <HeadCell align="right">{t.invoices.gap}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.model} ${line.meter}`}>
            <RowHead className="wrap-anywhere">
              {line.model ?? t.invoices.otherUsage}
              {line.meter === null ? null : (
                <span className="block text-xs text-dim">{t.rates.meterName(line.meter)}</span>
              )}
            </RowHead>
            <Cell align="right" className={wide}>
              {count(line.our_quantity)}
            </Cell>
            <Cell
              align="right"
              className={cn(
                wide,
                line.invoice_quantity !== null && line.invoice_quantity !== line.our_quantity ? 'text-warn' : '',
              )}
            >
              {count(line.invoice_quantity)}
            </Cell>
            <Cell align="right">
              <Link
                href={callsLink(month, month, undefined, {
                  host,
                  ...(line.model === null ? {} : { model: line.model }),
                })}
                className="hover:text-accent hover:underline"
              >
                <Money amount={line.ours} currency={currency} />
              </Link>
            </Cell>
            <Cell align="right">
              <Money amount={line.invoice} currency={currency} />
            </Cell>
            <Cell align="right">
              <span title={exactIn(line.gap, currency)}>{signedIn(line.gap, currency)}</span>
            </Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}
