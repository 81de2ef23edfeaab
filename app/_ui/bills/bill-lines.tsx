import type { ReactNode } from 'react'
import type { BillHostView, BillLineView, BillModelView, BillView } from '../../../lib/core/report/bill-view'
import { countText, dayText, exactUsd, monthName, usdCents } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RateFigure } from '../rates/amount'
import { callsLink } from '../spend/drill'
import { BillOthers } from './bill-others'

const link = 'hover:text-accent hover:underline'
/** On a phone a line is its name, quantity × price below it, and the amount. */
const wide = 'hidden sm:table-cell print:table-cell'
const narrow = 'block text-xs text-dim sm:hidden print:hidden'

/** The invoice: host, model, lines; each amount leads to the calls of its host and model. */
export function BillLines({ bill, mayChange }: { bill: BillView; mayChange: boolean }) {
  return (
    <DataTable caption={t.bills.linesOf(monthName(bill.month))}>
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
      {bill.hosts.map((host) => (
        <tbody key={host.host}>
          <SumRow
            label={<span className="font-semibold">{hostName(host.host)}</span>}
            sum={host}
            href={callsLink(bill.month, bill.month, undefined, { host: host.host })}
            className="pt-4 font-semibold"
          />
          {host.models.map((model) => (
            <ModelRows key={`${model.model} ${model.service_tier}`} month={bill.month} host={host} model={model} />
          ))}
        </tbody>
      ))}
      <BillOthers bill={bill} mayChange={mayChange} />
      <tfoot>
        <tr>
          <RowHead className="text-dim" title={t.bills.roundingExplained}>
            {t.bills.rounding(bill.lines)}
          </RowHead>
          <Cell colSpan={3} className={wide} />
          <Cell align="right" className="text-dim">
            <Money amount={bill.rounding} />
          </Cell>
        </tr>
        <tr>
          <RowHead className="border-b-0">
            <span className="font-semibold">{t.bills.total}</span>
            {bill.coverage.records === '0' ? null : <span className="block text-dim">{t.bills.unpricedInTotal}</span>}
            {bill.exact_total === null ? null : (
              <span className="block text-xs text-dim wrap-anywhere">{t.bills.exact(exactUsd(bill.exact_total))}</span>
            )}
          </RowHead>
          <Cell colSpan={3} className={cn(wide, 'border-b-0')} />
          <Cell align="right" className="border-b-0 font-semibold">
            {bill.total === null || bill.exact_total === null ? (
              '—'
            ) : (
              <Link href={callsLink(bill.month, bill.month)} className={link}>
                <Money amount={bill.exact_total} />
              </Link>
            )}
          </Cell>
        </tr>
      </tfoot>
    </DataTable>
  )
}

function ModelRows({ month, host, model }: { month: string; host: BillHostView; model: BillModelView }) {
  const filter = { host: host.host, model: model.model }
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
          href={href}
        />
      )}
      {model.lines.map((line) => (
        <LineRow key={[line.meter, line.price_id, ...line.multiplier_ids].join(' ')} line={line} href={href} />
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
  href,
  className,
}: {
  label: ReactNode
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
          <Link href={href} className={link} title={exactUsd(sum.exact_amount)}>
            {usdCents(sum.amount)}
          </Link>
        )}
      </Cell>
    </tr>
  )
}

function LineRow({ line, href }: { line: BillLineView; href: string }) {
  const phrases = line.conditions.flatMap((conditions) => t.rates.conditions(conditions))
  const price = (
    <>
      <RateFigure amount={line.unit_price} per={line.per} currency="USD" />
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
          <Money amount={line.exact_amount} />
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
