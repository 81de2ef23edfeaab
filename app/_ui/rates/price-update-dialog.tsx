'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** As the server takes it. */
const MOST_BYTES = 4 * 1024 ** 2

interface Outcome {
  readonly host: string
  readonly entries_added: number
  readonly entries_closed: number
  readonly names_added: number
  readonly names_closed: number
  readonly contradictions: readonly string[]
  readonly ties: readonly string[]
}

function outcomeOf(body: unknown): Outcome | null {
  if (typeof body !== 'object' || body === null) return null
  return 'contradictions' in body && 'ties' in body ? (body as Outcome) : null
}

/** A signed-off price book file: what it would change first, then the change. The file is taken whole or not at all. */
export function PriceUpdateButton({ today }: { today: string }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [shown, setShown] = useState<{ readonly request: object; readonly outcome: Outcome } | null>(null)
  const show = (isOpen: boolean) => {
    setOpen(isOpen)
    setShown(null)
    setWhy(null)
  }
  const send = async (mode: 'preview' | 'apply', request: object): Promise<Outcome | null> => {
    setBusy(true)
    const reply = await ask('POST', `/api/v1/prices/book?mode=${mode}`, request)
    setBusy(false)
    const outcome = reply.ok ? outcomeOf(reply.body) : null
    setWhy(outcome === null ? (reply.ok ? t.reprice.unreadable : reply.why) : null)
    return outcome
  }
  const preview = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const file = fields.get('file')
    if (!(file instanceof File) || file.size === 0) return setWhy(t.rates.updateNoFile)
    if (file.size > MOST_BYTES) return setWhy(t.rates.updateTooLarge)
    const book = readJson(await file.text())
    if (book === null) return setWhy(t.rates.updateNotJson)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const request = { ...book, sign_off: { name: text('name'), date: text('date'), reason: text('reason') } }
    const outcome = await send('preview', request)
    if (outcome !== null) setShown({ request, outcome })
  }
  const apply = async () => {
    if (shown === null) return
    const outcome = await send('apply', shown.request)
    if (outcome === null) return
    toast.success(t.rates.updateDone(hostName(outcome.host)))
    show(false)
    router.refresh()
  }
  return (
    <>
      <Button className="h-9" onClick={() => show(true)}>
        {t.rates.update}
      </Button>
      <Dialog
        open={open}
        onOpenChange={show}
        title={t.rates.updateTitle}
        description={shown === null ? t.rates.updateText : t.rates.updatePreview(hostName(shown.outcome.host))}
        className="w-[min(44rem,calc(100vw-2rem))]"
      >
        <form method="post" onSubmit={(event) => void preview(event)} className="mt-4 flex flex-col gap-4">
          {shown === null ? (
            <>
              <Field label={t.rates.updateFile} hint={t.rates.updateFileHint}>
                {(control) => (
                  <input
                    {...control}
                    name="file"
                    type="file"
                    accept="application/json,.json"
                    required
                    className="text-sm file:mr-3 file:h-9 file:rounded-md file:border file:border-line-strong file:bg-panel file:px-3 file:text-ink"
                  />
                )}
              </Field>
              <div className="grid gap-3 sm:grid-cols-[1fr_10rem]">
                <Field label={t.rates.updateBy}>
                  {(control) => <Input {...control} name="name" required maxLength={200} autoComplete="name" />}
                </Field>
                <Field label={t.rates.updateDate}>
                  {(control) => <Input {...control} name="date" type="date" required defaultValue={today} />}
                </Field>
              </div>
              <Field label={t.rates.updateReason} hint={t.reprice.reasonHint}>
                {(control) => <Input {...control} name="reason" required maxLength={1000} />}
              </Field>
            </>
          ) : (
            <Changes outcome={shown.outcome} />
          )}
          {why === null ? null : (
            <p role="alert" className="text-sm text-bad">
              {why}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => show(false)}>{t.kit.cancel}</Button>
            {shown === null ? (
              <Button type="submit" tone="primary" busy={busy}>
                {t.rates.updateShow}
              </Button>
            ) : isClean(shown.outcome) ? (
              <Button tone="primary" busy={busy} onClick={() => void apply()}>
                {t.rates.updateApply}
              </Button>
            ) : null}
          </div>
        </form>
      </Dialog>
    </>
  )
}

function isClean(outcome: Outcome): boolean {
  return outcome.contradictions.length === 0 && outcome.ties.length === 0
}

function Changes({ outcome }: { outcome: Outcome }) {
  const against = [...outcome.contradictions, ...outcome.ties]
  if (against.length > 0) {
    return (
      <div role="alert" className="text-sm">
        <p className="text-bad">{t.rates.updateAgainst(against.length)}</p>
        <ul className="mt-2 max-h-64 list-disc overflow-y-auto pl-5">
          {against.map((line) => (
            <li key={line} className="wrap-break-word">
              {line}
            </li>
          ))}
        </ul>
      </div>
    )
  }
  const counts = [
    t.rates.updateAdded(outcome.entries_added),
    t.rates.updateClosed(outcome.entries_closed),
    t.rates.updateNames(outcome.names_added, outcome.names_closed),
  ]
  return (
    <ul aria-live="polite" className="list-disc pl-5 text-base">
      {counts.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function readJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    // Not JSON: the caller says so.
    return null
  }
}
