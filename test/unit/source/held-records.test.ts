import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem, Result } from '../../../lib/core/result'
import type { Spill } from '../../../lib/core/source/held-arena'
import { type HeldRecord, HeldRecords } from '../../../lib/core/source/held-records'
import { openSource, type SourceRow } from '../../../lib/core/source/open-source'
import type { CostRecord } from '../../../lib/core/usage/cost-record'
import type { UsageRecord } from '../../../lib/core/usage/record'
import { NOW_MS, readAll } from './reading'

class ListedSpill implements Spill {
  readonly parts = new Map<number, Uint8Array[]>()
  bytes = 0

  write(part: number, bytes: Uint8Array): void {
    this.parts.set(part, [...(this.parts.get(part) ?? []), bytes])
    this.bytes += bytes.length
  }

  read(part: number): Uint8Array {
    return Buffer.concat(this.parts.get(part) ?? [])
  }
}

const count = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 2n ** 63n - 1n))
const text = fc.oneof(fc.constantFrom('a', 'b', 'ünïcode – 𝄞'), fc.string())
const NO_IDENTITY = { kind: 'content', parts: [] } as const
const record: fc.Arbitrary<UsageRecord> = fc
  .record({
    identity: fc.constant(NO_IDENTITY),
    startMs: fc.integer({ min: 0, max: 2 ** 42 }),
    endMs: fc.constantFrom(null, 5),
    host: text,
    model: text,
    project: fc.option(text),
    apiKey: fc.constantFrom(null, 'k'),
    user: fc.constant(null),
    region: fc.option(text),
    serviceTier: fc.constantFrom('standard', 'batch'),
    speed: fc.constantFrom(null, 'fast'),
    requests: fc.constantFrom(null, 1n, 7n),
    quantities: fc.record({
      input: count,
      cacheRead: count,
      cacheWrite5m: count,
      cacheWrite1h: count,
      output: fc.bigInt(0n, 5n),
      reasoning: count,
      other: fc.option(count.map((value) => new Map([['web_search' as const, value]]))),
    }),
    promptTokens: fc.option(fc.bigInt(0n, 2n ** 66n)),
    contextTier: fc.constantFrom(null, '>200000'),
    status: fc.constantFrom('ok' as const, 'error' as const),
    latencyMs: fc.option(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
    reportedCost: fc.option(fc.constant({ amount: '0.25', currency: 'USD', kind: 'estimated' as const })),
    tags: fc.constantFrom([], [['team', 'web'] as const]),
  })
  .chain((held) => fc.boolean().map((assumed) => (assumed ? { ...held, timeAssumed: true as const } : held)))
const line = fc.record({
  key: fc.oneof(fc.constantFrom('', 'x', 'y', 'z'), fc.string()),
  group: fc.option(fc.constantFrom('s', 't')),
  record,
})

describe('held records', () => {
  it.each([[1], [4_000], [undefined]])('are those of a plain map, spilled beyond %s bytes or not', (spillBytes) => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.constantFrom('last' as const, 'most output' as const),
        (lines, rule) => {
          const held = new HeldRecords(rule, () => new ListedSpill(), { spillBytes })
          const plain = new Map<string, { group: string | null; record: UsageRecord }>()
          for (const one of lines) {
            held.put(one.key, one.record, one.group, false)
            const known = plain.get(one.key)
            if (known === undefined || rule === 'last') plain.set(one.key, one)
            else if (one.record.quantities.output > known.record.quantities.output) {
              plain.set(one.key, { group: one.group, record: { ...one.record, startMs: known.record.startMs } })
            }
          }
          const taken = [...held.take((key) => ({ kind: 'provider_id', parts: [key] }))]
          const keyOf = ({ record: { identity } }: { record: UsageRecord }) => identity.parts[0] ?? ''
          const inOrder = (a: { record: UsageRecord }, b: { record: UsageRecord }) => (keyOf(a) < keyOf(b) ? -1 : 1)
          const expected = [...plain].map(([key, { group, record }]) => ({
            group,
            record: { ...record, identity: { kind: 'provider_id', parts: [key] } as const },
          }))
          if (spillBytes === undefined) expect(taken).toEqual(expected)
          else expect([...taken].sort(inOrder)).toEqual([...expected].sort(inOrder))
        },
      ),
    )
  })
})

describe('records that wait for a window of calls only', () => {
  const merge = (known: Map<string, HeldRecord>, key: string, one: HeldRecord) => {
    const before = known.get(key)
    if (before === undefined) known.set(key, one)
    else if (one.record.quantities.output > before.record.quantities.output) {
      known.set(key, { group: one.group, record: { ...one.record, startMs: before.record.startMs } })
    }
  }
  const identityOf = (key: string) => ({ kind: 'provider_id', parts: [key] }) as const
  const keyOf = ({ record: { identity } }: HeldRecord) => identity.parts[0] ?? ''

  it('come to the same calls once copies are compared, each copy at its turn', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (lines, window) => {
        const held = new HeldRecords('most output', undefined, { window })
        const plain = new Map<string, HeldRecord>()
        const compared = new Map<string, HeldRecord>()
        for (const one of lines) {
          held.put(one.key, one.record, one.group, false)
          merge(plain, one.key, { group: one.group, record: { ...one.record, identity: identityOf(one.key) } })
          for (const ready of held.takeReady(identityOf)) {
            expect([ready.group, ready.record.timeAssumed]).toEqual([null, undefined])
            merge(compared, keyOf(ready), ready)
          }
        }
        for (const last of held.take(identityOf)) merge(compared, keyOf(last), last)
        expect(compared).toEqual(plain)
      }),
      { numRuns: 300 },
    )
  })

  it('are ready after two windows, and not at all once one waits for the end', () => {
    const [one] = fc.sample(
      record.filter(({ timeAssumed }) => timeAssumed !== true),
      1,
    )
    const held = new HeldRecords('most output', undefined, { window: 2 })
    const ready = () => [...held.takeReady(identityOf)].map(keyOf)
    const put = (key: string, group: string | null = null) => held.put(key, one as UsageRecord, group, false)
    for (const key of ['a', 'b', 'c', 'a']) put(key)
    expect(ready()).toEqual([])
    put('d')
    expect(ready()).toEqual(['a', 'b'])
    put('e', 'session')
    for (const key of ['f', 'g', 'h', 'c']) put(key)
    expect(ready()).toEqual([])
    expect([...held.take(identityOf)].map(keyOf)).toEqual(['c', 'd', 'e', 'f', 'g', 'h'])
  })
})

const started = Date.UTC(2026, 5, 1)

/** Lines of a session log: each message in three growing parts, told again by a side chain far behind. */
function sessionLines(from: number, to: number): string {
  let lines = ''
  for (let at = from; at < to; at += 1) {
    const message = Math.floor(at / 3)
    const usage = { input_tokens: 100, output_tokens: 1 + (at % 3), cache_read_input_tokens: message }
    lines += `${JSON.stringify({
      type: 'assistant',
      sessionId: `s-${message % 1_000}`,
      cwd: `/srv/app-${message % 50}`,
      timestamp: new Date(started + at * 1_000).toISOString(),
      message: { id: `msg_${message % 150_000}`, role: 'assistant', model: 'claude-opus-4-5', usage },
    })}\n`
  }
  return lines
}

describe('a session log', () => {
  it('gives the same records when what it holds back does not fit in memory', () => {
    const log = sessionLines(0, 3_000)
    const spilled: UsageRecord[] = []
    const head = new TextEncoder().encode(log)
    const opened = openSource(head, true, {
      format: null,
      host: null,
      timeZone: null,
      nowMs: NOW_MS,
      openSpill: () => new ListedSpill(),
    })
    if (!opened.ok || opened.value.layer === 'billed') throw new Error('not recognised')
    opened.value.push(head)
    const last = opened.value.end()
    if (!last.ok) throw new Error(last.error.code)
    for (const row of last.value) if (row.result.ok) spilled.push(...row.result.value)
    expect(spilled).toEqual(readAll(log).records)
    expect(spilled).toHaveLength(1_000)
  })

  it('of 500,000 lines takes little memory', { timeout: 120_000 }, () => {
    const head = new TextEncoder().encode(sessionLines(0, 2_000))
    const spill = new ListedSpill()
    const opened = openSource(head, false, {
      format: null,
      host: null,
      timeZone: null,
      nowMs: NOW_MS,
      openSpill: () => spill,
    })
    if (!opened.ok) throw new Error('not recognised')
    const idle = process.memoryUsage().rss
    let peak = 0
    const look = () => {
      peak = Math.max(peak, process.memoryUsage().rss - idle - spill.bytes)
    }
    const calls = new Set<string>()
    let rows = 0
    const take = (step: Result<Iterable<SourceRow<UsageRecord | CostRecord>>, Problem>) => {
      if (!step.ok) throw new Error(step.error.code)
      for (const { result } of step.value) {
        rows += 1
        for (const one of result.ok ? result.value : []) calls.add(String((one as UsageRecord).identity.parts))
        if (rows % 1_000 === 0) look()
      }
    }
    for (let at = 0; at < 500_000; at += 2_000) {
      take(opened.value.push(new TextEncoder().encode(sessionLines(at, at + 2_000))))
      look()
    }
    take(opened.value.end())
    expect(calls.size).toBe(150_000)
    // Copies that are told of again more than a hundred thousand calls later are rows of their own.
    expect(rows).toBe(Math.ceil(500_000 / 3))
    expect(peak / 1e6).toBeLessThan(300)
  })
})
