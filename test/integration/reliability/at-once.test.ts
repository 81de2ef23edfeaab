import { afterEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { inTransaction, pool } from '../../../lib/server/db/pool'
import { lockImports } from '../../../lib/server/db/workspace-lock'
import { workOnce } from '../../../lib/server/job/worker'
import { readSpend } from '../../../lib/server/read/spend'
import { addPrice, addPriceInput } from '../../../lib/server/use-case/add-price'
import { decideSource } from '../../../lib/server/use-case/decide-source'
import { ingestTelemetry } from '../../../lib/server/use-case/ingest-telemetry'
import { ingestUsage } from '../../../lib/server/use-case/ingest-usage'
import { reprice } from '../../../lib/server/use-case/reprice'
import { importFile, requireBalancedBooks, upload, usageCsv } from '../../support/imports'
import { jsonRequest } from '../../support/otlp'
import { inEmptyWorkspace } from '../../support/scene'

let principal: Principal

inEmptyWorkspace((made) => {
  principal = made
})
afterEach(async () => await requireBalancedBooks(principal))

const total = async () => (await readSpend(principal, {})).total
const CALLS = Array.from({ length: 20 }, (_call, index) => `call-${index}`)
const body = (ids: readonly string[]) =>
  Buffer.from(
    ids
      .map((id) => ({
        id,
        timestamp: '2026-09-01T10:00:00Z',
        provider: 'openai',
        model: 'gpt-5',
        usage: { input: '9' },
      }))
      .map((call) => JSON.stringify({ ...call, usage: { ...call.usage, output: '0' } }))
      .join('\n'),
  )

async function report(sender: number, output: number): Promise<void> {
  const spans = Array.from({ length: 5 }, (_span, index) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: (index + 1).toString(16).padStart(16, '0'),
    startMs: Date.UTC(2026, 8, 5),
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.response.model': 'gpt-5',
      'gen_ai.usage.input_tokens': 1_000n,
      'gen_ai.usage.output_tokens': BigInt(output),
    },
  }))
  const request = { signal: 'traces', encoding: 'json', body: Buffer.from(jsonRequest(spans)) } as const
  await ingestTelemetry({ ...principal, actor: `collector ${sender}` }, request)
}

/** Holds every stored record until `release`, so that whoever writes them meets at that point. */
async function holdRecords(): Promise<() => Promise<void>> {
  let release: () => void = () => undefined
  const released = new Promise<void>((done) => {
    release = done
  })
  let held: () => void = () => undefined
  const isHeld = new Promise<void>((done) => {
    held = done
  })
  const holding = inTransaction(async (connection) => {
    await connection.query('SELECT 1 FROM usage_record FOR UPDATE')
    held()
    await released
  })
  await isHeld
  return async () => {
    release()
    await holding
  }
}

/** Waits until so many statements wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { rows } = await pool().query<{ count: string }>(
      `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    if (Number.parseInt(rows[0]?.count ?? '0', 10) >= count) return
    await new Promise((done) => setTimeout(done, 25))
  }
  throw new Error(`there were never ${count} statements that wait`)
}

describe('an import that waits for its turn', () => {
  it('keeps its lease, however long the one before it takes', async () => {
    const id = await upload(principal, usageCsv([{ timestamp: '2026-09-01T10:00:00Z', input: 9, output: 0 }]))
    let release: () => void = () => undefined
    const released = new Promise<void>((done) => {
      release = done
    })
    const before = inTransaction(async (connection) => {
      await lockImports(connection, principal.workspaceId)
      await released
    })
    const working = workOnce(id)
    await waiting(1)
    await pool().query(`UPDATE import SET lease_until = now() + interval '1 second'`)
    await new Promise((done) => setTimeout(done, 7_000))
    const { rows } = await pool().query('SELECT status, fence, lease_until > now() AS held FROM import')
    release()
    await Promise.all([before, working])
    expect(rows).toEqual([{ status: 'importing', fence: 1, held: true }])
    expect(await total()).toMatchObject({ records: '1' })
  })
})

describe('sums stay those of the records when writers meet at the same ones', () => {
  it('a call set aside counts once when its authoritative source tells it twice at once', async () => {
    await importFile(principal, body(['only-there']))
    const calls = CALLS.map((id) => ({ id, timestamp: '2026-09-01T10:00:00Z', input: 9, output: 0 }))
    await importFile(principal, usageCsv(calls))
    const scope = { host: 'openai', from: '2026-09', to: '2026-10', source: 'tokentab-jsonl' } as const
    await decideSource(principal, { ...scope, mode: 'apply', reason: 'the invoice is by it' })
    expect(await total()).toMatchObject({ records: '1' })
    const release = await holdRecords()
    const sent = Promise.all([1, 2].map(() => ingestUsage(principal, { body: body(CALLS), idempotencyKey: null })))
    await waiting(2)
    await release()
    await sent
    expect(await total()).toMatchObject({ records: '21' })
  })

  it('a call that two senders restate at once is restated, and neither is turned away', async () => {
    await report(1, 1)
    const release = await holdRecords()
    const sent = Promise.all([report(2, 5), report(3, 7)])
    await waiting(2)
    await release()
    await sent
    expect(await total()).toMatchObject({ records: '5', tokens: { output: '35' } })
  })

  it('a call that a sender restates while it is re-priced has the price of its newer counts', async () => {
    await report(1, 1)
    const price = { host: 'openai', model: 'gpt-5', meter: 'output', amount: '20', source: 'order form' }
    await addPrice(principal, addPriceInput.parse({ ...price, effective_from: '2026-09-01T00:00:00Z' }))
    const period = { from: '2026-09', to: '2026-10', filter: {}, reason: 'agreed' }
    const release = await holdRecords()
    const restated = report(2, 5)
    await waiting(1)
    const priced = reprice(principal, { ...period, mode: 'apply' })
    await waiting(2)
    await release()
    await Promise.all([restated, priced])
    expect(await total()).toMatchObject({ records: '5', tokens: { output: '25' }, cost: '0.00675' })
  })
})
