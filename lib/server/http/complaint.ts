/** What is wrong with a request, in words: what, where, and how to put it right. */
import 'server-only'
import { z } from 'zod'

interface Complaint {
  readonly message: string
  /** Null where the schema's own words say how it must be, as in a form's field. */
  readonly remedy: string | null
}

/** Where the refused values came from. */
export type RequestPart = 'query' | 'body' | 'upload'

const WORDS = {
  query: { thing: 'parameter', add: (name: string) => `Add it to the address: ?${name}=…` },
  body: { thing: 'member', add: (name: string) => `Add “${name}” to the body.` },
  upload: { thing: 'upload detail', add: (name: string) => `Add “${name}” to the header Upload-Metadata.` },
} as const

const REFERENCE = 'GET /api/openapi.json tells what each request takes.'

/** About the first thing that is wrong: who mends it learns of the next. `value` is what was refused. */
export function complaintOf(error: z.ZodError, schema: z.ZodType, value: unknown, part: RequestPart): Complaint {
  const issue = error.issues[0]
  if (issue === undefined) return { message: 'The request does not have the expected form.', remedy: REFERENCE }
  const { thing, add } = WORDS[part]
  const place = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, place, schema, thing)
  if (place === '') return { message: issue.message, remedy: REFERENCE }
  const given = valueAt(value, issue.path)
  if (issue.code === 'invalid_type' && given === undefined) {
    return { message: `The ${thing} “${place}” is missing.`, remedy: withMeaning(add(place), schema, issue.path) }
  }
  if (given === '') {
    return { message: `The ${thing} “${place}” is empty.`, remedy: withMeaning('Give it a value.', schema, issue.path) }
  }
  return { message: `${place}: ${issue.message}`, remedy: part === 'body' ? null : REFERENCE }
}

function unknownKeys(keys: readonly string[], place: string, schema: z.ZodType, thing: string): Complaint {
  const names = keys.map((key) => `“${key}”`).join(', ')
  const where = place === '' ? '' : ` in “${place}”`
  const message = `${keys.length === 1 ? `The ${thing} ${names} is` : `The ${thing}s ${names} are`} not known${where}.`
  const known = place === '' && schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  return { message, remedy: known.length === 0 ? REFERENCE : `Leave it out, or name one of: ${known.join(', ')}.` }
}

function withMeaning(remedy: string, schema: z.ZodType, path: readonly PropertyKey[]): string {
  const [name] = path
  const told = path.length === 1 && schema instanceof z.ZodObject ? shapeOf(schema, name)?.description : undefined
  return `${remedy} ${told === undefined ? REFERENCE : `It is ${told}`}`
}

function shapeOf(schema: z.ZodObject, name: PropertyKey | undefined): z.ZodType | undefined {
  const found = name === undefined ? undefined : schema.shape[String(name)]
  return found instanceof z.ZodType ? found : undefined
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<PropertyKey, unknown>)[step]
  }
  return at
}
