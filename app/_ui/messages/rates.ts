/** Words of the price book. */
export const rates = {
  title: 'Rates',
} as const
