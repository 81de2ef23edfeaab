'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { UnpricedModelView } from '../../../lib/core/report/unpriced-view'
import { ask, type Reply } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RepriceSteps } from './reprice-steps'

const OWN_PRICE = 'own'
const METERS = ['input', 'cache_read', 'output'] as const

/** A person says what a model without a rate costs: another name of a model of the book, or a price of its own. */
export function RateDialog({ waiting, onClose }: { waiting: UnpricedModelView; onClose: () => void }) {
  const router = useRouter()
  const suggestions = waiting.suggestions.filter((near) => near.likeness !== 'elsewhere')
  const [choice, setChoice] = useState<string>(suggestions.length === 0 ? OWN_PRICE : '')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [confirmed, setConfirmed] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    const reply = choice === OWN_PRICE ? await addPrices(waiting, fields) : await addName(waiting, choice)
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setConfirmed(true)
    router.refresh()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={<span className="wrap-break-word">{t.reprice.giveRateTitle(waiting.model)}</span>}
      description={confirmed ? t.reprice.rateAdded : t.reprice.giveRateText(hostName(waiting.host))}
      className="w-[min(44rem,calc(100vw-2rem))]"
    >
      {confirmed ? (
        <div className="mt-4 flex flex-col gap-4">
          <RepriceSteps
            scope={{ from: waiting.from, to: waiting.to, filter: { host: waiting.host, model: waiting.model } }}
          />
          <Button className="self-end" onClick={onClose}>
            {t.reprice.close}
          </Button>
        </div>
      ) : (
        <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
          {suggestions.length === 0 ? null : (
            <fieldset className="flex flex-col gap-2">
              <legend className="mb-1.5 text-sm font-medium">{t.reprice.sameAs}</legend>
              {suggestions.map((near) => (
                <Choice
                  key={near.model}
                  value={near.model}
                  label={near.model}
                  note={t.reprice.likeness[near.likeness]}
                  choice={choice}
                  onChoose={setChoice}
                />
              ))}
              <Choice value={OWN_PRICE} label={t.reprice.ownPrice} choice={choice} onChoose={setChoice} />
            </fieldset>
          )}
          {choice === OWN_PRICE ? <OwnPrice from={waiting.from} /> : null}
          {why === null ? null : (
            <p role="alert" className="text-sm text-bad">
              {why}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t.kit.cancel}</Button>
            <Button type="submit" tone="primary" busy={busy} disabled={choice === ''}>
              {t.reprice.confirmRate}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function Choice({
  value,
  label,
  note,
  choice,
  onChoose,
}: {
  value: string
  label: string
  note?: string
  choice: string
  onChoose: (value: string) => void
}) {
  return (
    <label className="flex items-start gap-2 text-base">
      <input
        type="radio"
        name="choice"
        value={value}
        checked={choice === value}
        onChange={() => onChoose(value)}
        className="mt-1 size-4 accent-(--accent)"
      />
      <span className="wrap-break-word">
        {label}
        {note === undefined ? null : <span className="text-dim"> · {note}</span>}
      </span>
    </label>
  )
}

function OwnPrice({ from }: { from: string }) {
  return (
    <>
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">{t.reprice.ownPrice}</legend>
        <div className="grid gap-3 sm:grid-cols-3">
          {METERS.map((meter) => (
            <Field key={meter} label={t.reprice.meters[meter]}>
              {(control) => (
                <Input {...control} name={meter} inputMode="decimal" pattern="\d{1,11}(\.\d{1,9})?" maxLength={21} />
              )}
            </Field>
          ))}
        </div>
        <p className="mt-1.5 text-xs text-dim">{t.reprice.ownPriceHint}</p>
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-[10rem_1fr]">
        <Field label={t.reprice.from} hint={t.reprice.fromHint}>
          {(control) => <Input {...control} name="from" type="date" required defaultValue={from} />}
        </Field>
        <Field label={t.reprice.source} hint={t.reprice.sourceHint}>
          {(control) => <Input {...control} name="source" required maxLength={1000} />}
        </Field>
      </div>
    </>
  )
}

function addName(waiting: UnpricedModelView, model: string): Promise<Reply> {
  return ask('POST', '/api/v1/prices/names', { host: waiting.host, name: waiting.model, model })
}

/** One price a meter; the first refusal ends it, and says so. */
async function addPrices(waiting: UnpricedModelView, fields: FormData): Promise<Reply> {
  const amounts = METERS.map((meter) => ({ meter, amount: String(fields.get(meter) ?? '').trim() })).filter(
    ({ amount }) => amount !== '',
  )
  let reply: Reply = { ok: false, why: t.reprice.noAmount, code: '' }
  for (const { meter, amount } of amounts) {
    reply = await ask('POST', '/api/v1/prices', {
      host: waiting.host,
      model: waiting.model,
      meter,
      amount,
      effective_from: `${String(fields.get('from'))}T00:00:00Z`,
      source: String(fields.get('source')),
    })
    if (!reply.ok) return reply
  }
  return reply
}
