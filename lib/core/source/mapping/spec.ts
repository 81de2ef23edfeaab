/**
 * A mapping: how the columns of a file that no dialect knows become usage records. It is what a person decided, saved with
 * the header it was decided for; everything that could be read in two ways is decided here and never row by row.
 */
import { z } from 'zod'
import { isTimeZone } from '../../time/zone-offset'

export const MAPPED_FIELDS = [
  'time',
  'end_time',
  'model',
  'host',
  'input',
  'cache_read',
  'cache_write',
  'output',
  'reasoning',
  'requests',
  'reported_cost',
  'id',
  'project',
  'api_key',
  'user',
  'service_tier',
  'region',
  'status',
  'latency_ms',
] as const
export type MappedField = (typeof MAPPED_FIELDS)[number]

/** Columns of whole numbers. */
export const COUNT_FIELDS = ['input', 'cache_read', 'cache_write', 'output', 'reasoning', 'requests'] as const
/** Columns whose numbers may be written in more than one way. */
export const NUMBER_FIELDS = [...COUNT_FIELDS, 'reported_cost'] as const
export type NumberField = (typeof NUMBER_FIELDS)[number]

/** `point`: 1,234.56. `comma`: 1.234,56. Blanks and apostrophes set thousands apart in both. */
export const NUMBER_STYLES = ['point', 'comma'] as const
export type NumberStyle = (typeof NUMBER_STYLES)[number]

/** `iso`: ISO 8601, RFC 3339, or seconds to nanoseconds since 1970; `dmy`, `mdy`, `ymd`: 31/12/2026, 12/31/2026, 2026/12/31; `named`: 31 Dec 2026; `serial`: a spreadsheet's day number. */
export const DATE_STYLES = ['iso', 'dmy', 'mdy', 'ymd', 'named', 'serial'] as const
export type DateStyle = (typeof DATE_STYLES)[number]

const MAX_COLUMNS = 2_000
const place = z.number().int().min(0).max(MAX_COLUMNS)

export const mappingSpec = z
  .strictObject({
    kind: z.enum(['csv', 'json']),
    /** `unicode`: what the file's mark says, else UTF-8. */
    encoding: z.enum(['unicode', 'windows-1252']),
    delimiter: z.enum([',', ';', '\t', '|']).nullable(),
    /** Key of the list that holds the records of a JSON document. */
    page_key: z.string().max(200).nullable(),
    /** Trimmed, lower-cased header of a table in its order; paths of a JSON record. */
    header: z.array(z.string().max(400)).min(1).max(MAX_COLUMNS),
    /** Places in `header`. */
    columns: z.partialRecord(z.enum(MAPPED_FIELDS), place),
    numbers: z.partialRecord(z.enum(NUMBER_FIELDS), z.enum(NUMBER_STYLES)),
    dates: z.enum(DATE_STYLES).nullable(),
    /** Zone of times without an offset. */
    time_zone: z.string().max(60).refine(isTimeZone, 'is no time zone of the IANA database').nullable(),
    /** What a row is: one call, or the sum of an hour, a day or a month. */
    row: z.enum(['call', 'hour', 'day', 'month']),
    input_includes_cache: z.boolean().nullable(),
    output_includes_reasoning: z.boolean().nullable(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** Stands where no column tells it. */
    host: z.string().trim().toLowerCase().max(60).nullable(),
    model: z.string().trim().max(200).nullable(),
  })
  .refine(
    (spec) => Object.values(spec.columns).every((at) => at === undefined || at < spec.header.length),
    'a column lies outside the header',
  )
export type MappingSpec = z.output<typeof mappingSpec>

/** A saved mapping as the importer takes it. */
export interface SavedMapping {
  readonly id: string
  readonly name: string
  readonly spec: MappingSpec
}

export type QuestionCode =
  | 'NO_TIME'
  | 'NO_MODEL'
  | 'NO_COUNTS'
  | 'DATE_ORDER'
  | 'TIME_ZONE'
  | 'NUMBER_STYLE'
  | 'INPUT_INCLUDES_CACHE'
  | 'OUTPUT_INCLUDES_REASONING'

/** Something that only a person can decide; the file is not imported before. */
export interface Question {
  readonly code: QuestionCode
  /** The field it is about, where it is about one. */
  readonly field: MappedField | null
}

/** What is still open in a mapping. `timesNeedZone`: some time of the file has no offset. */
export function openQuestions(spec: MappingSpec, timesNeedZone: boolean): readonly Question[] {
  const { columns } = spec
  const open: Question[] = []
  const ask = (code: QuestionCode, field: MappedField | null) => open.push({ code, field })
  if (columns.time === undefined) ask('NO_TIME', 'time')
  else if (spec.dates === null) ask('DATE_ORDER', 'time')
  else if (timesNeedZone && spec.time_zone === null) ask('TIME_ZONE', 'time')
  if (columns.model === undefined && (spec.model === null || spec.model === '')) ask('NO_MODEL', 'model')
  if (columns.input === undefined && columns.output === undefined) ask('NO_COUNTS', 'input')
  for (const field of NUMBER_FIELDS) {
    if (columns[field] !== undefined && spec.numbers[field] === undefined) ask('NUMBER_STYLE', field)
  }
  const caches = columns.cache_read !== undefined || columns.cache_write !== undefined
  if (caches && columns.input !== undefined && spec.input_includes_cache === null) ask('INPUT_INCLUDES_CACHE', 'input')
  if (columns.reasoning !== undefined && columns.output !== undefined && spec.output_includes_reasoning === null) {
    ask('OUTPUT_INCLUDES_REASONING', 'output')
  }
  return open
}
