import { centsIn, countText, exactIn, signedIn, unitPrice } from '../../../lib/core/report/format'
import type { GapCauseView, ReconcileHostView } from '../../../lib/core/report/reconcile-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { GapLines, modelFilter } from './gap-lines'

/** Why one host's invoice differs: the causes, what is left unexplained, and each line's counts before its money. */
export function GapPanel({
  month,
  host,
  mayName,
}: {
  month: string
  host: ReconcileHostView
  /** May say which model a name of the invoice means. */
  mayName: boolean
}) {
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
        <GapLines month={month} host={host} compared={compared} mayName={mayName} />
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
  const { kind, model, usage_models: names, unresolved, meter, counts, rates, days, calls, zone } = cause
  const isUnmatched = kind === 'days_missing_here' && unresolved !== null && names.length === 0
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
  const filter = { host, ...modelFilter(model, names), ...(kind === 'unpriced' ? { unpriced: '1' } : {}) }
  return (
    <tr>
      <RowHead>
        {isUnmatched ? t.invoices.unmatched : t.invoices.cause[kind]}
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
