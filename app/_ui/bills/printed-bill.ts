/** The words of a printed bill. */
import type { BillCorrectionView, BillCurrencyView, BillLineView, BillView } from '../../../lib/core/report/bill-view'
import { centsIn, countText, dayText, exactIn, exactUsd, monthName, usdCents } from '../../../lib/core/report/format'
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
      ...(bill.other_currencies.length === 0
        ? []
        : [t.bills.besides(bill.other_currencies.map((one) => centsIn(one.exact_total, one.currency)).join(' + '))]),
    ],
    head: [t.bills.line, t.bills.quantity, t.bills.unitPricePlain, t.bills.inForce, t.bills.amount],
    rows: rowsOf(bill),
    foot: [
      t.bills.roundingExplained,
      ...(bill.exact_total === null ? [] : [t.bills.exact(exactUsd(bill.exact_total))]),
      ...(coverage.records === '0' ? [] : [t.bills.unpricedInTotal]),
      ...bill.other_currencies.map(conversionText),
      ...(bill.together === null ? [] : [t.bills.together(usdCents(bill.together.amount))]),
      ...(bill.close === null ? [] : [`${t.bills.hash} ${bill.close.sha256}`]),
    ],
    pageOf: t.bills.pageOf,
  }
}

/** What a currency comes to in dollars, each rate with its day and source; or why it does not. */
function conversionText({ currency, exact_total, converted }: BillCurrencyView): string {
  const { exact_amount: exact, rates, missing } = converted
  if (exact === null) return t.bills.notConverted(currency, missing.length)
  const told = rates.map((one) => t.bills.oneRate(one.rate, currency, dayText(one.day), one.source))
  return `${t.bills.convertedTo(centsIn(exact_total, currency), usdCents(exact))} ${told.join('; ')}`
}

function rowsOf(bill: BillView): PrintedRow[] {
  const rows: PrintedRow[] = []
  type Add = (level: PrintedRow['level'], name: string, amount: string | null, more?: readonly string[]) => void
  const adding =
    (currency: string): Add =>
    (level, name, amount, more = []) => {
      const [quantity = '', price = '', dates = ''] = more
      const said = amount === null ? t.bills.noRate : centsIn(amount, currency)
      rows.push({ level, cells: [name, quantity, price, dates, said] })
    }
  const book = (add: Add, currency: string, of: Pick<BillCurrencyView, 'hosts' | 'corrections' | 'carried'>) => {
    for (const host of of.hosts) {
      add('host', hostName(host.host), host.amount)
      for (const model of host.models) {
        const tier = model.service_tier === 'standard' ? '' : `, ${t.bills.tier(model.service_tier)}`
        add('model', `${model.model}${tier}`, model.amount)
        for (const line of model.lines) add('line', t.rates.meterName(line.meter), line.amount, priceOf(line, currency))
        if (model.unpriced !== null && model.amount !== null) {
          add('line', t.bills.unpriced, null, [t.bills.calls(countText(model.unpriced.requests))])
        }
      }
    }
    const corrections = (title: (month: string) => string, list: readonly BillCorrectionView[]) => {
      for (const one of list) {
        add('model', `${title(monthName(one.month))}: ${hostName(one.host)} ${one.model}`, one.amount, [
          t.bills.cause[one.cause](one.cause_no),
        ])
      }
    }
    corrections(t.bills.correctionsOf, of.corrections)
    corrections(t.bills.carriedOf, of.carried)
  }
  const add = adding('USD')
  book(add, 'USD', bill)
  for (const one of bill.adjustments) add('model', one.reason, one.amount)
  add('model', t.bills.rounding(bill.lines), bill.rounding)
  rows.push({
    level: 'total',
    cells: [t.bills.total, '', '', '', bill.total === null ? t.bills.noAmount : usdCents(bill.total)],
  })
  for (const one of bill.other_currencies) {
    const own = adding(one.currency)
    book(own, one.currency, one)
    own('model', t.bills.rounding(one.lines), one.rounding)
    own('total', t.bills.totalIn(one.currency), one.total)
  }
  return rows
}

/** Quantity, unit price with its unit and factor, and the days it is in force. */
function priceOf(line: BillLineView, currency: string): readonly string[] {
  const factor = line.multiplier === '1' ? '' : ` ${t.rates.factor(line.multiplier)}`
  const per = line.per === '1000000' ? t.bills.perMillion : `/ ${countText(line.per)}`
  return [
    countText(line.quantity),
    `${exactIn(line.unit_price, currency)} ${per}${factor}`,
    line.effective_to === null
      ? t.bills.since(dayText(line.effective_from))
      : t.bills.between(dayText(line.effective_from), dayText(line.effective_to)),
  ]
}
