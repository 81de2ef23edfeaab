/**
 * Shows what a newer catalogue would change in the book, as dated entries to review, and writes nothing.
 *
 *   npm run prices:refresh -- [--from FILE] [--date YYYY-MM-DD] [--json]
 *
 * FILE is a copy of the catalogue's data (a JSON array of providers); without it the installed version is compared.
 * The date is the first day of the new rates. A catalogue says that a rate changed, not when: look up the host's own
 * notice, put the instant in ./curated, and close the old card there. Closed entries are pinned by digest.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileBook, resolveHost, resolveModel } from '../../lib/core/price/book'
import { type BookFile, parseBookFile } from '../../lib/core/price/book-file'
import { winnerOf } from '../../lib/core/price/situation'
import { isMeter } from '../../lib/core/usage/meter'
import {
  type CatalogueModel,
  catalogueBlocks,
  catalogueNames,
  catalogueProvider,
  catalogueSource,
  importedFromReseller,
} from './catalogue'
import { CURATED } from './curated/hosts'
import { DEVIATIONS } from './deviations'
import type { PriceBlock } from './shape'

const FOLDER = join(import.meta.dirname, '..', 'price-book')

const { values } = parseArgs({
  options: { from: { type: 'string' }, date: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const day = values.date ?? new Date().toISOString().slice(0, 10)
if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Error(`--date takes a day like 2026-11-23, not ${day}`)
const nowMs = Date.parse(`${day}T12:00:00Z`)

interface Change {
  readonly host: string
  readonly model: string
  readonly kind: 'changed' | 'new meter' | 'new model'
  readonly was: Readonly<Record<string, string>>
  readonly entry: Pick<PriceBlock, 'from' | 'to' | 'when' | 'rates' | 'per' | 'source' | 'confidence'>
}

function shippedBook() {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name): BookFile => {
      const parsed = parseBookFile(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))
      if (!parsed.ok) throw new Error(`${name}: ${parsed.error[0]?.message}`)
      return parsed.value
    })
  return compileBook({
    entries: files.flatMap((file) => file.entries),
    aliases: files.flatMap((file) => file.aliases),
    hosts: files.map((file) => file.host),
  })
}

const book = shippedBook()
const newer = values.from === undefined ? null : new Map(readCatalogue(values.from).map((one) => [one.id, one.models]))

function readCatalogue(path: string): { id: string; models: readonly CatalogueModel[] }[] {
  const json = JSON.parse(readFileSync(path, 'utf8'))
  const providers = Array.isArray(json) ? json : json.providers
  if (!Array.isArray(providers)) throw new Error(`${path} is not a list of providers`)
  return providers
}

function bookRate(host: string, name: string, meter: string, block: PriceBlock): string | null {
  const found = resolveHost(book, host)
  const model = found === null ? null : resolveModel(found, name, nowMs)
  if (model === null || !isMeter(meter)) return null
  const bounds = block.when?.prompt_tokens
  const promptTokens = BigInt(bounds?.gte ?? (bounds?.gt === undefined ? 1 : bounds.gt + 1))
  const facts = { serviceTier: 'standard', speed: 'standard', region: null, mode: null, contextSize: null }
  const winner = winnerOf(model, meter, { ms: nowMs, promptTokens, ...facts })
  return winner !== null && 'line' in winner ? winner.line.entry.amount : null
}

function isKnown(host: string, name: string): boolean {
  const found = resolveHost(book, host)
  return found !== null && resolveModel(found, name, nowMs) !== null
}

function changesOf(host: string, provider: string, model: CatalogueModel, names: readonly string[]): Change[] {
  const name = names.find((one) => isKnown(host, one))
  let blocks: PriceBlock[]
  try {
    blocks = catalogueBlocks(model, catalogueSource(provider), 'catalogue').filter(
      (block) => Date.parse(block.from) <= nowMs && (block.to === null || Date.parse(block.to) > nowMs),
    )
  } catch (error) {
    process.stderr.write(`${host}/${model.id}: ${error instanceof Error ? error.message : String(error)}\n`)
    return []
  }
  return blocks.flatMap((block): Change[] => {
    const was: Record<string, string> = {}
    const rates: Record<string, string> = {}
    for (const [meter, amount] of Object.entries(block.rates)) {
      const old = name === undefined ? null : bookRate(host, name, meter, block)
      if (old === amount) continue
      rates[meter] = amount
      if (old !== null) was[meter] = old
    }
    if (Object.keys(rates).length === 0) return []
    const kind = name === undefined ? 'new model' : Object.keys(was).length === 0 ? 'new meter' : 'changed'
    const { when, per, source, confidence } = block
    const dated = { from: `${day}T00:00:00Z`, to: null, ...(when === undefined ? {} : { when }), rates }
    return [
      {
        host,
        model: name ?? model.id,
        kind,
        was,
        entry: { ...dated, ...(per === undefined ? {} : { per }), source, confidence },
      },
    ]
  })
}

/** A departure already explained is shown again only when the newer catalogue says something new. */
function movedSinceInstalled(provider: string, model: CatalogueModel): boolean {
  if (newer === null) return false
  const installed = catalogueProvider(provider).models.find((one) => one.id === model.id)
  return JSON.stringify(installed?.prices) !== JSON.stringify(model.prices)
}

const changes = CURATED.flatMap((curated) => {
  const { catalogue: provider } = curated
  if (provider === undefined) return []
  const left = new Set(curated.leaveOut ?? [])
  return (newer?.get(provider) ?? catalogueProvider(provider).models).flatMap((model) => {
    if (curated.confidence === 'provider' && importedFromReseller(model)) return []
    const spelled = catalogueNames(model)
    // A moving alias, with no name of its own.
    if (spelled.length === 0) return []
    if (DEVIATIONS[`${curated.host}/${model.id}`] !== undefined && !movedSinceInstalled(provider, model)) return []
    const names = [model.id.replace(/^regional\./, ''), ...spelled.map((row) => row.name)]
    // Left out on purpose and not sold here under any name of the book: nothing to compare.
    if (left.has(model.id) && !names.some((one) => isKnown(curated.host, one))) return []
    return changesOf(curated.host, provider, model, names)
  })
})

if (values.json) {
  process.stdout.write(`${JSON.stringify(changes, null, 2)}\n`)
} else {
  for (const change of changes) {
    const rates = Object.entries(change.entry.rates).map(([meter, amount]) =>
      change.was[meter] === undefined ? `${meter} ${amount}` : `${meter} ${change.was[meter]} -> ${amount}`,
    )
    const when = change.entry.when === undefined ? '' : ` when ${JSON.stringify(change.entry.when)}`
    process.stdout.write(
      `${change.kind}: ${change.host}/${change.model} from ${change.entry.from}${when}: ${rates.join(', ')}\n`,
    )
  }
  process.stdout.write(`${changes.length} entries to review; nothing was written\n`)
}
