import NextLink from 'next/link'
import type { ComponentProps } from 'react'

/**
 * A link that is fetched when it is followed. Screens have many links to figures behind figures; fetching all of them
 * ahead would run a query each.
 */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />
}
