/** Words of sign-in, set-up and settings. */
export const account = {} as const
