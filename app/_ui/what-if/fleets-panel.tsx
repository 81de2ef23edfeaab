/** The fleets of a question with several, each with what it is and costs. */
import { usdCents } from '../../../lib/core/report/format'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

export function FleetsPanel({ fleets }: { fleets: SimulationView['fleets'] }) {
  const w = t.whatIf
  return (
    <Panel title={w.fleets}>
      <DataTable caption={w.fleets}>
        <thead>
          <tr>
            <HeadCell>{w.model}</HeadCell>
            <HeadCell>{w.fleetGpus}</HeadCell>
            <HeadCell align="right">{w.utilisation}</HeadCell>
            <HeadCell align="right">{w.perMillion}</HeadCell>
            <HeadCell align="right">{w.fleetMonth}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {/* Two fleets may be alike in everything. */}
          {[...fleets.entries()].map(([place, fleet]) => (
            <tr key={place}>
              <RowHead>{fleet.model}</RowHead>
              <Cell>{fleet.gpus === 0 ? w.noGpus : w.fleetSize(fleet.gpus, fleet.gpu)}</Cell>
              <Cell align="right">{fleet.gpus === 0 ? w.nothing : `${(100 * fleet.utilisation).toFixed(0)} %`}</Cell>
              <Cell align="right">
                {fleet.cost_per_million_output === null ? w.nothing : usdCents(fleet.cost_per_million_output)}
              </Cell>
              <Cell align="right">
                <Money amount={fleet.monthly_cost} />
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
