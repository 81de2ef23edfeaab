/** Words of "what changed" between two months. */
import { countText, usdCents } from '../../../lib/core/report/format'

const day = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short' })
const dayOf = (iso: string) => `${Number.parseInt(iso.slice(8, 10), 10)} ${day.format(new Date(`${iso}T00:00:00Z`))}`
const times = (tenths: number) => `${Math.floor(tenths / 10)}${tenths % 10 === 0 ? '' : `.${tenths % 10}`}×`

const causes = {
  calls: 'calls',
  prompt_tokens: 'input tokens a call',
  output_tokens: 'output tokens a call',
  price: 'cost a token',
} as const

export const change = {
  title: 'What changed',
  tabs: { bill: 'Bill', invoices: 'Invoices', changes: 'What changed', chargeback: 'Chargeback' },
  tabsLabel: 'Views of the month',
  less: (month: string) => `less than ${month}`,
  more: (month: string) => `more than ${month}`,
  same: (month: string) => `as much as ${month}`,
  days: (days: number) => `the first ${days === 1 ? 'day' : `${days} days`} of both months`,
  from: (before: string, after: string) => `${before} → ${after}`,
  bridgeTitle: 'From one month to the next',
  bridgeNote:
    'The usage of both months: the steps sum to the whole difference, to the last digit. Corrections and adjustments stand on the bill',
  effects: {
    volume: 'Volume',
    mix: 'Mix',
    cache: 'Cache',
    price: 'Price',
    new: 'New',
    retired: 'Retired',
  },
  effectsExplained: {
    volume: 'All tokens grew or shrank alike, at the earlier mix and prices.',
    mix: 'Tokens moved between projects, models, tiers and prompt lengths, or between prompt and answer.',
    cache: 'Another share of the prompts came from the cache or was written to it.',
    price: 'The same quantities at the prices of the later month.',
    new: 'Projects began to use models they did not use before.',
    retired: 'Projects stopped using models.',
  },
  step: 'Step',
  meaning: 'Meaning',
  amount: 'Amount',
  total: 'Difference',
  axisFrom: (amount: string) => `The axis begins at ${amount}`,
  showTable: 'Show as table',
  showChart: 'Show as chart',
  summary: (before: string, after: string, steps: readonly string[]) => `${before} to ${after}: ${steps.join(', ')}`,
  moversTitle: 'Top movers',
  moversNote: 'Project × model, the largest change first',
  pair: 'Project × model',
  pairOf: (project: string | null, model: string) => `${project ?? 'no project'} × ${model}`,
  others: (count: number) => (count === 1 ? '1 other' : `${countText(String(count))} others`),
  all: 'All',
  anomaliesTitle: 'Unusual days',
  anomaliesNote: 'Against the same kind of day in the four weeks before',
  anomaliesNone: 'No project spent unusually much on a model on any day of this month.',
  anomaly: (one: {
    readonly cost: string
    readonly from: string
    readonly to: string
    readonly usual_low: string
    readonly usual_high: string
    readonly cause: keyof typeof causes
    readonly factor_tenths: number
  }) =>
    `${usdCents(one.cost)} ${one.from === one.to ? `on ${dayOf(one.from)}` : `from ${dayOf(one.from)} to ${dayOf(one.to)}`}, usually ${usdCents(one.usual_low)}–${usdCents(one.usual_high)}; ${causes[one.cause]} ${times(one.factor_tenths)}`,
  besides: (month: string, amounts: string) => `${month} also has ${amounts}, in no amount here.`,
  unpriced: (count: string) => `${count} calls without a rate are in no amount here.`,
  nothing: (month: string) => `${month} has nothing to compare`,
  nothingText: 'Neither this month nor the one before has usage with a price.',
} as const
