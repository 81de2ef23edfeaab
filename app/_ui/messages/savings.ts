/** Words of the overview's largest savings. */
export const savings = {
  title: 'Where you could save',
  note: (targets: number) =>
    `Three months replayed hour by hour on ${targets} open models and hosts, none with a lower quality index`,
  none: 'No open model of the book would have been cheaper at the same quality index.',
  move: 'Move',
  noProject: 'calls without a project',
  to: (model: string) => `to ${model}`,
  from: (model: string, host: string, calls: string) => `${calls} calls of ${model}, at ${host}`,
  perMonth: '/mo',
  range: (low: string, high: string) => `${low} – ${high}`,
  exact: (amount: string) => `${amount} a month. Opens the question with its assumptions.`,
  looking: 'Looking for savings',
} as const
