/**
 * Price book files: one JSON file per host, reviewed by people, with a source and a date beside every figure. A price
 * block names the rates of several meters; it becomes one price entry per meter. Field by field: docs/pricing.md.
 */
import { z } from 'zod'
import { parseScaled } from '../money/decimal'
import { err, ok, type Problem, type Result } from '../result'
import { type InstantMs, parseInstant } from '../time/instant'
import { isMeter, isTokenMeter, type Meter } from '../usage/meter'
import { conditionsOf, type When, whenSchema } from './condition'
import type { ModelAlias, PriceEntry } from './entry'
import { priceEntryId } from './entry-id'

/** Rates carry at most this many decimal places for their `per` units. */
export const RATE_PLACES = 9

const instantText = z.string().min(10)
const decimalText = z.string().regex(/^\d{1,11}(\.\d{1,9})?$/)
const confidence = z.enum(['provider', 'catalogue', 'third_party', 'user'])
const sameAs = z.record(z.string(), z.string())
const nameSchema = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['exact', 'dated']),
  from: instantText.optional(),
  to: instantText.nullable().optional(),
})
const evidence = {
  from: instantText,
  to: instantText.nullable(),
  when: whenSchema.optional(),
  priority: z.int().optional(),
  source: z.string().min(1),
  checked_on: z.iso.date(),
  confidence,
  note: z.string().optional(),
}
const priceSchema = z.strictObject({
  ...evidence,
  rates: z.record(z.string(), decimalText),
  per: z.record(z.string(), z.string().regex(/^[1-9]\d{0,18}$/)).optional(),
  currency: z.string().length(3).optional(),
})
const modelSchema = z.strictObject({
  model: z.string().min(1),
  publisher: z.string().min(1),
  names: z.array(nameSchema),
  context_tokens: z.int().positive().nullable().optional(),
  max_output_tokens: z.int().positive().nullable().optional(),
  released_on: z.iso.date().nullable().optional(),
  /** Meters billed at another meter's rate in every price of the model: {"input_image": "input"}. */
  same_as: sameAs.optional(),
  note: z.string().optional(),
  prices: z.array(priceSchema),
})
const multiplierSchema = z.strictObject({
  ...evidence,
  models: z.union([z.literal('*'), z.array(z.string().min(1)).min(1)]),
  factor: decimalText,
  meters: z.array(z.string()).min(1),
})
const fileSchema = z.strictObject({
  host: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  title: z.string().min(1),
  names: z.array(z.string().min(1)),
  currency: z.string().length(3),
  /**
   * Text that may stand before a model name: "models/", "openai/". One "*" is any text up to what follows it, as ARNs
   * need. Several may follow each other; the whole name is always looked up first.
   */
  prefixes: z.array(z.string().regex(/^[^*]+(\*[^*]+)?$/)).optional(),
  /** The host's words for service tiers: {"on_demand": "standard", "fast": {"speed": "fast"}}. */
  service_tiers: z.record(z.string(), z.union([z.string(), z.strictObject({ speed: z.string() })])).optional(),
  /** Like a model's, for every model that has no rate of its own for the meter. */
  same_as: sameAs.optional(),
  note: z.string().optional(),
  models: z.array(modelSchema),
  multipliers: z.array(multiplierSchema).optional(),
})

export interface HostInfo {
  readonly host: string
  readonly title: string
  /** Other spellings of the host, lower case. */
  readonly names: readonly string[]
  readonly prefixes: readonly string[]
  readonly serviceTiers: Readonly<Record<string, string | { readonly speed: string }>>
}

export interface ModelInfo {
  readonly host: string
  readonly model: string
  readonly publisher: string
  readonly contextTokens: number | null
  readonly maxOutputTokens: number | null
  readonly releasedOn: string | null
}

export interface BookFile {
  readonly host: HostInfo
  readonly entries: readonly PriceEntry[]
  readonly aliases: readonly ModelAlias[]
  readonly models: readonly ModelInfo[]
}

type FileJson = z.infer<typeof fileSchema>
type Evidence = Pick<z.infer<typeof priceSchema>, keyof typeof evidence>

/** Collects every defect of a file with its place, so that one run shows them all. */
class Reader {
  readonly problems: Problem[] = []

  fault(place: string, message: string): void {
    this.problems.push({
      code: 'BOOK_FILE_INVALID',
      message: `${place}: ${message}`,
      remedy: 'Correct the file and check it again.',
    })
  }

  instant(text: string, place: string): InstantMs {
    const parsed = parseInstant(text, 'utc')
    if (parsed.ok) return parsed.value
    this.fault(place, `${JSON.stringify(text)} is not an instant`)
    return 0
  }

  meter(name: string, place: string): Meter | null {
    if (isMeter(name)) return name
    this.fault(place, `${JSON.stringify(name)} is not a meter`)
    return null
  }
}

/** Parses and checks a price book file (already read as JSON). */
export function parseBookFile(json: unknown): Result<BookFile, Problem[]> {
  const parsed = fileSchema.safeParse(json)
  const reader = new Reader()
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reader.fault(issue.path.join('.'), issue.message)
    return err(reader.problems)
  }
  const file = parsed.data
  const entries = [
    ...file.models.flatMap((model) => modelEntries(reader, file, model)),
    ...multiplierEntries(reader, file),
  ]
  const seen = new Set<string>()
  for (const entry of entries) {
    if (seen.has(entry.id)) {
      reader.fault(`${entry.host}/${entry.model}`, `two prices of ${entry.meter} with the same start and conditions`)
    }
    seen.add(entry.id)
  }
  const book: BookFile = {
    host: {
      host: file.host,
      title: file.title,
      names: file.names.map((name) => name.toLowerCase()),
      prefixes: (file.prefixes ?? []).map((prefix) => prefix.toLowerCase()),
      serviceTiers: file.service_tiers ?? {},
    },
    entries,
    aliases: file.models.flatMap((model) => modelAliases(reader, file, model)),
    models: file.models.map((model) => ({
      host: file.host,
      model: model.model.toLowerCase(),
      publisher: model.publisher,
      contextTokens: model.context_tokens ?? null,
      maxOutputTokens: model.max_output_tokens ?? null,
      releasedOn: model.released_on ?? null,
    })),
  }
  return reader.problems.length === 0 ? ok(book) : err(reader.problems)
}

function modelAliases(reader: Reader, file: FileJson, model: FileJson['models'][number]): ModelAlias[] {
  return model.names.map((name) => ({
    host: file.host,
    pattern: name.name.toLowerCase(),
    kind: name.kind,
    model: model.model.toLowerCase(),
    fromMs: name.from === undefined ? 0 : reader.instant(name.from, `${model.model}.names`),
    toMs: name.to === undefined || name.to === null ? null : reader.instant(name.to, `${model.model}.names`),
  }))
}

function modelEntries(reader: Reader, file: FileJson, model: FileJson['models'][number]): PriceEntry[] {
  const ownMeters = new Set(model.prices.flatMap((price) => Object.keys(price.rates)))
  const same = [...Object.entries({ ...file.same_as, ...model.same_as })].filter(([meter]) => !ownMeters.has(meter))
  return model.prices.flatMap((price, index) => {
    const place = `${model.model}.prices.${index}`
    const rates = new Map(Object.entries(price.rates))
    if (rates.size === 0) reader.fault(place, 'no rates: leave the block out, an empty price is not a free one')
    for (const [meter, source] of same) {
      const rate = price.rates[source]
      if (rate !== undefined) rates.set(meter, rate)
    }
    return [...rates].flatMap(([name, amount]): PriceEntry[] => {
      const meter = reader.meter(name, place)
      if (meter === null) return []
      const per = price.per?.[name] ?? (isTokenMeter(meter) || meter === 'reasoning' ? '1000000' : undefined)
      if (per === undefined) {
        reader.fault(place, `say how many units of ${name} the rate is for, in "per"`)
        return []
      }
      return [
        entryOf(reader, place, price, {
          host: file.host,
          model: model.model.toLowerCase(),
          meter,
          kind: 'rate',
          per: BigInt(per),
          amount,
          currency: (price.currency ?? file.currency).toUpperCase(),
        }),
      ]
    })
  })
}

function multiplierEntries(reader: Reader, file: FileJson): PriceEntry[] {
  const known = new Set(file.models.map((model) => model.model.toLowerCase()))
  return (file.multipliers ?? []).flatMap((multiplier, index) => {
    const place = `multipliers.${index}`
    const models = multiplier.models === '*' ? ['*'] : multiplier.models.map((model) => model.toLowerCase())
    return models.flatMap((model) => {
      if (model !== '*' && !known.has(model)) reader.fault(place, `unknown model ${model}`)
      return multiplier.meters.flatMap((name): PriceEntry[] => {
        const meter: Meter | '*' | null = name === '*' ? '*' : reader.meter(name, place)
        if (meter === null) return []
        const bare: Bare = {
          host: file.host,
          model,
          meter,
          kind: 'multiplier',
          per: 1n,
          amount: multiplier.factor,
          currency: file.currency.toUpperCase(),
        }
        return [entryOf(reader, place, multiplier, bare)]
      })
    })
  })
}

type Bare = Pick<PriceEntry, 'host' | 'model' | 'meter' | 'kind' | 'per' | 'amount' | 'currency'>

function entryOf(reader: Reader, place: string, evidenceOf: Evidence, bare: Bare): PriceEntry {
  const scaled = parseScaled(bare.amount, RATE_PLACES)
  if (!scaled.ok) reader.fault(place, `${bare.amount} has more than ${RATE_PLACES} decimal places`)
  const when: When = evidenceOf.when ?? {}
  const fromMs = reader.instant(evidenceOf.from, place)
  const toMs = evidenceOf.to === null ? null : reader.instant(evidenceOf.to, place)
  if (toMs !== null && toMs < fromMs) reader.fault(place, 'ends before it begins')
  const entry = {
    ...bare,
    fromMs,
    toMs,
    conditions: conditionsOf(when),
    book: 'list' as const,
    priority: evidenceOf.priority ?? 0,
    sourceUrl: evidenceOf.source,
    checkedOn: evidenceOf.checked_on,
    confidence: evidenceOf.confidence,
  }
  return { id: priceEntryId(entry), ...entry }
}
