'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { dayText } from '../../../lib/core/report/format'
import { ask, textOf } from '../auth/request'
import { Button } from '../kit/button'
import { CodeLine } from '../kit/code-line'
import { Dialog } from '../kit/dialog'
import { Field, Select } from '../kit/field'
import { t } from '../messages/en'

const LIFETIMES = [7, 30, 90] as const

export interface OpenLink {
  readonly id: string
  readonly by: string
  readonly endsAt: string
}

/** Makes a link that ends by itself, shows its address once, and ends links that are open. */
export function ShareDialog({
  id,
  open,
  onOpenChange,
  links,
  origin,
}: {
  id: string
  open: boolean
  onOpenChange: (open: boolean) => void
  links: readonly OpenLink[]
  origin: string
}) {
  const router = useRouter()
  const [made, setMade] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const close = (next: boolean) => {
    onOpenChange(next)
    if (!next) setMade(null)
  }
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const days = LIFETIMES.find((value) => String(value) === new FormData(event.currentTarget).get('days')) ?? 30
    setBusy('make')
    const reply = await ask('POST', `/api/v1/reports/${id}/links`, { expires_in_days: days })
    setBusy(null)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setMade(`${origin}${textOf(reply.body, 'path')}`)
    router.refresh()
  }
  const end = async (link: string) => {
    setBusy(link)
    const reply = await ask('DELETE', `/api/v1/reports/${id}/links/${link}`)
    setBusy(null)
    setWhy(reply.ok ? null : reply.why)
    if (reply.ok) router.refresh()
  }
  return (
    <Dialog open={open} onOpenChange={close} title={t.report.shareTitle} description={t.report.shareText}>
      {made === null ? (
        <form method="post" onSubmit={(event) => void make(event)} className="mt-4 flex items-end gap-2">
          <Field label={t.report.shareEnds} className="flex-1">
            {(control) => (
              <Select {...control} name="days" defaultValue="30">
                {LIFETIMES.map((days) => (
                  <option key={days} value={days}>
                    {t.report.shareDays(days)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" tone="primary" className="h-9" busy={busy === 'make'}>
            {t.report.makeLink}
          </Button>
        </form>
      ) : (
        <div className="mt-4 space-y-2">
          <CodeLine code={made} label={t.report.link} />
          <p className="text-sm text-dim">{t.report.linkOnce}</p>
        </div>
      )}
      {why === null ? null : (
        <p role="alert" className="mt-3 text-sm text-bad">
          {why}
        </p>
      )}
      {links.length === 0 ? null : (
        <section className="mt-5">
          <h3 className="mb-1 text-sm font-semibold">{t.report.links}</h3>
          <ul className="divide-y divide-line">
            {links.map((link) => (
              <li key={link.id} className="flex items-center justify-between gap-3 py-2 text-sm">
                <span className="min-w-0 wrap-anywhere">{t.report.linkBy(link.by, dayText(link.endsAt))}</span>
                <Button size="sm" tone="danger" busy={busy === link.id} onClick={() => void end(link.id)}>
                  {t.report.endLink}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="mt-5 flex justify-end">
        <Button onClick={() => close(false)}>{t.report.done}</Button>
      </div>
    </Dialog>
  )
}
