'use client'
import { useState } from 'react'
import { countText, dayText, exactUsd, signedUsd } from '../../../lib/core/report/format'
import type { RevisionView } from '../../../lib/core/report/reprice-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Field, Input, Select } from '../kit/field'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RepriceSteps, UndoReprice } from './reprice-steps'

/** Prices stored records of a period again, and lists what was priced again before. */
export function RepricePanel({
  revisions,
  hosts,
  monthStart,
  tomorrow,
  canWrite,
}: {
  revisions: readonly RevisionView[]
  hosts: readonly string[]
  monthStart: string
  tomorrow: string
  canWrite: boolean
}) {
  const [from, setFrom] = useState(monthStart)
  const [to, setTo] = useState(tomorrow)
  const [host, setHost] = useState('')
  const [model, setModel] = useState('')
  if (!canWrite && revisions.length === 0) return null
  const filter = { ...(host === '' ? {} : { host }), ...(model.trim() === '' ? {} : { model: model.trim() }) }
  return (
    <Panel
      id="reprice"
      title={canWrite ? t.reprice.title : t.reprice.revisions}
      note={canWrite ? t.reprice.note : t.reprice.revisionsNote}
    >
      {canWrite ? (
        <div className="flex flex-col gap-3">
          <div className="grid gap-3 sm:grid-cols-4">
            <Field label={t.reprice.from}>
              {(control) => (
                <Input {...control} type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
              )}
            </Field>
            <Field label={t.reprice.until}>
              {(control) => (
                <Input {...control} type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
              )}
            </Field>
            <Field label={t.reprice.host}>
              {(control) => (
                <Select {...control} value={host} onChange={(event) => setHost(event.currentTarget.value)}>
                  <option value="">{t.rates.anyHost}</option>
                  {hosts.map((name) => (
                    <option key={name} value={name}>
                      {hostName(name)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={`${t.reprice.model} (${t.account.optional})`}>
              {(control) => (
                <Input
                  {...control}
                  value={model}
                  maxLength={300}
                  autoComplete="off"
                  onChange={(event) => setModel(event.currentTarget.value)}
                />
              )}
            </Field>
          </div>
          <RepriceSteps scope={{ from, to, filter }} />
        </div>
      ) : null}
      {revisions.length === 0 ? null : <Revisions revisions={revisions} canWrite={canWrite} />}
    </Panel>
  )
}

function Revisions({ revisions, canWrite }: { revisions: readonly RevisionView[]; canWrite: boolean }) {
  return (
    <div className="mt-4">
      <DataTable caption={t.reprice.revisions}>
        <thead>
          <tr>
            <HeadCell>{t.reprice.revisions}</HeadCell>
            <HeadCell>{t.reprice.reasonField}</HeadCell>
            <HeadCell align="right">{t.reprice.changed}</HeadCell>
            <HeadCell align="right">{t.reprice.difference}</HeadCell>
            <HeadCell>
              <span className="sr-only">{t.reprice.undo}</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {revisions.map((one) => (
            <tr key={one.id}>
              <RowHead className="whitespace-nowrap">
                {t.reprice.revision(one.no)} {dayText(one.at)}
                <span className="block text-dim">{one.actor}</span>
              </RowHead>
              <Cell className="wrap-break-word">
                {one.reason}
                <span className="block text-dim">{t.reprice.period(dayText(one.from), dayText(one.to))}</span>
              </Cell>
              <Cell align="right">{countText(one.records_changed)}</Cell>
              <Cell align="right" title={exactUsd(one.difference)}>
                {signedUsd(one.difference)}
              </Cell>
              <Cell align="right">
                {one.undone_at !== null ? (
                  <span className="text-dim">{t.reprice.wasUndone(dayText(one.undone_at))}</span>
                ) : canWrite ? (
                  <UndoReprice id={one.id} no={one.no} />
                ) : null}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </div>
  )
}
