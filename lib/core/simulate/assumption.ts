/** What an answer rests on, each with its source and the day it was checked: the list under every what-if. */
export interface Assumption {
  /** Closed name; the screen has words for it. */
  readonly name: string
  readonly value: string
  readonly unit: string
  readonly source: string
  /** YYYY-MM-DD; empty for the user's own. */
  readonly checked_on: string
  /** Which models or hosts it is for, when not all. */
  readonly applies_to?: string
}

const CHECKED = '2026-11-23'

export function given(name: string, value: string, unit: string): Assumption {
  return { name, value, unit, source: 'given with the question', checked_on: '' }
}

/** A default of the product, with where it comes from. */
export const DEFAULTS = {
  realism: {
    low: 0.4,
    likely: 0.7,
    high: 1,
    source:
      'GPUStack performance lab: default engines under bursts reach 0.41 of a tuned engine (median); 0.7 is assumed',
  },
  peak_to_mean: {
    likely: 1.8,
    source: 'Busiest minutes over the mean of the hour; assumed, the data has no hour with enough single calls',
  },
  staff_per_month: { likely: '3125', source: 'A quarter of an engineer at $150,000 a year; assumed' },
  storage_per_month: { likely: '0', source: 'Weights and logs fit the disks that come with the GPUs; assumed' },
  growth_per_month: { likely: 0, source: 'Fitted on the whole months of the period, at most ±10 % a month' },
  annual_discount: { likely: 0.08, source: 'Cost of capital; assumed' },
  migration_cost: { likely: '10000', source: 'Two engineer-weeks, once; assumed' },
  max_first_token_ms: {
    likely: 3000,
    source:
      'Three seconds until an answer begins, or twice the prefill of long prompts; assumed, and the estimate is rough',
  },
  max_ms_per_token: { likely: 100, source: 'Ten tokens a second per reader; assumed' },
} as const

export function assumed(name: keyof typeof DEFAULTS, value: string, unit: string): Assumption {
  return { name, value, unit, source: DEFAULTS[name].source, checked_on: CHECKED }
}

export function escalationOf(share: string): Assumption {
  return given('escalation', share, 'of the moved calls, asked again where they were')
}

export function fact(
  name: string,
  value: string,
  unit: string,
  source: string,
  checkedOn: string = CHECKED,
): Assumption {
  return { name, value, unit, source, checked_on: checkedOn }
}
