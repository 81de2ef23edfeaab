'use client'
/** Models and GPUs that the workspace describes itself: what is kept, and a form for one more. */
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { OWN_PRECISIONS, type WhatIfChoices } from '../../../lib/core/report/what-if-question'
import { findPrecision } from '../../../lib/core/simulate/cards/precision'
import { ask, numberOf } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { t } from '../messages/en'

const LINKS = ['nvlink', 'pcie', 'none'] as const
const NATIVE = OWN_PRECISIONS.filter((name) => findPrecision(name)?.kind !== 'gguf')
const REQUIRED: ReadonlySet<string> = new Set([
  'mem_gb',
  'bw_gbps',
  'bf16_dense_tflops',
  'total_params_b',
  'layers',
  'hidden',
  'n_heads',
  'vocab',
])

export function OwnCardsDialog({
  open,
  onOpenChange,
  cards,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  cards: WhatIfChoices['ownCards']
}) {
  const o = t.ownGpus
  const router = useRouter()
  const [kind, setKind] = useState<'gpu' | 'model'>('gpu')
  const [busy, setBusy] = useState<string | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  // The page behind is asked again once the dialog closes: a new answer would take the dialog with it.
  const [list, setList] = useState(cards)
  const change = (next: boolean) => {
    onOpenChange(next)
    if (!next && list !== cards) router.refresh()
  }
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = [...new FormData(form)].flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
    )
    const { name, ...card } = Object.fromEntries(fields)
    setBusy('keep')
    const reply = await ask('POST', '/api/v1/cards', { kind, name, card })
    setBusy(null)
    setWhy(reply.ok ? null : reply.why)
    const id = reply.ok ? numberOf(reply.body, 'id') : null
    if (id === null || name === undefined) return
    setList([...list, { id, kind, name }])
    form.reset()
  }
  const drop = async (id: number) => {
    setBusy(String(id))
    const reply = await ask('DELETE', `/api/v1/cards/${id}`)
    setBusy(null)
    setWhy(reply.ok ? null : reply.why)
    if (reply.ok) setList(list.filter((card) => card.id !== id))
  }
  const fields = Object.entries(kind === 'gpu' ? o.gpuFields : o.modelFields)
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={o.cardsTitle}
      description={o.cardsText}
      className="top-[6vh] max-h-[88vh] w-[min(42rem,calc(100vw-2rem))]"
    >
      {list.length === 0 ? null : (
        <ul className="mt-4 divide-y divide-line border-y border-line">
          {list.map((card) => (
            <li key={card.id} className="flex items-center justify-between gap-3 py-2 text-sm">
              <span className="min-w-0 wrap-anywhere">
                {card.name} <span className="text-dim">{o.kinds[card.kind]}</span>
              </span>
              <Button
                size="sm"
                tone="danger"
                busy={busy === String(card.id)}
                aria-label={o.remove(card.name)}
                onClick={() => void drop(card.id)}
              >
                {t.ownGpus.removeShort}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form method="post" key={kind} onSubmit={(event) => void keep(event)} className="mt-4 space-y-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={o.describe}>
            {(control) => (
              <Select
                {...control}
                value={kind}
                onChange={(event) => setKind(event.currentTarget.value === 'model' ? 'model' : 'gpu')}
              >
                <option value="gpu">{o.kindGpu}</option>
                <option value="model">{o.kindModel}</option>
              </Select>
            )}
          </Field>
          <Field label={o.name}>{(control) => <Input {...control} name="name" required maxLength={100} />}</Field>
        </div>
        <div className="grid grid-cols-1 items-end gap-3 sm:grid-cols-3">
          {fields.map(([name, { label, unit }]) => (
            <Field
              key={name}
              label={
                <>
                  {label} <span className="font-normal text-dim">{unit}</span>
                </>
              }
            >
              {(control) => (
                <Input
                  {...control}
                  name={name}
                  inputMode="decimal"
                  pattern="\d{1,9}(\.\d{1,6})?"
                  required={REQUIRED.has(name)}
                  maxLength={16}
                />
              )}
            </Field>
          ))}
          {kind === 'gpu' ? (
            <Field label={o.link}>
              {(control) => (
                <Select {...control} name="interconnect" defaultValue="none">
                  {LINKS.map((link) => (
                    <option key={link} value={link}>
                      {o.links[link]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          ) : (
            <Field label={o.native}>
              {(control) => (
                <Select {...control} name="native_precision" defaultValue="bf16">
                  {NATIVE.map((name) => (
                    <option key={name} value={name}>
                      {name.toUpperCase()}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>
        {why === null ? null : (
          <p role="alert" className="text-sm text-bad">
            {why}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => change(false)}>{t.report.done}</Button>
          <Button type="submit" tone="primary" busy={busy === 'keep'}>
            {o.keep}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
