import { compactCount, countText } from '../../../lib/core/report/format'
import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import type { SpendCoverage } from '../../../lib/core/report/spend-overview'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from './drill'

const SHOWN = 6

/** Usage without a rate, by model: unknown, so it is named here instead of being counted as nothing. */
export function UnpricedPanel({ coverage, choice }: { coverage: SpendCoverage; choice: PeriodChoice }) {
  const { unpricedModels } = coverage
  if (unpricedModels.length === 0) {
    return (
      <Panel title={t.overview.withoutRate}>
        <p className="text-sm text-dim">{t.overview.everythingPriced}</p>
      </Panel>
    )
  }
  return (
    <Panel
      title={t.overview.withoutRate}
      note={t.overview.withoutRateNote}
      actions={<LinkButton href="/rates#unpriced">{t.overview.addRatesButton}</LinkButton>}
    >
      <DataTable caption={t.overview.withoutRate}>
        <thead>
          <tr>
            <HeadCell>{t.overview.model}</HeadCell>
            <HeadCell align="right">{t.overview.callsColumn}</HeadCell>
            <HeadCell align="right">{t.overview.tokensColumn}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {unpricedModels.slice(0, SHOWN).map((one) => (
            <tr key={`${one.host} ${one.model}`}>
              <RowHead>
                <span className="wrap-break-word">{one.model}</span>
                <span className="block text-dim">{hostName(one.host)}</span>
              </RowHead>
              <Cell align="right">
                <Link
                  href={callsLink(choice.firstMonth, choice.lastMonth, undefined, {
                    host: one.host,
                    model: one.model,
                    unpriced: '1',
                  })}
                  className="text-warn hover:underline"
                >
                  {countText(one.requests)}
                </Link>
              </Cell>
              <Cell align="right" title={countText(one.tokens)}>
                {compactCount(one.tokens)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {unpricedModels.length > SHOWN ? (
        <p className="mt-2 text-sm text-dim">
          <Link href="/rates#unpriced" className="hover:underline">
            {t.overview.moreModels(unpricedModels.length - SHOWN)}
          </Link>
        </p>
      ) : null}
    </Panel>
  )
}
