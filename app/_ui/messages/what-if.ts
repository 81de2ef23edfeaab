/** Words of the what-if screen. */
export const whatIf = {} as const
