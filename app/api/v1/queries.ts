/** Queries of the routes that read their addresses themselves; the description of the API tells the same. */
import { z } from 'zod'
import type { CallFilter } from '@/lib/core/report/call-view'
import { MAX_PAGE_ROWS } from '@/lib/server/read/calls'

const MAX_IMPORTS = 200
/** Rows are numbered by 32 bits. */
const MAX_ROW_NUMBER = 2_147_483_647

const name = z.string().max(500).optional()
const callsFilter = {
  from: z.string().max(40).default('1970-01-01T00:00:00Z'),
  to: z.string().max(40).default('2200-01-01T00:00:00Z'),
  host: name,
  model: name,
  project: name,
  api_key: name,
  user: name,
  service_tier: name,
  meter: z.string().max(40).optional(),
  price: z.string().max(500).optional(),
  unpriced: z.enum(['true', 'false']).optional(),
  import_no: z.coerce.number().int().positive().max(MAX_ROW_NUMBER).optional(),
}

export const exportQuery = z.strictObject(callsFilter)

export const callsQuery = z.strictObject({
  ...callsFilter,
  cursor: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_ROWS).optional(),
})

/** A query as the filter it stands for: what was not asked for is absent. */
export function callsFilterOf(query: z.infer<typeof exportQuery>): CallFilter {
  const { unpriced, from, to, ...rest } = query
  const asked = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { from, to, ...asked, ...(unpriced === undefined ? {} : { unpriced: unpriced === 'true' }) }
}

export const importsQuery = z.strictObject({
  cursor: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_IMPORTS).optional(),
})

export const uploadQuery = z.strictObject({
  filename: z.string().min(1).max(300).describe('the name of the file, by which it is found again, e.g. usage.csv.'),
  format: z.string().max(60).optional(),
  host: z.string().max(60).optional(),
  timezone: z.string().max(60).optional(),
  mapping: z.uuid().optional(),
  project: z.string().max(200).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .optional(),
})

export const advisorQuery = z.strictObject({ project: z.string().max(500).optional() })
