/** Prices, bills, cost centres, currency and what-if. */
import { mixSchema, scenarioSchema } from '@/lib/core/simulate/scenario'
import { chargebackQuery } from '@/lib/server/read/chargeback'
import { exchangeRatesQuery } from '@/lib/server/read/exchange'
import { pageQuery } from '@/lib/server/read/list-page'
import { listPricesInput } from '@/lib/server/read/list-prices'
import { addPriceInput } from '@/lib/server/use-case/add-price'
import { adjustInput } from '@/lib/server/use-case/adjust-bill'
import { answerAdvisorInput } from '@/lib/server/use-case/answer-advisor'
import { addChannelInput } from '@/lib/server/use-case/change-alert-channels'
import { addRuleInput, changeRuleInput, shareInput } from '@/lib/server/use-case/change-allocation'
import { addBudgetInput } from '@/lib/server/use-case/change-budgets'
import { ownCardInput } from '@/lib/server/use-case/change-own-cards'
import { closeInput, reviewInput } from '@/lib/server/use-case/close-month'
import { endPriceInput, withdrawNameInput } from '@/lib/server/use-case/end-price'
import { displayCurrencyInput, exchangeRatesInput } from '@/lib/server/use-case/enter-exchange-rates'
import { invoiceInput, toleranceInput } from '@/lib/server/use-case/enter-invoice'
import { estimateInput } from '@/lib/server/use-case/estimate'
import { freezeReportInput } from '@/lib/server/use-case/freeze-report'
import { priceUpdateInput, priceUpdateQuery } from '@/lib/server/use-case/load-price-update'
import { nameModelInput } from '@/lib/server/use-case/name-model'
import { priceCallsInput } from '@/lib/server/use-case/price-calls'
import { reopenInput } from '@/lib/server/use-case/reopen-month'
import { repriceInput } from '@/lib/server/use-case/reprice'
import { shareReportInput } from '@/lib/server/use-case/share-report'
import { switchReportInput } from '@/lib/server/use-case/switch-report'
import { advisorQuery } from '../v1/queries'
import type { Operations } from './operation'

const PDF = ['application/pdf']

export const MONEY_OPERATIONS: Operations = {
  'v1/price': { POST: { summary: 'Price calls without storing them.', body: priceCallsInput } },
  'v1/prices': {
    GET: {
      summary: 'Price entries of the book and of the workspace’s contracts, page by page.',
      query: listPricesInput,
    },
    POST: { summary: 'Add a contract price or a discount.', body: addPriceInput, status: 201 },
  },
  'v1/prices/[id]': { PATCH: { summary: 'End a contract price.', body: endPriceInput } },
  'v1/prices/book': {
    POST: {
      summary: 'Load a signed-off price book file, or preview what it would change.',
      query: priceUpdateQuery,
      body: priceUpdateInput,
    },
  },
  'v1/prices/names': {
    GET: { summary: 'Names the workspace has confirmed for models of the book.' },
    POST: {
      summary: 'Confirm that a name in the records means a model of the book.',
      body: nameModelInput,
      status: 201,
    },
    DELETE: { summary: 'Withdraw a confirmed name.', body: withdrawNameInput },
  },
  'v1/reprice': {
    GET: { summary: 'Re-pricings, newest first, page by page.', query: pageQuery },
    POST: { summary: 'Price stored records again: preview the difference, or apply it.', body: repriceInput },
  },
  'v1/reprice/[id]': { DELETE: { summary: 'Undo a re-pricing.' } },
  'v1/bills': { GET: { summary: 'Every month with usage or a bill of its own.' } },
  'v1/bills/[month]': {
    GET: {
      summary: 'The bill of a month; with .csv, .xlsx, .focus.csv or .pdf after the month, the same bill as a file.',
      replyIs: [
        'application/json',
        'text/csv',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        ...PDF,
      ],
    },
  },
  'v1/bills/[month]/billed': { GET: { summary: 'What providers billed for the month, beside what usage costs.' } },
  'v1/bills/[month]/adjustments': {
    POST: { summary: 'Add a credit, tax, commitment or prepaid amount.', body: adjustInput, status: 201 },
  },
  'v1/bills/[month]/adjustments/[no]': { DELETE: { summary: 'Remove an adjustment of an open month.' } },
  'v1/bills/[month]/invoices': {
    GET: { summary: 'The month beside its hosts’ invoices: each gap split into named causes.' },
    POST: { summary: 'Type in an invoice of a host.', body: invoiceInput, status: 201 },
  },
  'v1/bills/[month]/invoices/[no]': { DELETE: { summary: 'Remove a typed invoice.' } },
  'v1/bills/tolerance': {
    POST: { summary: 'From which gap on the workspace wants to hear of it.', body: toleranceInput },
  },
  'v1/advisor': {
    GET: { summary: 'Open or closed model, API or own GPUs, per project.', query: advisorQuery },
    POST: { summary: 'Answer the advisor’s questions for a project.', body: answerAdvisorInput },
  },
  'v1/forecast': { GET: { summary: 'The month end and the next three months, with a band and the last errors.' } },
  'v1/bills/[month]/changes': { GET: { summary: 'What changed since the month before, in effects that sum exactly.' } },
  'v1/bills/[month]/review': { POST: { summary: 'Mark the month reviewed.', body: reviewInput } },
  'v1/bills/[month]/close': { POST: { summary: 'Close the month: frozen and hashed.', body: closeInput } },
  'v1/bills/[month]/reopen': { POST: { summary: 'Reopen a closed month, by a second person.', body: reopenInput } },
  'v1/bills/[month]/chargeback': {
    GET: {
      summary: 'The month by cost centre.',
      query: chargebackQuery,
      replyIs: ['application/json', 'text/csv'],
    },
  },
  'v1/bills/[month]/chargeback/[centre]': {
    GET: {
      summary: 'The statement of one cost centre.',
      query: chargebackQuery,
      replyIs: ['application/json', 'text/csv'],
    },
  },
  'v1/allocation/rules': {
    POST: { summary: 'Add a rule that gives usage to a cost centre.', body: addRuleInput, status: 201 },
  },
  'v1/allocation/rules/[id]': {
    PATCH: { summary: 'Move or end a rule.', body: changeRuleInput },
    DELETE: { summary: 'Remove a rule.' },
  },
  'v1/allocation/sharing': { POST: { summary: 'Say how unallocated cost is shared.', body: shareInput } },
  'v1/exchange-rates': {
    GET: { summary: 'Dated exchange rates of one currency.', query: exchangeRatesQuery },
    POST: { summary: 'Enter dated exchange rates.', body: exchangeRatesInput },
  },
  'v1/workspace': {
    GET: { summary: 'The workspace and its display currency.' },
    PATCH: { summary: 'Choose the display currency.', body: displayCurrencyInput },
  },
  'v1/simulate': {
    POST: { summary: 'Replay the workspace’s own hours, or a stated demand, elsewhere.', body: scenarioSchema },
  },
  'v1/simulate/mix': {
    POST: { summary: 'The cheapest mix under each project’s quality floor and residency.', body: mixSchema },
  },
  'v1/budgets': {
    GET: { summary: 'Budgets with what is spent and forecast.' },
    POST: { summary: 'Set a budget with its thresholds.', body: addBudgetInput, status: 201 },
  },
  'v1/budgets/[id]': { DELETE: { summary: 'Remove a budget.' } },
  'v1/alerts': { GET: { summary: 'Alerts, newest first, page by page.', query: pageQuery } },
  'v1/alerts/seen': { POST: { summary: 'Mark the alerts seen.' } },
  'v1/alert-channels': {
    GET: { summary: 'Where alerts are sent.' },
    POST: {
      summary: 'Send alerts to a webhook, a Slack-compatible address or a mailbox.',
      body: addChannelInput,
      status: 201,
    },
  },
  'v1/alert-channels/[id]': { DELETE: { summary: 'Stop sending alerts there.' } },
  'v1/alert-channels/[id]/test': { POST: { summary: 'Send one alert there to try it.' } },
  'v1/cards': {
    GET: { summary: 'Models and accelerators the workspace described itself.' },
    POST: {
      summary: 'Keep a model or accelerator card; what-ifs find it by its name.',
      body: ownCardInput,
      status: 201,
    },
  },
  'v1/cards/[id]': { DELETE: { summary: 'Remove a card.' } },
  'v1/estimate': { POST: { summary: 'Estimate what models serve on given hardware.', body: estimateInput } },
  'v1/reports': {
    GET: { summary: 'Frozen what-if reports, newest first, page by page.', query: pageQuery },
    POST: { summary: 'Freeze a what-if as a report.', body: freezeReportInput, status: 201 },
  },
  'v1/reports/[id]': {
    GET: {
      summary: 'A report; with .pdf after the id, its page.',
      replyIs: ['application/json', ...PDF],
    },
    PATCH: { summary: 'Say when the switch of a report was made.', body: switchReportInput },
    DELETE: { summary: 'Delete a report and its links.' },
  },
  'v1/reports/[id]/receipt': { GET: { summary: 'Saving promised and realised, month by month.' } },
  'v1/reports/[id]/links': {
    POST: { summary: 'Make an expiring link to a report.', body: shareReportInput, status: 201 },
  },
  'v1/reports/[id]/links/[link]': { DELETE: { summary: 'Revoke a link.' } },
  'v1/shared/[secret]': { GET: { summary: 'A shared report’s page, by its link.', replyIs: PDF } },
}
