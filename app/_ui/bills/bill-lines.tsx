'use client'
import type { ReactNode } from 'react'
import type { BillHostView, BillLineView, BillModelView } from '../../../lib/core/report/bill-view'
import { centsIn, countText, dayText, exactIn, monthName } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RateFigure } from '../rates/amount'
import { callsLink } from '../spend/drill'

const link = 'hover:text-accent hover:underline'
/** On a phone a line is its name, quantity × price below it, and the amount. */
const wide = 'hidden sm:table-cell print:table-cell'
const narrow = 'block text-xs text-dim sm:hidden print:hidden'

/** One currency of a bill. */
export interface ShownBook {
  readonly month: string
  readonly currency: string
  readonly hosts: readonly BillHostView[]
  /** Rounded lines. */
  readonly lines: number
  readonly rounding: string
  /** Null when nothing of it has a price. */
  readonly exact_total: string | null
  readonly hasUnpriced: boolean
}

/** The invoice: host, model, lines; each amount leads to the calls it is the sum of. `children` are what else is charged. */
export function BillLines({ book, children }: { book: ShownBook; children: ReactNode }) {
  const { month, currency } = book
  const name = monthName(month)
  return (
    <DataTable caption={currency === 'USD' ? t.bills.linesOf(name) : t.bills.linesIn(name, currency)}>
      <thead>
        <tr>
          <HeadCell>{t.bills.line}</HeadCell>
          <HeadCell align="right" className={wide}>
            {t.bills.quantity}
          </HeadCell>
          <HeadCell align="right" className={wide}>
            {t.bills.unitPrice}
          </HeadCell>
          <HeadCell className={wide}>{t.bills.inForce}</HeadCell>
          <HeadCell align="right">{t.bills.amount}</HeadCell>
        </tr>
      </thead>
      {book.hosts.map((host) => (
        <tbody key={host.host}>
          <SumRow
            label={<span className="font-semibold">{hostName(host.host)}</span>}
            sum={host}
            currency={currency}
            href={callsLink(month, month, undefined, { host: host.host })}
            className="pt-4 font-semibold"
          />
          {host.models.map((model) => (
            <ModelRows key={`${model.model} ${model.service_tier}`} book={book} host={host} model={model} />
          ))}
        </tbody>
      ))}
      {children}
      <tfoot>
        <tr>
          <RowHead className="text-dim" title={t.bills.roundingExplained}>
            {t.bills.rounding(book.lines)}
          </RowHead>
          <Cell colSpan={3} className={wide} />
          <Cell align="right" className="text-dim">
            <Money amount={book.rounding} currency={currency} />
          </Cell>
        </tr>
        <tr>
          <RowHead className="border-b-0">
            <span className="font-semibold">{currency === 'USD' ? t.bills.total : t.bills.totalIn(currency)}</span>
            {book.hasUnpriced ? <span className="block text-dim">{t.bills.unpricedInTotal}</span> : null}
            {book.exact_total === null ? null : (
              <span className="block text-xs text-dim wrap-anywhere">
                {t.bills.exact(exactIn(book.exact_total, currency))}
              </span>
            )}
          </RowHead>
          <Cell colSpan={3} className={cn(wide, 'border-b-0')} />
          <Cell align="right" className="border-b-0 font-semibold">
            {book.exact_total === null ? (
              '—'
            ) : (
              <Link href={callsLink(month, month)} className={link}>
                <Money amount={book.exact_total} currency={currency} />
              </Link>
            )}
          </Cell>
        </tr>
      </tfoot>
    </DataTable>
  )
}

function ModelRows({ book, host, model }: { book: ShownBook; host: BillHostView; model: BillModelView }) {
  const { month, currency } = book
  const filter = { host: host.host, model: model.model, service_tier: model.service_tier }
  const href = callsLink(month, month, undefined, filter)
  const calls =
    model.unpriced === null ? null : (
      <Link href={callsLink(month, month, undefined, { ...filter, unpriced: '1' })} className={link}>
        {t.bills.calls(countText(model.unpriced.requests))}
      </Link>
    )
  return (
    <>
      {model.amount === null ? null : (
        <SumRow
          label={
            <span className="block pl-4">
              <span className="wrap-anywhere">{model.model}</span>
              {model.service_tier === 'standard' ? null : `, ${t.bills.tier(model.service_tier)}`}
            </span>
          }
          sum={model}
          currency={currency}
          href={href}
        />
      )}
      {model.lines.map((line) => (
        <LineRow
          key={[line.meter, line.price_id, ...line.multiplier_ids].join(' ')}
          line={line}
          currency={currency}
          href={callsLink(month, month, undefined, {
            ...filter,
            meter: line.meter,
            price: [line.price_id, ...line.multiplier_ids].join(','),
          })}
        />
      ))}
      {model.unpriced === null ? null : (
        <tr>
          <RowHead>
            <span className={cn('block', model.amount === null ? 'pl-4' : 'pl-8')}>
              <Badge tone="warn">{t.bills.unpriced}</Badge> <span className="wrap-anywhere">{model.model}</span>
              {model.service_tier === 'standard' ? null : `, ${t.bills.tier(model.service_tier)}`}
              <span className={narrow}>
                {calls} · {t.bills.noRate}
              </span>
            </span>
          </RowHead>
          <Cell align="right" className={wide}>
            {calls}
            <span className="block text-dim">{t.bills.tokens(countText(model.unpriced.tokens))}</span>
          </Cell>
          <Cell className={wide} />
          <Cell className={cn(wide, 'text-dim')}>{t.bills.noRate}</Cell>
          <Cell align="right">—</Cell>
        </tr>
      )}
    </>
  )
}

/** A subtotal is the sum of its rounded lines; the sum before rounding is on hover. */
function SumRow({
  label,
  sum,
  currency,
  href,
  className,
}: {
  label: ReactNode
  currency: string
  sum: Pick<BillModelView, 'amount' | 'exact_amount'>
  href: string
  className?: string
}) {
  return (
    <tr>
      <RowHead className={className}>{label}</RowHead>
      <Cell colSpan={3} className={wide} />
      <Cell align="right" className={className}>
        {sum.amount === null || sum.exact_amount === null ? (
          '—'
        ) : (
          <Link href={href} className={link} title={exactIn(sum.exact_amount, currency)}>
            {centsIn(sum.amount, currency)}
          </Link>
        )}
      </Cell>
    </tr>
  )
}

function LineRow({ line, currency, href }: { line: BillLineView; currency: string; href: string }) {
  const phrases = line.conditions.flatMap((conditions) => t.rates.conditions(conditions))
  const price = (
    <>
      <RateFigure amount={line.unit_price} per={line.per} currency={currency} />
      {line.multiplier === '1' ? null : ` ${t.rates.factor(line.multiplier)}`}
    </>
  )
  return (
    <tr>
      <RowHead className="text-dim">
        <span className="block pl-8">
          {t.rates.meterName(line.meter)} {line.contract ? <Badge tone="accent">{t.rates.contract}</Badge> : null}
          {phrases.length === 0 ? null : (
            <span className="block max-w-72 text-xs">{[...new Set(phrases)].join(' · ')}</span>
          )}
          <span className={narrow}>
            {countText(line.quantity)} × {price}
            {line.per === '1000000' ? ` ${t.bills.perMillion}` : null}
          </span>
        </span>
      </RowHead>
      <Cell align="right" className={wide}>
        {countText(line.quantity)}
      </Cell>
      <Cell align="right" className={wide}>
        {price}
      </Cell>
      <Cell className={cn(wide, 'whitespace-nowrap text-dim')}>
        <InForce line={line} />
      </Cell>
      <Cell align="right">
        <Link href={href} className={link}>
          <Money amount={line.exact_amount} currency={currency} />
        </Link>
      </Cell>
    </tr>
  )
}

/** The days of the price, leading to its source; on paper the source is named. */
function InForce({ line }: { line: BillLineView }) {
  const from = dayText(line.effective_from)
  const days = line.effective_to === null ? t.bills.since(from) : t.bills.between(from, dayText(line.effective_to))
  const site = URL.canParse(line.source_url) ? new URL(line.source_url) : null
  if (site === null || (site.protocol !== 'https:' && site.protocol !== 'http:')) {
    return <span title={line.source_url}>{days}</span>
  }
  return (
    <a
      href={line.source_url}
      target="_blank"
      rel="noreferrer"
      title={t.bills.source(site.hostname)}
      className="underline decoration-line-strong decoration-dotted underline-offset-3 hover:text-accent"
    >
      {days}
      <span className="hidden text-xs print:block">{site.hostname}</span>
    </a>
  )
}
