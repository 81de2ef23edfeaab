/** Long lists as parameters of a statement. */
import 'server-only'

/**
 * An array as PostgreSQL reads it. The driver would write each item by itself, which costs more than most statements; items
 * are hexadecimal digits and whole numbers, which need no quotes.
 */
export const listText = (items: readonly (string | number | undefined)[]): string => `{${items.join(',')}}`

/** The instant of `ms`, a column of milliseconds since 1970. */
export const INSTANT = `timestamptz 'epoch' + ms * interval '1 millisecond'`
