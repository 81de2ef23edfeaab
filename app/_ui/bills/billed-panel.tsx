import { billedCents, billedExact, signedBilled } from '../../../lib/core/report/billed-format'
import type { BilledHost, BilledMonth } from '../../../lib/core/report/billed-view'
import { countText } from '../../../lib/core/report/format'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** What the hosts' own cost exports say of the month, beside what our prices make of the same days. */
export function BilledPanel({ billed }: { billed: BilledMonth }) {
  if (billed.hosts.length === 0) return null
  return (
    <Panel title={t.bills.billedTitle} note={t.bills.billedNote}>
      <DataTable caption={t.bills.billedTitle}>
        <thead>
          <tr>
            <HeadCell>{t.bills.host}</HeadCell>
            <HeadCell align="right">{t.bills.billed}</HeadCell>
            <HeadCell align="right">{t.bills.ours}</HeadCell>
            <HeadCell align="right">{t.bills.gap}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {billed.hosts.map((host) => (
            <HostRow key={`${host.host} ${host.currency}`} host={host} />
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

function HostRow({ host }: { host: BilledHost }) {
  const { currency } = host
  const money = (amount: string) => <span title={billedExact(amount, currency)}>{billedCents(amount, currency)}</span>
  return (
    <tr>
      <RowHead>
        {hostName(host.host)}
        <span className="block text-xs text-dim">{t.bills.billedDays(String(host.days))}</span>
      </RowHead>
      <Cell align="right">
        {money(host.billed)}
        {host.others.map((other) => (
          <span key={other.category} className="block text-xs text-dim">
            {t.bills.billedOther(other.category)} {money(other.amount)}
          </span>
        ))}
      </Cell>
      <Cell align="right">
        {host.computed === null ? <span className="text-dim">—</span> : money(host.computed)}
        {host.unpriced_records === '0' ? null : (
          <span className="block text-xs whitespace-normal text-warn">
            {t.bills.billedUnpriced(countText(host.unpriced_records))}
          </span>
        )}
      </Cell>
      <Cell align="right">
        {host.difference === null ? (
          <span className="text-dim">—</span>
        ) : (
          <span title={billedExact(host.difference, currency)}>{signedBilled(host.difference, currency)}</span>
        )}
      </Cell>
    </tr>
  )
}
