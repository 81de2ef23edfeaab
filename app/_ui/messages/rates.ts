/** Words of the price book. */
import type { PriceEntry } from '../../../lib/core/price/entry'
import { countText } from '../../../lib/core/report/format'
import type { RateConditionView } from '../../../lib/core/report/rate-view'
import { calls } from './calls'

const confidence: Record<PriceEntry['confidence'], string> = {
  provider: 'the host’s own page',
  catalogue: 'catalogue',
  third_party: 'third party',
  user: 'entered here',
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function offset(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const magnitude = Math.abs(minutes)
  const rest = magnitude % 60 === 0 ? '' : `:${String(magnitude % 60).padStart(2, '0')}`
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(magnitude / 60)}${rest}`
}

/** The conditions of a price in words, one phrase each; none for a price that always holds. */
function conditions(view: RateConditionView): string[] {
  const phrases: string[] = []
  if (view.serviceTier !== undefined) phrases.push(`tier ${view.serviceTier.join(' or ')}`)
  const prompt = view.promptTokens
  if (prompt !== undefined) {
    const bounds = [
      prompt.gt === undefined ? null : `> ${countText(prompt.gt)}`,
      prompt.gte === undefined ? null : `≥ ${countText(prompt.gte)}`,
      prompt.lte === undefined ? null : `≤ ${countText(prompt.lte)}`,
      prompt.lt === undefined ? null : `< ${countText(prompt.lt)}`,
    ].filter((bound) => bound !== null)
    phrases.push(`prompt ${bounds.join(' and ')} tokens`)
  }
  if (view.region !== undefined) phrases.push(`region ${view.region.join(' or ')}`)
  if (view.speed !== undefined) phrases.push(`speed ${view.speed.join(' or ')}`)
  if (view.mode !== undefined) phrases.push(`mode ${view.mode.join(' or ')}`)
  if (view.contextSize !== undefined) phrases.push(`search context ${view.contextSize.join(' or ')}`)
  const local = view.localTime
  if (local !== undefined) {
    const windows = local.windows.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(', ')
    const days = local.weekdays === undefined ? '' : ` on ${local.weekdays.map((day) => WEEKDAYS[day - 1]).join(', ')}`
    const holidays = local.holidayCalendar === undefined ? '' : ', Chinese holidays apart'
    phrases.push(
      `${local.negate === true ? 'outside ' : ''}${windows} ${offset(local.utcOffsetMinutes)}${days}${holidays}`,
    )
  }
  return phrases
}

const plural = (count: string, one: string, many: string) => `${count} ${count === '1' ? one : many}`

export const rates = {
  title: 'Rates',
  confidence,
  conditions,
  answer: (models: string, hosts: string) =>
    `${plural(models, 'model', 'models')} of ${plural(hosts, 'host', 'hosts')} have a rate`,
  answerContext:
    'Each price has its source and the date it was checked; a call is priced with the rate of its own hour.',
  search: 'Search a model or a host',
  searchAction: 'Search',
  anyHost: 'Every host',
  host: 'Host',
  model: 'Model',
  input: 'Input',
  cached: 'Cached input',
  output: 'Output',
  checked: 'Checked',
  perMillion: 'Per million tokens where nothing else is said',
  varies: 'other rates under conditions',
  entries: (count: number) => (count === 1 ? '1 price' : `${count} prices`),
  listTitle: 'Price book',
  shown: (shown: string, all: string) =>
    shown === all ? `${all} found` : `The first ${shown} of ${all}; narrow the search to see others`,
  nothing: 'No model of that name has a rate',
  nothingText: 'Check the spelling, or look for the name the host itself uses.',
  nothingAction: 'Show all models',
  contract: 'contract',
  calls: 'Calls',
  tokens: 'Tokens',
  detailAnswer: (model: string) => model,
  detailContext: (host: string, count: number) => `${host} · ${count === 1 ? '1 price' : `${count} prices`}`,
  inForceTitle: 'In force now',
  inForceNote: (count: number) => (count === 1 ? '1 price' : `${count} prices`),
  pastTitle: 'Earlier and future prices',
  meter: 'Meter',
  everyMeter: 'Every meter',
  meterName: (name: string) => (name === '*' ? 'Every meter' : name === 'reasoning' ? 'Reasoning' : calls.meter(name)),
  price: 'Price',
  factor: (amount: string) => `× ${amount}`,
  when: 'Holds when',
  always: 'always',
  otherwise: 'otherwise',
  from: 'From',
  until: 'Until',
  open: 'in force',
  source: 'Source',
  sourceLink: (host: string) => host,
  checkedOn: (day: string) => `checked ${day}`,
  sourceOf: (meter: string) => `Source of ${meter}`,
  nothingInForce: 'No price of this model is in force now.',
  seeCalls: 'See its calls',
  stepsTitle: 'Rates over time',
  stepsNote: (currency: string) =>
    `${currency === 'USD' ? 'US dollars' : currency} per million. The tables below hold the same figures, and prices in other units.`,
  stepsSets: 'Conditions',
  stepsSet: (view: RateConditionView, currency: string) =>
    [conditions(view).join('; ') || 'Standard', ...(currency === 'USD' ? [] : [currency])].join(' · '),
  stepsMeters: (names: readonly string[]) => {
    const [first = '', ...rest] = names
    return rest.length < 2 ? names.join(', ') : `${first} and ${rest.length} more`
  },
  stepsLegend: 'Meters in the chart',
  stepsFrom: (day: string) => `From ${day}`,
  stepsNone: 'no price',
  stepsNow: 'Today',
  stepsSummary: (from: string, to: string, lines: readonly { readonly name: string; readonly amount: string }[]) =>
    `Rates per million from ${from} to ${to}. On the last day: ${lines.map(({ name, amount }) => `${name} ${amount}`).join(', ')}.`,
  enteredBy: (who: string) => `by ${who}`,
  end: 'End',
  endOf: (name: string) => `End the price ${name}`,
  endTitle: (name: string) => `End the price ${name}`,
  endText: 'From that day on the list price holds again, where there is one. What ended cannot be opened again.',
  endDay: 'First day it no longer holds (UTC)',
  endHint: (begin: string) => `Its own first day, ${begin}, withdraws it altogether`,
  endAction: 'End the price',
  ended: 'The price has its end. Stored records are as they were.',
  actions: 'Actions',
  namesTitle: 'Names you have confirmed',
  namesNote: 'Records with these names are priced as the model they mean',
  nameInRecords: 'Name in the records',
  means: 'Means',
  nameTime: (from: string | null, until: string | null) =>
    [from === null ? null : `from ${from}`, until === null ? null : `until ${until}`].filter(Boolean).join(' '),
  confirmedBy: 'Confirmed by',
  withdraw: 'Withdraw',
  withdrawOf: (name: string) => `Withdraw the name ${name}`,
  withdrawTitle: (name: string) => `Withdraw the name ${name}`,
  withdrawText: (model: string) =>
    `It no longer means ${model}. Stored records keep their price until they are priced again; you see the difference first.`,
  withdrawAction: 'Withdraw the name',
  withdrawn: 'The name is withdrawn. Stored records are as they were.',
  update: 'Load a price update',
  updateTitle: 'Load a price update',
  updateText:
    'A price book file of one host that somebody has checked and signs off. New prices are added, prices it ends are closed; what has ended stays as it was. It holds for every workspace here.',
  updateFile: 'Price book file',
  updateFileHint: 'JSON as in the folder prisma/price-book, at most 4 MB',
  updateBy: 'Signed off by',
  updateDate: 'On',
  updateReason: 'Reason',
  updateNoFile: 'Choose a file first.',
  updateTooLarge:
    'The file is larger than 4 MB. A price book file of one host is far smaller: check that it is the right one.',
  updateNotJson: 'The file is not a JSON object. Choose a price book file like those in prisma/price-book.',
  updateShow: 'Show what changes',
  updatePreview: (host: string) => `What the file would change at ${host}. Nothing is changed yet.`,
  updateAdded: (count: number) => (count === 0 ? 'No new price' : plural(String(count), 'new price', 'new prices')),
  updateClosed: (count: number) =>
    count === 0 ? 'No price ends' : count === 1 ? '1 price gets an end' : `${count} prices get an end`,
  updateNames: (added: number, closed: number) =>
    added === 0 && closed === 0
      ? 'No name changes'
      : `${plural(String(added), 'new name', 'new names')}, ${closed} ended`,
  updateAgainst: (count: number) =>
    count === 1
      ? 'One thing stands against the file; nothing of it can be taken:'
      : `${count} things stand against the file; nothing of it can be taken:`,
  updateApply: 'Load the update',
  updateDone: (host: string) => `The price update of ${host} is loaded.`,
  notUsd: (currency: string) => currency,
} as const
