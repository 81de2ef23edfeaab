/**
 * Calls priced per second of processor time in one process, beside @pydantic/genai-prices on the same calls in the same
 * run. Processor time, so that what else the machine does hardly counts. Fails when ours is below 400,000 calls a second
 * or less than 5 times as fast.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { calcPrice } from '@pydantic/genai-prices'
import { compileBook } from '../../lib/core/price/book'
import { parseBookFile } from '../../lib/core/price/book-file'
import type { PriceableUsage } from '../../lib/core/price/compiled'
import { costOf, priceUsage } from '../../lib/core/price/price-usage'
import { selectPrices } from '../../lib/core/price/select'

const CALLS = 200_000
const ROUNDS = 5
const FLOOR = 400_000
const FACTOR = 5
const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

const folder = join(root, 'prisma/price-book')
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const parsed = parseBookFile(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    if (!parsed.ok) throw new Error(`${name}: ${parsed.error[0]?.message}`)
    return [parsed.value]
  })
const startedCompile = performance.now()
const book = compileBook({
  entries: files.flatMap((file) => file.entries),
  aliases: files.flatMap((file) => file.aliases),
  hosts: files.map((file) => file.host),
})
const compileMs = performance.now() - startedCompile

/** mulberry32: the same calls in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const MODELS = [
  ['openai', 'gpt-5', 0],
  ['openai', 'gpt-5-mini', 0],
  ['openai', 'gpt-4o-mini', 0],
  ['anthropic', 'claude-opus-4-6', 1],
  ['anthropic', 'claude-sonnet-4-5', 1],
  ['google', 'gemini-2.5-pro', 0],
  ['groq', 'openai/gpt-oss-20b', 0],
  ['deepseek', 'deepseek-chat', 0],
] as const

const random = seeded(7)
const between = (low: number, high: number) => low + Math.floor(random() * (high - low))
const start = Date.UTC(2026, 3, 1)
const calls = Array.from({ length: CALLS }, (_, index) => {
  const [host, model, writes] = MODELS[index % MODELS.length] as (typeof MODELS)[number]
  const [input, cacheRead, output] = [between(1, 20_000), random() < 0.5 ? 0 : between(1, 60_000), between(1, 4_000)]
  const cacheWrite = writes === 1 && random() < 0.3 ? between(1, 9_000) : 0
  const startMs = start + Math.floor((index / CALLS) * 100 * 86_400_000)
  const prompt = input + cacheRead + cacheWrite
  const ours: PriceableUsage = {
    host,
    model,
    startMs,
    serviceTier: 'standard',
    region: null,
    speed: null,
    promptTokens: BigInt(prompt),
    contextTier: null,
    requests: 1n,
    quantities: {
      input: BigInt(input),
      cacheRead: BigInt(cacheRead),
      cacheWrite5m: BigInt(cacheWrite),
      cacheWrite1h: 0n,
      output: BigInt(output),
      reasoning: 0n,
      other: null,
    },
  }
  const theirs = {
    input_tokens: prompt,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
    output_tokens: output,
  }
  return { ours, theirs, timestamp: new Date(startMs) }
})

function best(work: () => number): { perSecond: number; priced: number } {
  let perSecond = 0
  let priced = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = process.cpuUsage()
    priced = work()
    const { user, system } = process.cpuUsage(from)
    perSecond = Math.max(perSecond, (CALLS / (user + system)) * 1_000_000)
  }
  return { perSecond, priced }
}

const lines = best(() => {
  let priced = 0
  for (const { ours } of calls) if (priceUsage(book, ours).status === 'priced') priced += 1
  return priced
})
let total = 0n
const sums = best(() => {
  let priced = 0
  total = 0n
  for (const { ours } of calls) {
    const selection = selectPrices(book, ours)
    if (selection.problem !== null) continue
    priced += 1
    total += costOf(selection, ours)
  }
  return priced
})
const theirs = best(() => {
  let priced = 0
  for (const { ours, theirs: usage, timestamp } of calls) {
    if (calcPrice(usage, ours.model, { providerId: ours.host, timestamp }) !== null) priced += 1
  }
  return priced
})

const show = (value: number) => Math.round(value).toLocaleString('en-US').padStart(12)
console.log(`${book.entries.length} price entries of ${files.length} hosts, compiled in ${compileMs.toFixed(0)} ms`)
console.log(
  `${CALLS.toLocaleString('en-US')} calls of ${MODELS.length} models, best of ${ROUNDS} rounds, calls per second of processor time:`,
)
console.log(`  ours, with charge lines     ${show(lines.perSecond)}   priced ${lines.priced}`)
console.log(`  ours, cost only (imports)   ${show(sums.perSecond)}   priced ${sums.priced}`)
console.log(`  @pydantic/genai-prices      ${show(theirs.perSecond)}   priced ${theirs.priced}`)
console.log(
  `  factor                      ${(lines.perSecond / theirs.perSecond).toFixed(1)} with lines, total ${total} × 10^-18`,
)
if (lines.priced !== CALLS || lines.perSecond < FLOOR || lines.perSecond < FACTOR * theirs.perSecond) {
  console.error(`below the floor: ${FLOOR} calls a second, ${FACTOR} times the other, every call priced`)
  process.exit(1)
}
