import { afterEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { readSpend } from '../../../lib/server/read/spend'
import { addPrice, addPriceInput } from '../../../lib/server/use-case/add-price'
import { decideSource, reverseDecision } from '../../../lib/server/use-case/decide-source'
import { ingestTelemetry } from '../../../lib/server/use-case/ingest-telemetry'
import { reprice, undoReprice } from '../../../lib/server/use-case/reprice'
import { undoImport } from '../../../lib/server/use-case/undo-import'
import { importFile, type RowFields, requireBalancedBooks, usageCsv } from '../../support/imports'
import { jsonRequest } from '../../support/otlp'
import { inEmptyWorkspace } from '../../support/scene'

let principal: Principal

inEmptyWorkspace((made) => {
  principal = made
})
afterEach(async () => await requireBalancedBooks(principal))

const undo = (id: string) => undoImport(principal, { id })
const total = async () => (await readSpend(principal, {})).total
const jsonl = (id: string) =>
  JSON.stringify({
    id,
    timestamp: '2026-09-01T10:00:00Z',
    provider: 'openai',
    model: 'gpt-5',
    usage: { input: '1000', output: '0' },
  })
const call = (id: string): RowFields => ({ id, timestamp: '2026-09-01T10:00:00Z', input: 1_000, output: 0 })
const bucket = (input: number, model = 'gpt-5'): RowFields => ({
  timestamp: '2026-09-02T00:00:00Z',
  end: '2026-09-03T00:00:00Z',
  model,
  input,
  output: 0,
  requests: 3,
})
const decide = async () => {
  const scope = { host: 'openai', from: '2026-09', to: '2026-10', source: 'tokentab-jsonl' } as const
  return (await decideSource(principal, { ...scope, mode: 'apply', reason: 'the invoice is by it' })).no as number
}
const reverse = (no: number) => reverseDecision(principal, { no: String(no), reason: 'it was wrong' })

/** A span as one sender of telemetry reports it: every sender has an import of its own. */
async function report(sender: string, output: bigint, startMs = Date.UTC(2026, 8, 5)): Promise<string> {
  const actor = `collector ${sender}`
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '00f067aa0ba902b7',
    startMs,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.response.model': 'gpt-5',
      'gen_ai.usage.input_tokens': 1_000n,
      'gen_ai.usage.output_tokens': output,
    },
  }
  const body = Buffer.from(jsonRequest([span]))
  await ingestTelemetry({ ...principal, actor }, { signal: 'traces', encoding: 'json', body })
  const { rows } = await pool().query<{ id: string }>(
    `SELECT id FROM import WHERE created_by = $1 AND status = 'committed' ORDER BY no DESC LIMIT 1`,
    [actor],
  )
  return rows[0]?.id ?? ''
}

describe('P-5: what an undo brings back counts as if the undone import had never been', () => {
  it('a row that was set aside when it came and waited counts, once the decision is reversed', async () => {
    await importFile(principal, jsonl('of-the-json'))
    const no = await decide()
    const first = await importFile(principal, usageCsv([call('a')]))
    await importFile(principal, usageCsv([call('a')]))
    await reverse(no)
    await undo(first.id)
    expect(await total()).toMatchObject({ records: '2' })
  })

  it('a bucket that was set aside and restated counts, once the decision is reversed', async () => {
    await importFile(principal, jsonl('of-the-json'))
    const no = await decide()
    await importFile(principal, usageCsv([bucket(100)]))
    const newer = await importFile(principal, usageCsv([bucket(300)]))
    await reverse(no)
    await undo(newer.id)
    expect(await total()).toMatchObject({ records: '2', tokens: { input: '1100' } })
  })

  it('a row is set aside by the decision in force, though another one held when it was restated', async () => {
    await importFile(principal, jsonl('of-the-json'))
    const first = await decide()
    await importFile(principal, usageCsv([bucket(100)]))
    const newer = await importFile(principal, usageCsv([bucket(300)]))
    await reverse(first)
    await decide()
    await undo(newer.id)
    expect(await total()).toMatchObject({ records: '1', tokens: { input: '1000' } })
  })

  it('the id of a call that grew stays known when its newer version is undone', async () => {
    await report('one', 1n)
    const grown = await report('two', 10n)
    await undo(grown)
    await report('three', 1n, Date.UTC(2026, 8, 6))
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '1' } })
  })

  it('of a call that grew the largest version that is left counts', async () => {
    await report('one', 1n)
    const largest = await report('two', 10n)
    const middle = await report('three', 4n)
    await undo(largest)
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '4' } })
    await requireBalancedBooks(principal)
    await undo(middle)
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '1' } })
  })

  it('a call that one sender told twice, with another between, keeps what the others told', async () => {
    await report('one', 1n)
    const twice = await report('two', 4n)
    await report('three', 7n)
    await report('two', 10n)
    await undo(twice)
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '7' } })
    await requireBalancedBooks(principal)
    await report('two', 8n)
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '8' } })
  })

  it('a bucket that waited in the history has the price it was given meanwhile, and loses it with that', async () => {
    await importFile(principal, usageCsv([bucket(1_000_000, 'house-model')]))
    const newer = await importFile(principal, usageCsv([bucket(3_000_000, 'house-model')]))
    const price = { host: 'openai', model: 'house-model', meter: 'input', amount: '2' }
    await addPrice(principal, addPriceInput.parse({ ...price, effective_from: '2026-01-01T00:00:00Z', source: 'x' }))
    const period = { from: '2026-09', to: '2026-10', filter: {}, reason: 'agreed' }
    const { revision } = await reprice(principal, { ...period, mode: 'apply' })
    expect(await total()).toMatchObject({ cost: '6' })
    await undo(newer.id)
    expect(await total()).toMatchObject({ cost: '2' })
    await requireBalancedBooks(principal)
    await undoReprice(principal, { id: revision?.id ?? '' })
    expect(await total()).toMatchObject({ records: '1', cost: null })
  })
})
