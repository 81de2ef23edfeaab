/** Words of the list of calls. */
export const calls = {
  title: 'Calls',
} as const
