'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { dayText } from '../../../lib/core/report/format'
import type { NameView } from '../../../lib/core/report/rate-view'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Dialog } from '../kit/dialog'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RepriceSteps, type Scope } from './reprice-steps'

const BEGIN_OF_RECORDS = '2020-01-01'

/** Names people have confirmed for models of the book, each with the way to take it back. */
export function NamesPanel({
  names,
  canWrite,
  tomorrow,
}: {
  names: readonly NameView[]
  canWrite: boolean
  tomorrow: string
}) {
  const [chosen, setChosen] = useState<NameView | null>(null)
  const dialog =
    chosen === null ? null : <WithdrawDialog name={chosen} tomorrow={tomorrow} onClose={() => setChosen(null)} />
  if (names.length === 0) return dialog
  return (
    <Panel title={t.rates.namesTitle} note={t.rates.namesNote}>
      <DataTable caption={t.rates.namesTitle}>
        <thead>
          <tr>
            <HeadCell>{t.rates.nameInRecords}</HeadCell>
            <HeadCell>{t.rates.host}</HeadCell>
            <HeadCell>{t.rates.means}</HeadCell>
            <HeadCell>{t.rates.confirmedBy}</HeadCell>
            {canWrite ? (
              <HeadCell>
                <span className="sr-only">{t.rates.withdraw}</span>
              </HeadCell>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {names.map((one) => (
            <tr key={`${one.host} ${one.name} ${one.from ?? ''}`}>
              <RowHead className="wrap-break-word">{one.name}</RowHead>
              <Cell>{hostName(one.host)}</Cell>
              <Cell className="wrap-break-word">
                {one.model}
                {one.from === null && one.until === null ? null : (
                  <span className="block text-dim">
                    {t.rates.nameTime(
                      one.from === null ? null : dayText(one.from),
                      one.until === null ? null : dayText(one.until),
                    )}
                  </span>
                )}
              </Cell>
              <Cell>
                {one.confirmed_by}
                <span className="block text-dim">{dayText(one.confirmed_at)}</span>
              </Cell>
              {canWrite ? (
                <Cell align="right">
                  {one.until === null ? (
                    <Button size="sm" aria-label={t.rates.withdrawOf(one.name)} onClick={() => setChosen(one)}>
                      {t.rates.withdraw}
                    </Button>
                  ) : null}
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

function WithdrawDialog({ name, tomorrow, onClose }: { name: NameView; tomorrow: string; onClose: () => void }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [scope, setScope] = useState<Scope | null>(null)
  const close = () => {
    if (scope !== null) router.refresh()
    onClose()
  }
  const withdraw = async () => {
    setBusy(true)
    const reply = await ask('DELETE', '/api/v1/prices/names', { host: name.host, name: name.name })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setScope({
      from: name.from === null ? BEGIN_OF_RECORDS : name.from.slice(0, 10),
      to: tomorrow,
      filter: { host: name.host, model: name.name },
    })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) close()
      }}
      title={<span className="wrap-break-word">{t.rates.withdrawTitle(name.name)}</span>}
      description={scope === null ? t.rates.withdrawText(name.model) : t.rates.withdrawn}
      className="w-[min(44rem,calc(100vw-2rem))]"
    >
      <div className="mt-4 flex flex-col gap-4">
        {scope === null ? null : <RepriceSteps scope={scope} />}
        {why === null ? null : (
          <p role="alert" className="text-sm text-bad">
            {why}
          </p>
        )}
        <div className="flex justify-end gap-2">
          {scope === null ? (
            <>
              <Button onClick={close}>{t.kit.cancel}</Button>
              <Button tone="primary" busy={busy} onClick={() => void withdraw()}>
                {t.rates.withdrawAction}
              </Button>
            </>
          ) : (
            <Button onClick={close}>{t.reprice.close}</Button>
          )}
        </div>
      </div>
    </Dialog>
  )
}
