/** What a million tokens of the same fleet cost at other loads, with today's among them. */
import { usdCents } from '../../../lib/core/report/format'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

type Fleet = NonNullable<SimulationView['fleet']>

const SHOWN: ReadonlySet<number> = new Set([0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1])

export function LoadCostPanel({ fleet }: { fleet: Fleet }) {
  const { cost_per_million_output: output, cost_per_million_tokens: tokens } = fleet
  if (output === null || tokens === null) return null
  const now = { utilisation: fleet.utilisation, cost_per_million_output: output, cost_per_million_tokens: tokens }
  const rows = [...fleet.cost_at_utilisation.filter((row) => SHOWN.has(row.utilisation)), now].sort(
    (a, b) => a.utilisation - b.utilisation,
  )
  const o = t.ownGpus
  return (
    <Panel title={o.loadCost} note={o.loadCostNote}>
      <DataTable caption={o.loadCost}>
        <thead>
          <tr>
            <HeadCell>{o.load}</HeadCell>
            <HeadCell align="right">{t.whatIf.perMillion}</HeadCell>
            <HeadCell align="right">{t.whatIf.perMillionAll}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row === now ? 'now' : row.utilisation} className={row === now ? 'font-semibold' : ''}>
              <RowHead className={row === now ? 'font-semibold' : ''}>
                {row === now
                  ? o.loadNow(`${(100 * row.utilisation).toFixed(0)} %`)
                  : `${(100 * row.utilisation).toFixed(0)} %`}
              </RowHead>
              <Cell align="right">{usdCents(row.cost_per_million_output)}</Cell>
              <Cell align="right">{usdCents(row.cost_per_million_tokens)}</Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
