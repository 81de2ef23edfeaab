/** Words of the display currency and its exchange rates. */
export const currency = {
  sentence: (code: string) =>
    code === 'USD' ? 'Totals are shown in US dollars' : `Totals are shown in US dollars and in ${code}`,
  context:
    'The books stay in dollars. A day’s usage is converted with that day’s rate, and no total adds two currencies without one.',
  display: 'Display currency',
  displayHint: 'Three letters, like EUR; USD shows dollars alone',
  save: 'Save',
  saved: (code: string) => `Totals are also shown in ${code}.`,
  savedUsd: 'Totals are shown in US dollars alone.',
  ratesTitle: (code: string) => `Rates of ${code}`,
  ratesNote: 'Units for one US dollar; a rate holds until the next one, for a week at most',
  noRates: 'No rate is entered yet, so nothing is shown in this currency.',
  day: 'Day',
  rate: 'For one dollar',
  source: 'Source',
  by: 'Entered by',
  enter: 'Enter rates',
  lines: 'Rates',
  linesHint: 'One a line: day and units for one dollar, like 2026-09-30 0.9215',
  linesWrong: (line: number) => `Line ${line} is not a day and a rate, like 2026-09-30 0.9215.`,
  sourceField: 'Where they were read',
  sourceHint: 'An address, or words like “ECB reference rates”',
  entered: (entered: number, unchanged: number) =>
    `${entered === 1 ? '1 rate' : `${entered} rates`} entered${unchanged === 0 ? '' : `, ${unchanged} as before`}.`,
  shown: (amount: string, code: string) => `${amount} ${code}`,
  shownAt: (first: string, last: string, count: number, sources: readonly string[]) =>
    `at ${count === 1 ? `the rate of ${first}` : `${count} rates of ${first} to ${last}`} · ${sources.join(', ')}`,
  missing: (code: string, days: number) =>
    `Not shown in ${code}: ${days === 1 ? 'one day has' : `${days} days have`} no exchange rate.`,
  enterThem: 'Enter rates',
  leftOut: (amount: string, inDollars: string | null, days: number) =>
    inDollars === null
      ? `${amount} is not in this figure: ${days === 1 ? 'one day has' : `${days} days have`} no dated rate`
      : `${amount} is not in this figure: ${inDollars} at the rates of its days`,
} as const
