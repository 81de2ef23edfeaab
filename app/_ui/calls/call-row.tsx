'use client'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import type { CallView, ChargeLineView } from '../../../lib/core/report/call-view'
import { countText, dayText, exactIn, exactUsd, instantText, unitPrice } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

const COLUMNS = 9
const wide = 'hidden md:table-cell print:table-cell'

/** One record; its charge lines open below it. */
export function CallRow({ call }: { call: CallView }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const time = instantText(call.timestamp)
  const cached = BigInt(call.cache_read) + BigInt(call.cache_write_5m) + BigInt(call.cache_write_1h)
  return (
    <>
      <tr>
        <RowHead className="md:whitespace-nowrap">
          {time.replace(' UTC', '')}
          {call.bucket_seconds === 0 ? null : (
            <span className="block text-dim">{t.calls.bucket(call.bucket_seconds)}</span>
          )}
        </RowHead>
        <Cell>
          <span className="wrap-anywhere md:wrap-break-word">{call.model}</span>
          <span className="block text-dim">
            {hostName(call.host)}
            {call.status === 'ok' ? null : (
              <>
                {' '}
                <Badge tone="warn">{call.status === 'error' ? t.calls.statusError : t.calls.statusCancelled}</Badge>
              </>
            )}
          </span>
          {call.project === null ? null : (
            <span className="block wrap-anywhere text-dim md:hidden">{call.project}</span>
          )}
        </Cell>
        <Cell className={wide}>
          <span className="wrap-break-word">{call.project === null ? '—' : call.project}</span>
          {call.api_key === null ? null : <span className="block wrap-break-word text-dim">{call.api_key}</span>}
        </Cell>
        <Cell align="right" className={wide}>
          {call.requests === null ? (
            <span className="text-dim" title={t.calls.requestsUnknown}>
              —
            </span>
          ) : (
            countText(call.requests)
          )}
        </Cell>
        <Cell align="right" className={wide}>
          {countText(call.input)}
        </Cell>
        <Cell align="right" className={wide}>
          {countText(cached.toString())}
        </Cell>
        <Cell align="right" className={wide}>
          {countText(call.output)}
        </Cell>
        <Cell align="right">
          {call.cost === null ? (
            <Badge tone="warn">{t.calls.noRate}</Badge>
          ) : (
            <Money amount={call.cost} currency={call.currency} as="fine" />
          )}
          {call.set_aside_by === null ? null : (
            <span className="block" title={t.sources.badgeExplained(call.set_aside_by)}>
              <Badge>{t.sources.badge}</Badge>
            </span>
          )}
        </Cell>
        <Cell align="right" className="py-1">
          <Button
            size="sm"
            tone="quiet"
            aria-expanded={open}
            aria-controls={id}
            aria-label={t.calls.showLinesOf(time, call.model)}
            onClick={() => setOpen(!open)}
          >
            {open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
            <span className="hidden md:inline">{t.calls.showLines}</span>
          </Button>
        </Cell>
      </tr>
      <tr id={id} hidden={!open}>
        <td colSpan={COLUMNS} className="border-b border-line bg-soft px-2 py-3 sm:px-6">
          {open ? <Lines call={call} /> : null}
        </td>
      </tr>
    </>
  )
}

function reportedText({
  reported_cost: amount,
  reported_currency: currency,
  reported_difference: difference,
}: CallView) {
  if (amount === null) return null
  if (currency !== 'USD') return t.calls.reported(`${amount} ${currency}`, null)
  return t.calls.reported(
    exactUsd(amount),
    difference === null ? null : `${difference.startsWith('-') ? '' : '+'}${exactUsd(difference)}`,
  )
}

function Lines({ call }: { call: CallView }) {
  const facts = [
    `${t.calls.tier}: ${call.service_tier}`,
    call.region === null ? null : `${t.calls.region}: ${call.region}`,
    call.user === null ? null : `${t.calls.user}: ${call.user}`,
    call.latency_ms === null ? null : `${t.calls.latency}: ${t.calls.milliseconds(call.latency_ms)}`,
    reportedText(call),
    t.calls.origin(call.import_no, countText(call.source_line)),
  ].filter((part) => part !== null)
  return (
    <>
      {call.reason === null ? null : (
        <p className="mb-2">
          <span className="text-warn">{call.reason.message}</span> {call.reason.remedy}{' '}
          <Link href="/rates#unpriced" className="text-accent underline underline-offset-3">
            {t.calls.addRate}
          </Link>
        </p>
      )}
      {call.lines.length === 0 ? (
        call.reason === null ? (
          <p className="text-dim">{t.calls.noLines}</p>
        ) : null
      ) : (
        <DataTable caption={t.calls.lines}>
          <thead>
            <tr>
              <HeadCell>{t.calls.lines}</HeadCell>
              <HeadCell align="right">{t.calls.quantity}</HeadCell>
              <HeadCell align="right">{t.calls.unitPrice}</HeadCell>
              <HeadCell align="right">{t.calls.multiplier}</HeadCell>
              <HeadCell>{t.calls.inForceSince}</HeadCell>
              <HeadCell align="right">{t.calls.amount}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {call.lines.map((line) => (
              <Line key={`${line.meter} ${line.price_id}`} line={line} currency={call.currency} />
            ))}
          </tbody>
          {call.cost === null ? null : (
            <tfoot>
              <tr className="font-semibold">
                <RowHead className="font-semibold">{t.calls.total}</RowHead>
                <Cell colSpan={4} />
                <Cell align="right">{exactIn(call.cost, call.currency)}</Cell>
              </tr>
            </tfoot>
          )}
        </DataTable>
      )}
      <p className="mt-2 text-dim">{facts.join(' · ')}</p>
    </>
  )
}

function Line({ line, currency }: { line: ChargeLineView; currency: string }) {
  return (
    <tr>
      <RowHead>{t.calls.meter(line.meter)}</RowHead>
      <Cell align="right">{countText(line.quantity)}</Cell>
      <Cell align="right">
        {currency === 'USD' ? unitPrice(line.unit_price) : `${line.unit_price} ${currency}`}{' '}
        <span className="text-dim">{t.calls.per(line.per)}</span>
      </Cell>
      <Cell align="right">{line.multiplier === '1' ? '—' : `× ${line.multiplier}`}</Cell>
      <Cell className="whitespace-nowrap">
        {dayText(line.effective_from)}
        {' · '}
        <a
          href={line.source_url}
          rel="noreferrer"
          target="_blank"
          aria-label={t.calls.sourceOf(t.calls.meter(line.meter))}
          className="text-accent underline underline-offset-3"
        >
          {t.calls.source}
        </a>
      </Cell>
      <Cell align="right">{exactIn(line.amount, currency)}</Cell>
    </tr>
  )
}
