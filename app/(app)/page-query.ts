/** What a page reads from its address. */

export type PageQuery = Readonly<Record<string, string | string[] | undefined>>

/**
 * The named parameters that are given; of one given twice the first counts, and others are dropped from the address. So is
 * one with the character U+0000, which no name has and no database takes.
 */
export function singleValues<Name extends string>(
  query: PageQuery,
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> & Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const name of names) {
    const value = query[name]
    const first = typeof value === 'string' ? value : value?.[0]
    if (first !== undefined && !first.includes('\0')) values[name] = first
  }
  return values as Partial<Record<Name, string>> & Record<string, string>
}

/** Where the browser reached this server, for commands shown to copy. */
export function originOf(headers: Pick<Headers, 'get'>): string {
  const host = headers.get('host')
  const scheme = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http'
  return host === null ? 'http://localhost:3000' : `${scheme}://${host}`
}
