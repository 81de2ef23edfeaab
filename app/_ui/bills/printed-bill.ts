/** The words of a printed bill. */
import type { BillCorrectionView, BillLineView, BillView } from '../../../lib/core/report/bill-view'
import { countText, dayText, exactUsd, monthName, usdCents } from '../../../lib/core/report/format'
import type { PrintedBill, PrintedRow } from '../../../lib/core/report/printed-bill'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

export function printedBill(bill: BillView, workspace: string): PrintedBill {
  const { coverage } = bill
  return {
    product: t.product.name,
    workspace,
    title: t.bills.sentence(monthName(bill.month)),
    figure: bill.total === null ? t.bills.noAmount : usdCents(bill.total),
    context: [
      [
        t.bills.status[bill.status],
        ...(bill.unfinished ? [t.bills.soFar] : []),
        t.bills.records(countText(bill.records)),
      ].join(' · '),
      coverage.records === '0' ? t.bills.everyPriced : t.bills.unpricedCalls(countText(coverage.requests)),
    ],
    head: [t.bills.line, t.bills.quantity, t.bills.unitPricePlain, t.bills.inForce, t.bills.amount],
    rows: rowsOf(bill),
    foot: [
      t.bills.roundingExplained,
      ...(bill.exact_total === null ? [] : [t.bills.exact(exactUsd(bill.exact_total))]),
      ...(coverage.records === '0' ? [] : [t.bills.unpricedInTotal]),
      ...(bill.close === null ? [] : [`${t.bills.hash} ${bill.close.sha256}`]),
    ],
    pageOf: t.bills.pageOf,
  }
}

function rowsOf(bill: BillView): PrintedRow[] {
  const rows: PrintedRow[] = []
  const add = (level: PrintedRow['level'], name: string, amount: string | null, more: readonly string[] = []) => {
    const [quantity = '', price = '', dates = ''] = more
    rows.push({ level, cells: [name, quantity, price, dates, amount === null ? t.bills.noRate : usdCents(amount)] })
  }
  for (const host of bill.hosts) {
    add('host', hostName(host.host), host.amount)
    for (const model of host.models) {
      const tier = model.service_tier === 'standard' ? '' : `, ${t.bills.tier(model.service_tier)}`
      add('model', `${model.model}${tier}`, model.amount)
      for (const line of model.lines) add('line', t.rates.meterName(line.meter), line.amount, priceOf(line))
      if (model.unpriced !== null && model.amount !== null) {
        add('line', t.bills.unpriced, null, [t.bills.calls(countText(model.unpriced.requests))])
      }
    }
  }
  const corrections = (title: (month: string) => string, of: readonly BillCorrectionView[]) => {
    for (const one of of) {
      add('model', `${title(monthName(one.month))}: ${hostName(one.host)} ${one.model}`, one.amount, [
        t.bills.cause[one.cause](one.cause_no),
      ])
    }
  }
  corrections(t.bills.correctionsOf, bill.corrections)
  corrections(t.bills.carriedOf, bill.carried)
  for (const one of bill.adjustments) add('model', one.reason, one.amount)
  add('model', t.bills.rounding(bill.lines), bill.rounding)
  rows.push({
    level: 'total',
    cells: [t.bills.total, '', '', '', bill.total === null ? t.bills.noAmount : usdCents(bill.total)],
  })
  return rows
}

/** Quantity, unit price with its unit and factor, and the days it is in force. */
function priceOf(line: BillLineView): readonly string[] {
  const factor = line.multiplier === '1' ? '' : ` ${t.rates.factor(line.multiplier)}`
  const per = line.per === '1000000' ? t.bills.perMillion : `/ ${countText(line.per)}`
  return [
    countText(line.quantity),
    `${exactUsd(line.unit_price)} ${per}${factor}`,
    line.effective_to === null
      ? t.bills.since(dayText(line.effective_from))
      : t.bills.between(dayText(line.effective_from), dayText(line.effective_to)),
  ]
}
