/**
 * A first mapping of an unknown table: which column is what by its name and its values, and how its numbers and times are
 * written. What the values leave open stays open (null), for a person to decide.
 */
import { DAY_MS, HOUR_MS } from '../../time/instant'
import { currenciesIn, currencyOf } from './currency'
import { dateStylesOf, readTime, type StylesOfDates } from './date-style'
import { numberStyleOf, plainNumber, type StyleOfNumbers, withoutSign } from './number-style'
import {
  COUNT_FIELDS,
  MAPPED_FIELDS,
  type MappedField,
  type MappingSpec,
  NUMBER_FIELDS,
  type NumberField,
} from './spec'
import type { SampleTable } from './table'

/** Names of columns, without anything but letters and digits; the better a name the further in front. */
const NAMES: Readonly<Record<MappedField, readonly RegExp[]>> = {
  time: [
    /^(timestamp|starttime|startedat|createdat|requesttime|requestedat|datetime|eventtime|ts)(utc|iso)?$/,
    /^(start|time|date|day|created|when|usagedate|period|periodstart|zeit|zeitpunkt|datum|fecha|horodatage)(utc|iso)?$/,
    /(timestamp|starttime|createdat|datetime|date|time)(utc|iso)?$/,
  ],
  end_time: [/^(endtime|endtimestamp|endedat|completedat|finishedat|periodend|end)(utc|iso)?$/],
  model: [
    /^model$/,
    /^(modelname|modelid|llmmodel|modell|modelo|modèle|engine|llm|deployment|deploymentname)$/,
    /model(name|id)?$/,
  ],
  host: [
    /^(provider|host|vendor|llmprovider|modelprovider|anbieter|fournisseur|proveedor|fornitore)$/,
    /provider(name)?$/,
  ],
  input: [
    /^(inputtokens|prompttokens|tokensin|tokensprompt|tokensinput|intokens|prompttokencount|inputtokencount)$/,
    /^(input|prompt|tokenin|eingabetokens?|eingabe|tokensentrée|entrée|tokensdentrée|tokensentrada|entrada)$/,
    /^(?!.*(cach|cost|price|id)).*(inputtoken|prompttoken)/,
  ],
  cache_read: [
    /^(cachereadtokens|cachedtokens|cachedinputtokens|cachereadinputtokens|cachehittokens|prompttokenscached)$/,
    /^(?!.*(writ|creat|cost|price|miss)).*cache(d|read|hit)/,
    /^cached?$/,
    /^(davon)?(gecacht|gecached|cached|zwischengespeichert)$/,
  ],
  cache_write: [/^(?!.*(cost|price)).*cache.*(writ|creat)/],
  output: [
    /^(outputtokens|completiontokens|tokensout|tokenscompletion|tokensoutput|outtokens|generatedtokens|responsetokens)$/,
    /^(output|completion|response|ausgabetokens?|ausgabe|tokenssortie|sortie|tokensdesortie|tokenssalida|salida)$/,
    /^(?!.*(cach|cost|price|reason|id)).*(outputtoken|completiontoken|generatedtoken)/,
  ],
  reasoning: [/^(reasoningtokens|thinkingtokens|thoughtstokens)$/, /^(?!.*(cost|price)).*(reasoning|thinking|thought)/],
  requests: [
    /^(requests|numrequests|requestcount|nummodelrequests|calls|callcount|apirequests|anfragen|aufrufe|requêtes|solicitudes)$/,
  ],
  reported_cost: [
    /^(cost|costusd|totalcost|totalcostusd|spend|spendusd|usdcost|amountusd|(gesamt)?kosten(usd|eur|gbp|chf)?|costo|coste|coût|betrag|montant|importe)$/,
    /^(?!.*(input|output|prompt|completion|cache|unit|per)).*(cost|spend|amount|charge)/,
  ],
  id: [/^(id|requestid|callid|responseid|generationid|eventid|messageid|uuid|logid)$/],
  project: [
    /^(project|projectname|projectid|team|teamname|application|app|appname|workspace|department|service|projekt|abteilung|kostenstelle|projet|équipe|proyecto|equipo)$/,
  ],
  api_key: [/^(apikey|apikeyname|apikeyid|keyname|keyid|key|schlüssel|apischlüssel|clé|cléapi|clave)$/],
  user: [/^(user|userid|username|useremail|email|member|enduser|customer|benutzer|nutzer|utilisateur|usuario)$/],
  service_tier: [/^(servicetier|tier)$/],
  region: [/^(region|location)$/],
  status: [/^(status|statuscode|httpstatus|result|outcome)$/],
  latency_ms: [/^(latencyms|durationms|responsetimems|elapsedms)$/, /^(latency|duration)$/],
}

/** Fields in the order in which they take columns: names that say more first. */
const ORDER: readonly MappedField[] = ['cache_read', 'cache_write', 'reasoning', ...MAPPED_FIELDS]

export interface Guess {
  readonly spec: MappingSpec
  /** Of each mapped column of numbers, what its rows say; `open` must be answered. */
  readonly numbers: Readonly<Partial<Record<NumberField, StyleOfNumbers['kind']>>>
  readonly dates: StylesOfDates | null
  /** A row with more cached than input shows that input leaves the cache out. */
  readonly cacheExceedsInput: boolean
  readonly reasoningExceedsOutput: boolean
}

/** `given` keeps what a person has decided so far; columns they cleared stay cleared. */
export function guessMapping(table: SampleTable, given: MappingSpec | null): Guess {
  const columns = given === null ? guessColumns(table) : given.columns
  const valuesOf = (field: MappedField): string[] => {
    const place = columns[field]
    return place === undefined ? [] : table.rows.map((row) => row[place] ?? '')
  }
  const numbers: Partial<Record<NumberField, StyleOfNumbers['kind']>> = {}
  const styles: MappingSpec['numbers'] = {}
  for (const field of NUMBER_FIELDS) {
    if (columns[field] === undefined) continue
    const found = numberStyleOf(
      valuesOf(field),
      COUNT_FIELDS.some((name) => name === field),
    )
    numbers[field] = found.kind
    const chosen = given?.numbers[field] ?? (found.kind === 'decided' ? found.style : undefined)
    if (chosen !== undefined) styles[field] = chosen
  }
  const dates = columns.time === undefined ? null : dateStylesOf(valuesOf('time'))
  const style = given?.dates ?? dates?.decided ?? null
  const timeName = columns.time === undefined ? '' : (table.header[columns.time] ?? '')
  const costName = columns.reported_cost === undefined ? '' : (table.header[columns.reported_cost] ?? '')
  const zone = given?.time_zone ?? (dates?.needsZone === false || /utc/.test(timeName) ? 'UTC' : null)
  const count = (field: NumberField, at: number) => {
    const plain = plainNumber(valuesOf(field)[at] ?? '', styles[field] ?? 'point')
    return plain === null || !/^\+?\d{1,30}$/.test(plain) ? 0n : BigInt(plain)
  }
  const places = table.rows.map((_, at) => at)
  const cacheExceedsInput =
    columns.input !== undefined &&
    places.some((at) => count('cache_read', at) + count('cache_write', at) > count('input', at))
  const reasoningExceedsOutput =
    columns.output !== undefined && places.some((at) => count('reasoning', at) > count('output', at))
  return {
    spec: {
      kind: table.kind,
      encoding: table.encoding,
      delimiter: table.delimiter,
      page_key: table.pageKey,
      header: [...table.header],
      columns,
      numbers: styles,
      dates: style,
      time_zone: zone,
      row: given?.row ?? rowOf(columns, valuesOf('time'), style),
      input_includes_cache: given?.input_includes_cache ?? (cacheExceedsInput ? false : null),
      output_includes_reasoning: given?.output_includes_reasoning ?? (reasoningExceedsOutput ? false : null),
      currency: given?.currency ?? currencyOf({ name: costName, values: valuesOf('reported_cost') }, columnsOf(table)),
      host: given?.host ?? null,
      model: given?.model ?? null,
    },
    numbers,
    dates,
    cacheExceedsInput,
    reasoningExceedsOutput,
  }
}

function guessColumns(table: SampleTable): MappingSpec['columns'] {
  const taken = new Set<number>()
  const columns: MappingSpec['columns'] = {}
  // Of a path only the last names count: usage.input_tokens, message.usage.input_tokens.
  const names = table.header.map((name) => [
    name
      .split('.')
      .at(-1)
      ?.replace(/[^\p{L}\p{N}]/gu, '')
      .toLowerCase() ?? '',
    name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase(),
  ])
  for (const field of ORDER) {
    if (columns[field] !== undefined) continue
    search: for (const pattern of NAMES[field]) {
      for (const [place, candidates] of names.entries()) {
        if (taken.has(place) || !candidates.some((name) => pattern.test(name))) continue
        if (!holds(field, table, place)) continue
        taken.add(place)
        columns[field] = place
        break search
      }
    }
  }
  for (const field of ['time', 'model', 'reported_cost'] as const) {
    if (columns[field] !== undefined) continue
    const place = table.header.findIndex((_, at) => !taken.has(at) && looksLike(field, table, at))
    if (place < 0) continue
    taken.add(place)
    columns[field] = place
  }
  // Amounts of several currencies cannot stand in one column: it is left to a person.
  if (currenciesIn(columnsOf(table)).length > 1) delete columns.reported_cost
  return columns
}

const MODEL_NAME =
  /^(?:[\w.-]+\/)*(?:gpt|o[134]|chatgpt|claude|gemini|gemma|llama|mistral|mixtral|ministral|codestral|deepseek|qwen|qwq|grok|command|phi|kimi|glm|nova|titan|text-embedding|whisper|dall-e)(?:[-:.\d]|$)/i

/** Whether the values of a column say by themselves what they are, whatever its name. */
function looksLike(field: 'time' | 'model' | 'reported_cost', table: SampleTable, place: number): boolean {
  const values = table.rows.map((row) => (row[place] ?? '').trim()).filter((text) => text !== '')
  if (values.length === 0) return false
  if (field === 'model') return values.filter((text) => MODEL_NAME.test(text)).length * 2 > values.length
  if (field === 'time') {
    return values.every((text) => /\d[-/.]\d/.test(text)) && dateStylesOf(values).fits.length > 0
  }
  return values.every((text) => withoutSign(text) !== text) && numberStyleOf(values, false).kind !== 'none'
}

/** Whether the values of a column can be those of the field. */
function holds(field: MappedField, table: SampleTable, place: number): boolean {
  const values = table.rows.map((row) => (row[place] ?? '').trim()).filter((text) => text !== '')
  if (field === 'time' || field === 'end_time') return dateStylesOf(values).fits.length > 0
  if (NUMBER_FIELDS.some((name) => name === field)) {
    return values.length > 0 && numberStyleOf(values, field !== 'reported_cost').kind !== 'none'
  }
  if (field === 'id') return values.length === table.rows.length && new Set(values).size === values.length
  if (field === 'model') return values.length > 0 && values.some((text) => /[a-z]/i.test(text))
  return values.length > 0
}

/** Days stand for sums of a day, unless every row has an id of its own. */
function rowOf(
  columns: MappingSpec['columns'],
  times: readonly string[],
  style: MappingSpec['dates'],
): MappingSpec['row'] {
  if (columns.id !== undefined || style === null) return 'call'
  const read = times.map((text) => readTime(text, style, null)).filter((time) => time.ok)
  const known = read.map((time) => (time.ok ? time.ms : 0))
  if (known.length === 0) return 'call'
  if (known.every((ms) => ms % DAY_MS === 0)) {
    const firsts = known.every((ms) => new Date(ms).getUTCDate() === 1)
    return firsts && new Set(known).size > 1 ? 'month' : 'day'
  }
  return columns.requests !== undefined && known.every((ms) => ms % HOUR_MS === 0) ? 'hour' : 'call'
}

function columnsOf(table: SampleTable) {
  return table.header.map((name, place) => ({ name, values: table.rows.map((row) => row[place] ?? '') }))
}
