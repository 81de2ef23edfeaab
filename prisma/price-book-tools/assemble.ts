/**
 * Puts one host's file together: curated models first, then every catalogue model they do not cover.
 */
import {
  type CatalogueModel,
  catalogueBlocks,
  catalogueNames,
  catalogueProvider,
  catalogueSource,
  importedFromReseller,
} from './catalogue'
import { makersLimit } from './limits'
import {
  type Beside,
  type BookFileJson,
  type Card,
  type CuratedHost,
  type CuratedModel,
  type Evidence,
  type ModelRow,
  type MultiplierRow,
  type NameRow,
  nameRow,
  type PriceBlock,
  rates,
  span,
} from './shape'

export function buildHost(curated: CuratedHost): BookFileJson {
  const taken = new Map<string, string>()
  const models = curated.models.map((model) => curatedRow(curated, model))
  for (const model of models) {
    for (const name of model.names) taken.set(nameKey(name), model.model)
  }
  if (curated.catalogue !== undefined) {
    const known = new Set(models.map((model) => model.model.toLowerCase()))
    const left = new Set(curated.leaveOut ?? [])
    for (const model of catalogueProvider(curated.catalogue).models) {
      if (left.delete(model.id) || known.has(model.id.toLowerCase())) continue
      const row = catalogueRow(curated, curated.catalogue, model, taken)
      if (row !== null) models.push(row)
    }
    for (const [id, more] of Object.entries(curated.beside ?? {})) {
      const row = models.find((model) => model.model === id)
      if (row === undefined) throw new Error(`${curated.host}: beside a model that is not in the catalogue: ${id}`)
      putBeside(curated, row, more)
    }
    if (left.size > 0) throw new Error(`${curated.host}: left out but not in the catalogue: ${[...left].join(', ')}`)
  }
  for (const model of models) {
    if (!model.prices.some((block) => 'input' in block.rates)) continue
    for (const fee of curated.fees ?? []) model.prices.push(cardBlock(curated, fee))
  }
  models.sort((a, b) => (a.model < b.model ? -1 : 1))
  const multipliers = (curated.multipliers ?? []).map(
    (one): MultiplierRow => ({
      models: one.models === '*' ? '*' : [...one.models],
      ...span(one.span),
      when: one.when,
      factor: one.factor,
      meters: [...one.meters],
      ...evidence(curated, one),
    }),
  )
  return {
    host: curated.host,
    title: curated.title,
    names: [...curated.names],
    currency: curated.currency ?? 'USD',
    ...(curated.prefixes === undefined ? {} : { prefixes: [...curated.prefixes] }),
    ...(curated.serviceTiers === undefined ? {} : { service_tiers: { ...curated.serviceTiers } }),
    ...(curated.sameAs === undefined ? {} : { same_as: { ...curated.sameAs } }),
    ...(curated.note === undefined ? {} : { note: curated.note }),
    models,
    ...(multipliers.length === 0 ? {} : { multipliers }),
  }
}

/** A name holds at every instant or between two: names with other bounds are other keys. */
function nameKey(name: NameRow): string {
  return name.name.toLowerCase()
}

function evidence(curated: CuratedHost, one: Evidence) {
  return {
    source: one.source ?? curated.source,
    checked_on: one.checked ?? curated.checked,
    confidence: one.confidence ?? curated.confidence,
    ...(one.note === undefined ? {} : { note: one.note }),
  }
}

function curatedRow(curated: CuratedHost, model: CuratedModel): ModelRow {
  const names = (model.names ?? [model.model]).map(nameRow)
  if (model.model !== '*' && !names.some((name) => nameKey(name) === model.model.toLowerCase())) {
    names.unshift({ name: model.model, kind: 'exact' })
  }
  return {
    model: model.model,
    publisher: model.publisher ?? curated.host,
    names: model.model === '*' ? [] : names,
    ...(model.context === undefined ? {} : { context_tokens: model.context }),
    ...(model.output === undefined ? {} : { max_output_tokens: model.output }),
    ...(model.released === undefined ? {} : { released_on: model.released }),
    ...(model.sameAs === undefined ? {} : { same_as: { ...model.sameAs } }),
    ...(model.note === undefined ? {} : { note: model.note }),
    prices: model.cards.map((card) => cardBlock(curated, card)),
  }
}

function putBeside(curated: CuratedHost, row: ModelRow, more: Beside): void {
  row.names.push(...(more.names ?? []).map(nameRow))
  if (more.sameAs !== undefined) row.same_as = { ...row.same_as, ...more.sameAs }
  row.prices.push(...(more.cards ?? []).map((card) => cardBlock(curated, card)))
}

function cardBlock(curated: CuratedHost, card: Card): PriceBlock {
  const parsed = rates(card.rates)
  return {
    ...span(card.span),
    ...(card.when === undefined ? {} : { when: card.when }),
    ...(card.priority === undefined ? {} : { priority: card.priority }),
    rates: parsed.rates,
    ...(Object.keys(parsed.per).length === 0 ? {} : { per: parsed.per }),
    ...evidence(curated, card),
  }
}

function catalogueRow(
  curated: CuratedHost,
  id: string,
  model: CatalogueModel,
  taken: Map<string, string>,
): ModelRow | null {
  const reseller = importedFromReseller(model)
  // What a reseller asks is not what the first party asks.
  if (reseller && curated.confidence === 'provider') return null
  const spelled = curated.catalogueNames?.(model.id).map(nameRow) ?? catalogueNames(model)
  const names = spelled.filter((name) => {
    const key = nameKey(name)
    // A name that ended leaves its word to another.
    if (name.to !== undefined) return true
    if (taken.has(key)) return false
    taken.set(key, model.id)
    if (curated.datedNames === true && !name.name.includes(':')) name.kind = 'dated'
    return true
  })
  if (names.length === 0) return null
  const free = /:free$/.test(model.id)
  const blocks = catalogueBlocks(model, catalogueSource(id), reseller ? 'third_party' : 'catalogue')
  if (blocks.length === 0 && free) {
    // The host's ":free" suffix is its explicit zero price; an empty price without it stays unknown.
    blocks.push({
      ...span('..'),
      rates: { input: '0', cache_read: '0', output: '0' },
      source: catalogueSource(id),
      checked_on: '2026-11-23',
      confidence: 'catalogue',
    })
  }
  // No price at all is no row: calls stay unpriced either way, and a name without a price says nothing.
  if (blocks.length === 0) return null
  const limit = makersLimit(model.id)
  const context = model.context_window ?? limit?.context
  return {
    model: model.id,
    publisher: publisherOf(curated, model.id),
    names,
    ...(context === undefined ? {} : { context_tokens: context }),
    ...(limit?.output === undefined ? {} : { max_output_tokens: limit.output }),
    prices: blocks,
  }
}

const PUBLISHERS: readonly (readonly [pattern: RegExp, publisher: string])[] = [
  [
    /gpt-oss|^(us\.|global\.|regional\.|openai[./])?.*\bgpt-|^o[134]\b|whisper|text-embedding|davinci|^ada$|babbage|curie|dall-e/i,
    'openai',
  ],
  [/claude/i, 'anthropic'],
  [/gemini|gemma|palm/i, 'google'],
  [/deepseek/i, 'deepseek'],
  [/llama|^meta\b/i, 'meta'],
  [/mistral|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral/i, 'mistral'],
  [/qwen|qwq/i, 'alibaba'],
  [/grok/i, 'xai'],
  [/kimi|moonshot/i, 'moonshot'],
  [/minimax/i, 'minimax'],
  [/glm/i, 'zai'],
  [/nova|titan/i, 'amazon'],
  [/command|aya|cohere/i, 'cohere'],
  [/nemotron|nvidia/i, 'nvidia'],
  [/phi-|wizardlm|mai-/i, 'microsoft'],
  [/sonar/i, 'perplexity'],
  [/voyage/i, 'voyage'],
]

function publisherOf(curated: CuratedHost, id: string): string {
  const found = PUBLISHERS.find(([pattern]) => pattern.test(id))
  if (found !== undefined) return found[1]
  const [owner, rest] = id.split('/')
  return rest === undefined || owner === undefined || owner === '' ? curated.host : owner.toLowerCase()
}
