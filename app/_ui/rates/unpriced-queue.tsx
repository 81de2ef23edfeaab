'use client'
import { useState } from 'react'
import { compactCount, countText, dayText } from '../../../lib/core/report/format'
import type { UnpricedModelView } from '../../../lib/core/report/unpriced-view'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RateDialog } from './rate-dialog'

const wide = 'hidden md:table-cell'

/** What waits for a rate: how much, since when and why, with the way to settle it for those who may. */
export function UnpricedQueue({ models, canWrite }: { models: readonly UnpricedModelView[]; canWrite: boolean }) {
  const [chosen, setChosen] = useState<UnpricedModelView | null>(null)
  const dialog = chosen === null ? null : <RateDialog waiting={chosen} onClose={() => setChosen(null)} />
  if (models.length === 0) {
    return (
      <Panel id="unpriced" title={t.reprice.queueTitle}>
        <p className="text-sm text-dim">{t.reprice.queueNone}</p>
        {dialog}
      </Panel>
    )
  }
  return (
    <Panel id="unpriced" title={t.reprice.queueTitle} note={t.reprice.queueNote} className="border-warn/50">
      <DataTable caption={t.reprice.queueTitle}>
        <thead>
          <tr>
            <HeadCell>{t.reprice.model}</HeadCell>
            <HeadCell className={wide}>{t.reprice.host}</HeadCell>
            <HeadCell className={wide}>{t.reprice.reason}</HeadCell>
            <HeadCell align="right">{t.reprice.calls}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.reprice.tokens}
            </HeadCell>
            {canWrite ? (
              <HeadCell>
                <span className="sr-only">{t.reprice.giveRate}</span>
              </HeadCell>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <tr key={`${one.host} ${one.model}`}>
              <RowHead className="wrap-anywhere">
                {one.model}
                <span className="block text-dim md:hidden">
                  {hostName(one.host)} · {t.reprice.reasonText(one.reason)}
                </span>
                <span className="block text-dim">{t.reprice.days(dayText(one.from), dayText(one.lastDay))}</span>
              </RowHead>
              <Cell className={wide}>{hostName(one.host)}</Cell>
              <Cell className={wide}>
                {t.reprice.reasonText(one.reason)}
                {one.suggestions.length === 0 ? null : (
                  <span className="block text-dim">
                    {t.reprice.nearest} {one.suggestions.map((near) => nameOf(one, near)).join(', ')}
                  </span>
                )}
              </Cell>
              <Cell align="right">
                <Link
                  href={`/calls?${new URLSearchParams({ period: '12m', host: one.host, model: one.model, unpriced: '1' })}`}
                  className="text-warn hover:underline"
                >
                  {countText(one.requests)}
                </Link>
              </Cell>
              <Cell align="right" className={wide} title={countText(one.tokens)}>
                {compactCount(one.tokens)}
              </Cell>
              {canWrite ? (
                <Cell align="right">
                  <Button size="sm" aria-label={t.reprice.giveRateOf(one.model)} onClick={() => setChosen(one)}>
                    {t.reprice.giveRate}
                  </Button>
                </Cell>
              ) : null}
            </tr>
          ))}
        </tbody>
      </DataTable>
      {dialog}
    </Panel>
  )
}

function nameOf(one: UnpricedModelView, near: UnpricedModelView['suggestions'][number]): string {
  return near.host === one.host ? near.model : `${hostName(near.host)} ${near.model}`
}
