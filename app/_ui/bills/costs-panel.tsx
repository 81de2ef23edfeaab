import type { BillCosts } from '../../../lib/core/report/bill-view'
import { Cell, DataTable, RowHead } from '../kit/data-table'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

const TOLD = ['list', 'contracted', 'effective'] as const

/** List, contracted and effective cost of the month's usage, apart. */
export function CostsPanel({ costs }: { costs: BillCosts }) {
  return (
    <Panel title={t.bills.costsTitle} className="print:mt-4">
      <DataTable caption={t.bills.costsTitle}>
        <tbody>
          {TOLD.map((name) => {
            const amount = costs[name]
            return (
              <tr key={name}>
                <RowHead>
                  {t.bills.costs[name]}
                  {name === 'list' && costs.lines_without_list > 0 ? (
                    <span className="block text-xs text-dim">{t.bills.listUnknown(costs.lines_without_list)}</span>
                  ) : null}
                </RowHead>
                <Cell align="right">{amount === null ? '—' : <Money amount={amount} />}</Cell>
              </tr>
            )
          })}
        </tbody>
      </DataTable>
    </Panel>
  )
}
