import { Download, X } from 'lucide-react'
import type { CallFilter, CallPage } from '../../../lib/core/report/call-view'
import { centsIn, countText, exactIn, monthName, usdCents } from '../../../lib/core/report/format'
import { type AddressState, addressWith } from '../kit/address'
import { Breadcrumb } from '../kit/breadcrumb'
import { AnchorButton, LinkButton } from '../kit/button'
import { DataTable, HeadCell } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { PeriodControl, type ShownPeriod } from '../kit/period-control'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { CallRow } from './call-row'

/** Names of the address's parameters that narrow the list, in the order they are shown. */
export const CALL_FILTERS = [
  'host',
  'model',
  'service_tier',
  'project',
  'api_key',
  'user',
  'meter',
  'import',
  'unpriced',
] as const

const wide = 'hidden md:table-cell print:table-cell'

/** The records behind a figure, newest first, each with its charge lines. */
export function CallsScreen({
  page,
  filter,
  period,
  address,
}: {
  page: CallPage
  filter: CallFilter
  period: ShownPeriod
  address: AddressState
}) {
  const withoutCursor: AddressState = {
    path: address.path,
    params: Object.fromEntries(Object.entries(address.params).filter(([name]) => name !== 'cursor')),
  }
  const records = countText(page.total.records)
  const onlyUnpriced = withoutCursor.params.unpriced !== undefined
  const aside = page.total.set_aside_records
  const none = page.total.records === '0' && aside === '0'
  return (
    <>
      <TopLine
        left={<Breadcrumb trail={[{ href: '/', label: t.shell.overview }]} here={t.calls.title} />}
        right={
          <>
            <PeriodControl choice={period} address={withoutCursor} />
            {page.total.records === '0' ? null : (
              <AnchorButton href={exportAddress(filter)} download title={t.calls.downloadNote}>
                <Download aria-hidden />
                {t.calls.download}
              </AnchorButton>
            )}
          </>
        }
      />
      <ScreenTitle
        sentence={
          none
            ? t.calls.answerNone
            : onlyUnpriced
              ? t.calls.answerUnpriced(records)
              : page.total.meter === null
                ? t.calls.answer(records, costText(page.total))
                : t.calls.answerMeter(
                    t.rates.meterName(page.total.meter.meter),
                    amountsText(page.total.meter.amounts),
                    records,
                  )
        }
        context={
          <>
            {period.kind === 'all'
              ? null
              : t.kit.customRange(monthName(period.firstMonth), monthName(period.lastMonth))}
            {page.total.meter === null ? null : (
              <>
                {period.kind === 'all' ? null : ' · '}
                {t.calls.meterExact(
                  countText(page.total.meter.quantity),
                  page.total.meter.amounts.map((one) => exactIn(one.amount, one.currency)).join(' + '),
                  costText(page.total),
                )}
              </>
            )}
            {onlyUnpriced || page.total.unpriced_records === '0' ? null : (
              <>
                {period.kind === 'all' ? null : ' · '}
                <Link href={addressWith(withoutCursor, { unpriced: '1' })} className="text-warn hover:underline">
                  △ {t.calls.unpricedAmong(countText(page.total.unpriced_records))}
                </Link>
              </>
            )}
            {aside === '0' ? null : (
              <>
                {period.kind === 'all' ? null : ' · '}
                <Link href="/imports" className="hover:underline">
                  {t.sources.asideAmong(countText(aside))}
                </Link>
              </>
            )}
          </>
        }
      />
      <Chips address={withoutCursor} />
      {none ? (
        <EmptyState
          title={t.calls.answerNone}
          action={<LinkButton href={address.path}>{t.calls.noneAction}</LinkButton>}
        >
          <p>{t.calls.noneText}</p>
        </EmptyState>
      ) : (
        <Panel title={t.calls.listTitle} note={t.calls.listNote}>
          <DataTable caption={t.calls.listTitle}>
            <thead>
              <tr>
                <HeadCell>{t.calls.time}</HeadCell>
                <HeadCell>{t.calls.model}</HeadCell>
                <HeadCell className={wide}>{t.calls.where}</HeadCell>
                <HeadCell align="right" className={wide}>
                  {t.calls.requests}
                </HeadCell>
                <HeadCell align="right" className={wide}>
                  {t.calls.input}
                </HeadCell>
                <HeadCell align="right" className={wide}>
                  {t.calls.cached}
                </HeadCell>
                <HeadCell align="right" className={wide}>
                  {t.calls.output}
                </HeadCell>
                <HeadCell align="right">{t.calls.cost}</HeadCell>
                <HeadCell align="right">
                  <span className="sr-only">{t.calls.lines}</span>
                </HeadCell>
              </tr>
            </thead>
            <tbody>
              {page.items.map((call) => (
                <CallRow key={call.id} call={call} />
              ))}
            </tbody>
          </DataTable>
          {page.next === null && address.params.cursor === undefined ? null : (
            <div className="mt-3 flex gap-2">
              {address.params.cursor === undefined ? null : (
                <LinkButton href={addressWith(withoutCursor, {})}>{t.kit.firstPage}</LinkButton>
              )}
              {page.next === null ? null : (
                <LinkButton href={addressWith(withoutCursor, { cursor: page.next })}>{t.kit.nextPage}</LinkButton>
              )}
            </div>
          )}
        </Panel>
      )}
    </>
  )
}

/** Currencies stand beside each other; nothing adds them. */
function costText({ cost, other_currencies }: CallPage['total']): string {
  const others = other_currencies.map((one) => centsIn(one.cost, one.currency))
  return others.length > 0 && /^0(\.0*)?$/.test(cost) ? others.join(' + ') : [usdCents(cost), ...others].join(' + ')
}

function amountsText(amounts: NonNullable<CallPage['total']['meter']>['amounts']): string {
  return amounts.length === 0 ? usdCents('0') : amounts.map((one) => centsIn(one.amount, one.currency)).join(' + ')
}

/** Where all records of the list are, not only those of this page. */
function exportAddress(filter: CallFilter): string {
  const query = Object.entries(filter).map(([name, value]) => [name, String(value)])
  return `/api/v1/calls.csv?${new URLSearchParams(query)}`
}

/** The filters as chips; each is a link that takes it away. */
function Chips({ address }: { address: AddressState }) {
  const set = CALL_FILTERS.flatMap((name) => {
    const value = address.params[name]
    return value === undefined ? [] : [{ name, value }]
  })
  const offered = address.params.unpriced === undefined
  return (
    <nav aria-label={t.calls.filters} className="mb-4 flex flex-wrap gap-2">
      {set.map(({ name, value }) => (
        <Link
          key={name}
          href={addressWith(address, name === 'meter' ? { meter: null, price: null } : { [name]: null })}
          aria-label={t.calls.removeFilter(t.calls.filterNames[name])}
          className="inline-flex max-w-full items-center gap-1.5 rounded-full bg-accent-soft px-2.5 py-0.5 text-sm text-accent hover:underline"
        >
          <span className="truncate">
            {t.calls.filterNames[name]}
            {name === 'unpriced' ? '' : `: ${shown(name, value)}`}
          </span>
          <X aria-hidden className="size-3.5 shrink-0" />
        </Link>
      ))}
      {offered ? (
        <Link
          href={addressWith(address, { unpriced: '1' })}
          className="inline-flex items-center rounded-full border border-line px-2.5 py-0.5 text-sm text-dim hover:text-ink"
        >
          {t.calls.onlyUnpriced}
        </Link>
      ) : null}
    </nav>
  )
}

function shown(name: (typeof CALL_FILTERS)[number], value: string): string {
  if (value === '') return t.kit.none
  if (name === 'host') return hostName(value)
  if (name === 'meter') return t.rates.meterName(value)
  return name === 'import' ? `#${value}` : value
}
