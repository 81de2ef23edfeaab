'use client'
import { useRouter } from 'next/navigation'
import { Popover } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { monthTick } from '../../../lib/core/report/format'
import { PERIOD_PRESETS, type PeriodChoice } from '../../../lib/core/report/period-choice'
import { t } from '../messages/en'
import { type AddressState, addressWith } from './address'
import { Button } from './button'
import { Field, Input } from './field'
import { SegmentedLinks, segmentClass } from './segmented-control'

/** What the control shows; `all` is no choice of period yet. */
export type ShownPeriod = Pick<PeriodChoice, 'firstMonth' | 'lastMonth'> & {
  readonly kind: PeriodChoice['kind'] | 'all'
}

/** The one period control: presets are links, a custom range is two months in a popover. Months are UTC and it says so. */
export function PeriodControl({ choice, address }: { choice: ShownPeriod; address: AddressState }) {
  return (
    <div className="flex max-w-full items-center gap-2">
      <SegmentedLinks
        label={t.kit.period}
        segments={PERIOD_PRESETS.map((preset) => ({
          href: addressWith(address, { period: preset }),
          label: t.kit.periods[preset],
          current: choice.kind === preset,
        }))}
      >
        <CustomRange choice={choice} address={address} />
      </SegmentedLinks>
      <span className="hidden text-sm text-dim sm:inline" title={t.kit.utcExplained}>
        {t.kit.utc}
      </span>
    </div>
  )
}

function CustomRange({ choice, address }: { choice: ShownPeriod; address: AddressState }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [wrong, setWrong] = useState(false)
  const current = choice.kind === 'custom'
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const first = String(form.get('first'))
    const last = String(form.get('last'))
    const valid = /^\d{4}-\d{2}$/.test(first) && /^\d{4}-\d{2}$/.test(last) && first <= last
    setWrong(!valid)
    if (!valid) return
    setOpen(false)
    router.push(addressWith(address, { period: `${first}..${last}` }), { scroll: false })
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={segmentClass(current)} aria-current={current ? 'true' : undefined}>
        {current ? t.kit.customRange(monthTick(choice.firstMonth), monthTick(choice.lastMonth)) : t.kit.custom}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t.kit.custom}
          className="z-30 w-72 rounded-md border border-line bg-panel p-4"
        >
          <form onSubmit={apply} className="flex flex-col gap-3">
            <Field label={t.kit.firstMonth}>
              {(control) => <Input type="month" name="first" required defaultValue={choice.firstMonth} {...control} />}
            </Field>
            <Field label={t.kit.lastMonth} error={wrong ? t.kit.rangeWrong : null} hint={t.kit.utcExplained}>
              {(control) => <Input type="month" name="last" required defaultValue={choice.lastMonth} {...control} />}
            </Field>
            <Button type="submit" tone="primary">
              {t.kit.apply}
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
