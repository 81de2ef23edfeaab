/** Lists that are told newest first, page by page: what is asked, and where the next page begins. */
import 'server-only'
import { z } from 'zod'

const MOST = 500

export const pageQuery = z.strictObject({
  /** `next` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,18}(\.[0-9a-f-]{36})?$/, 'is not one of this list')
    .optional(),
  limit: z.coerce.number().int().min(1).max(MOST).optional(),
})
export type PageQuery = z.output<typeof pageQuery>

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Cursor of the following rows; null when these are the last. */
  readonly next: string | null
}

/** @param found up to one row more than the page holds */
export function pageOf<Row>(found: readonly Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> {
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: found.length > limit && last !== undefined ? cursorOf(last) : null }
}

/** The number of a list that is ordered by one. */
export const numberOf = (cursor: string | undefined): string | null => cursor?.split('.', 1)[0] ?? null
