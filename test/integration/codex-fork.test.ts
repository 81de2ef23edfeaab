import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { getImport } from '../../lib/server/read/imports'
import { readSpend } from '../../lib/server/read/spend'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, requireBalancedBooks } from '../support/imports'
import { zipOf } from '../support/zip'

let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  principal = await commandLineOf('acme')
})

const HISTORY = [1_000, 2_500, 4_000]

/** A session whose events are some seconds apart; a fork repeats the history at other times. */
function session(id: string, from: string | null, begun: string, totals: readonly number[]): string {
  const beginMs = Date.parse(begun)
  const line = (seconds: number, type: string, payload: object) =>
    JSON.stringify({ timestamp: new Date(beginMs + seconds * 1_000).toISOString(), type, payload })
  const usage = (input: number) => ({ input_tokens: input, cached_input_tokens: 0, output_tokens: input / 10 })
  return [
    line(0, 'session_meta', { id, timestamp: begun, ...(from === null ? {} : { forked_from_id: from }) }),
    line(0, 'turn_context', { model: 'gpt-5-codex' }),
    ...totals.map((input, at) =>
      line(7 * (at + 1), 'event_msg', { type: 'token_count', info: { total_token_usage: usage(input) } }),
    ),
    '',
  ].join('\n')
}

const parent = session('parent', null, '2026-09-01T10:00:00Z', [...HISTORY, 6_000])
const child = session('child', 'parent', '2026-09-03T12:00:00Z', [...HISTORY, 4_500])
const sibling = session('sibling', 'parent', '2026-09-05T12:00:00Z', [...HISTORY, 4_100])

async function told() {
  return (await readSpend(principal, {})).total
}

// 6000 of the parent, 500 and 100 of the forks' own.
const ALL = { records: '6', tokens: { input: '6600', output: '660' } }

describe('a forked Codex session', () => {
  it.each([
    ['parent first', [parent, child, sibling]],
    ['children first', [sibling, child, parent]],
    ['in between', [child, parent, sibling]],
  ])('counts its history once, %s, and adds nothing when it comes again', async (_order, files) => {
    for (const file of files) expect((await importFile(principal, file)).rejected).toBe('0')
    expect(await told()).toMatchObject(ALL)
    for (const file of files) expect(await importFile(principal, file)).toMatchObject({ accepted: '0', duplicate: '4' })
    expect(await told()).toMatchObject(ALL)
    await requireBalancedBooks(principal)
  })

  it('counts its history once in one archive, and once without the parent', async () => {
    const archive = (files: readonly string[]) =>
      zipOf(
        files.map((content, at) => ({ name: `sessions/rollout-${at}.jsonl`, content })),
        '',
      )
    const forks = await importFile(principal, archive([sibling, child]))
    expect(forks).toMatchObject({ rows_read: '8', accepted: '5', duplicate: '3', rejected: '0' })
    expect(await told()).toMatchObject({ records: '5', tokens: { input: '4600', output: '460' } })
    await importFile(principal, archive([child, parent, sibling]))
    expect(await told()).toMatchObject(ALL)
    await requireBalancedBooks(principal)
  })

  it('keeps what a fork tells too when the import of the parent is undone', async () => {
    const first = await importFile(principal, parent)
    await importFile(principal, child)
    await undoImport(principal, { id: first.id })
    expect(await told()).toMatchObject({ records: '4', tokens: { input: '4500', output: '450' } })
    await importFile(principal, parent)
    expect(await told()).toMatchObject({ records: '5', tokens: { input: '6500', output: '650' } })
    expect((await getImport(principal, { id: first.id })).import.status).toBe('undone')
    await requireBalancedBooks(principal)
  })

  it('counts once also where the clock of its machine ran years ahead', async () => {
    const ahead = (text: string) => text.replaceAll('2026-09', '2030-01')
    expect(await importFile(principal, ahead(parent))).toMatchObject({
      accepted: '4',
      problem: { code: 'CLOCK_AHEAD' },
    })
    expect(await importFile(principal, ahead(child))).toMatchObject({ accepted: '1', duplicate: '3', rejected: '0' })
    expect(await told()).toMatchObject({ records: '5', tokens: { input: '6500', output: '650' } })
    await requireBalancedBooks(principal)
  })
})

describe('runs of codex exec on one thread', () => {
  const run = (input: number, output: number) =>
    [
      '{"type":"thread.started","thread_id":"0199a213-81c0-7800-8aa1-bbab2a035a53"}',
      JSON.stringify({
        type: 'turn.completed',
        usage: { input_tokens: input, cached_input_tokens: 0, output_tokens: output },
      }),
      '',
    ].join('\n')

  it.each([
    ['in order', [run(1_000, 10), run(2_500, 25), run(4_000, 40)]],
    ['in any order', [run(2_500, 25), run(4_000, 40), run(1_000, 10)]],
    ['in one file', [[run(1_000, 10), run(2_500, 25), run(4_000, 40)].join('')]],
  ])('count its total once, %s', async (_order, files) => {
    for (const file of files) expect((await importFile(principal, file)).rejected).toBe('0')
    expect(await told()).toMatchObject({ records: '1', tokens: { input: '4000', output: '40' } })
    await requireBalancedBooks(principal)
  })
})
