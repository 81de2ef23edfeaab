import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { addUsd, type Usd, usdFromText } from '../../../lib/core/money/usd'
import { compileBook } from '../../../lib/core/price/book'
import { parseBookFile } from '../../../lib/core/price/book-file'
import { refusalOf, rulesFrom } from '../../../lib/core/simulate/quality/project-rule'
import { qualityOfName } from '../../../lib/core/simulate/quality/quality-of-name'
import { cheapestMix } from '../../../lib/core/simulate/replay/cheapest-mix'
import { familyOf } from '../../../lib/core/simulate/replay/model-family'
import { inputRange, outputRange } from '../../../lib/core/simulate/replay/model-pair'
import { ONE } from '../../../lib/core/simulate/replay/ratio'
import { replayHours } from '../../../lib/core/simulate/replay/replay-hours'
import type { HostedTarget } from '../../../lib/core/simulate/replay/target-price'
import type { UsageSlice } from '../../../lib/core/simulate/replay/usage-slice'
import { changesTo } from '../../../lib/core/simulate/token-change'
import { HOUR_MS } from '../../../lib/core/time/instant'

const files = ['deepseek', 'groq', 'mistral', 'openai'].map((name) => {
  const text = readFileSync(new URL(`../../../prisma/price-book/${name}.json`, import.meta.url), 'utf8')
  const parsed = parseBookFile(JSON.parse(text))
  if (!parsed.ok) throw new Error(parsed.error[0]?.message)
  return parsed.value
})
const book = compileBook({
  entries: files.flatMap((file) => file.entries),
  aliases: files.flatMap((file) => file.aliases),
  hosts: files.map((file) => file.host),
})
const at = (host: string, model: string): HostedTarget => ({
  kind: 'hosted',
  host,
  model,
  serviceTier: 'standard',
  contextTokens: 131_072,
})
const FLASH = at('deepseek', 'deepseek-flash')
const OSS = at('groq', 'openai/gpt-oss-120b')
const SMALL = at('mistral', 'ministral-3b-2512')

function hour(hours: number, project: string): UsageSlice {
  return {
    atMs: Date.UTC(2026, 10, 2) + hours * HOUR_MS,
    grainSeconds: 3600,
    month: '2026-11',
    host: 'openai',
    model: 'gpt-4.1',
    project,
    apiKey: null,
    tags: null,
    serviceTier: 'standard',
    region: null,
    contextBand: 17,
    records: 1n,
    requests: 1n,
    cost: usdFromText('2.5'),
    quantities: {
      input: 1_000_003n,
      cacheRead: 10_001n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: 77_777n,
      reasoning: 0n,
      other: null,
    },
  }
}
const slices = Array.from({ length: 48 }, (_, i) => hour(i, i % 2 === 0 ? 'search' : 'contracts'))
const NO_RULES = rulesFrom([])
const ofSlices = (these: readonly UsageSlice[], targets: readonly HostedTarget[], rules = NO_RULES) => {
  const steps = cheapestMix(these, targets, rules, book, {})
  let turns = 0
  for (;;) {
    const step = steps.next()
    if (step.done === true) return { lines: step.value, turns }
    turns += 1
  }
}
const mix = (targets: readonly HostedTarget[], rules = NO_RULES) => ofSlices(slices, targets, rules).lines

describe('the cheapest mix', () => {
  test('moves the calls of a model that use no tool, though others of it do', () => {
    const [first] = slices
    if (first === undefined) throw new Error('there are slices')
    const searching = { ...first, quantities: { ...first.quantities, other: new Map([['web_search', 2n]] as const) } }
    const [both] = ofSlices([first, searching], [FLASH]).lines
    const [alone] = ofSlices([first], [FLASH]).lines
    expect(both?.choice?.likely).toBe(addUsd(alone?.choice?.likely as Usd, first.cost as Usd))
  })
  test('costs at each place exactly what a move of those calls to that place costs', () => {
    for (const line of mix([FLASH, OSS])) {
      const costs = [FLASH, OSS].map((target) => {
        const own = slices.filter((slice) => slice.project === line.project)
        const move = { share: ONE, select: {}, target, changesFor: changesTo(target, {}) }
        return replayHours(own, [move], book).target.likely
      })
      expect(line.choice?.likely).toBe(costs.sort((a, b) => (a < b ? -1 : 1))[0])
      expect(line.forgone).toBeNull()
    }
  })
  test('lets others in after every target', () => {
    expect(ofSlices(slices, [FLASH, OSS, SMALL]).turns).toBe(3)
  })
  test('leaves everything where it is when no data may leave, and says what that gives away', () => {
    const lines = mix([FLASH], rulesFrom([{ project: 'contracts', quality_floor: null, residency: 'own' }]))
    const held = lines.find((line) => line.project === 'contracts')
    expect(held?.choice).toBeNull()
    expect(held?.forgone).toMatchObject({ reason: 'data_residency', target: 'deepseek / deepseek-flash' })
    expect(lines.find((line) => line.project === 'search')?.choice?.target).toBe(FLASH)
  })
  test('takes the cheapest target that is good enough, not the cheapest', () => {
    const free = mix([SMALL, OSS])
    const held = mix([SMALL, OSS], rulesFrom([], { quality_floor: 40, residency: 'anywhere' }))
    expect(free.map((line) => line.choice?.target.model)).toEqual(['ministral-3b-2512', 'ministral-3b-2512'])
    expect(held.map((line) => line.choice?.target.model)).toEqual(['openai/gpt-oss-120b', 'openai/gpt-oss-120b'])
    expect(held.map((line) => line.forgone?.reason)).toEqual(['quality_floor', 'quality_floor'])
  })
})

describe('rules of a project', () => {
  const rule = (residency: 'not_cn' | 'us' | 'eu') => ({ qualityFloor: null, residency })
  test.each([
    ['not_cn', FLASH, 'data_residency'],
    ['not_cn', OSS, null],
    ['us', OSS, null],
    ['eu', OSS, 'data_residency'],
    ['eu', SMALL, null],
    ['eu', at('somewhere', 'x'), 'data_residency'],
  ] as const)('%s and %o: %s', (residency, target, expected) => {
    expect(refusalOf(rule(residency), { model: 'gpt-5' }, target)).toBe(expected)
  })
})

test('quality is found by whatever name a host gives the model', () => {
  const r1 = qualityOfName('deepseek-ai/DeepSeek-R1-0528').value
  const scout = qualityOfName('meta-llama/llama-4-scout-17b-16e-instruct').value
  if (r1 === null || scout === null) throw new Error('both are in the table')
  expect(r1.index).toBeGreaterThan(scout.index)
  expect(qualityOfName('openai.gpt-oss-120b-1:0')).toBe(qualityOfName('openai/gpt-oss-120b'))
  expect(qualityOfName('no-such-model')).toMatchObject({ value: null, benchmarks: 0 })
})

describe('what differs between two models', () => {
  test.each([
    ['openai/gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
    ['deepseek-ai/DeepSeek-V3.2', 'deepseek-v3.2-exp'],
    ['Qwen/Qwen2.5-72B-Instruct-Turbo', 'qwen-2.5-72b-instruct'],
    ['meta.llama4-scout-17b-instruct-v1:0', 'meta-llama/Llama-4-Scout-17B-16E-Instruct'],
  ])('%s and %s are the same weights, so nothing', (a, b) => {
    expect(familyOf(a).weights).toBe(familyOf(b).weights)
    expect(outputRange(a, b)).toMatchObject({ low: '1', likely: '1', high: '1' })
    expect(inputRange(a, b)).toMatchObject({ low: '1', likely: '1', high: '1' })
  })
  test.each([
    ['deepseek-v3', 'deepseek-v3.1'],
    ['claude-opus-4-1', 'claude-opus-4'],
    ['gpt-5-mini', 'gpt-5'],
    ['qwen3-235b-a22b-thinking-2507', 'qwen3-235b-a22b'],
  ])('%s and %s are not', (a, b) => {
    expect(familyOf(a).weights).not.toBe(familyOf(b).weights)
  })
  test('a measured pair ranges over its settings; the likely case changes only what every setting changes', () => {
    // 7,312 and 2,549 tokens a task after 3,465 to 11,660.
    expect(outputRange('gpt-5-2025-08-07', 'deepseek-v3.2')).toMatchObject({ low: '0.219', likely: '1', high: '2.11' })
    // 8,224 after 1,614 to 1,692: longer in every setting.
    expect(outputRange('claude-opus-4-20250514', 'deepseek-r1')).toMatchObject({
      low: '4.861',
      likely: '4.861',
      high: '5.095',
    })
    expect(inputRange('gpt-5', 'deepseek-v3.2')).toMatchObject({ low: '0.92', likely: '1', high: '1.069' })
    expect(inputRange('gpt-5', 'gpt-oss-120b')).toMatchObject({ low: '1', high: '1' })
  })
})
