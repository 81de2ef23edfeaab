import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
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

interface Line {
  readonly id: string
  readonly second: number
  readonly output: number
  readonly read?: number
  readonly session?: string
  readonly request?: string | null
  readonly sidechain?: boolean
  readonly iterations?: readonly object[]
}

function message(line: Line) {
  const { id, second, output, read = 20, session = 's1', request = 'req_1', sidechain = false, iterations = [] } = line
  return {
    type: 'assistant',
    sessionId: session,
    isSidechain: sidechain,
    ...(request === null ? {} : { requestId: request }),
    timestamp: new Date(Date.UTC(2026, 8, 1, 10, 0, second)).toISOString(),
    message: {
      // Too short, it would name nothing.
      id: `${id}_of_example`,
      role: 'assistant',
      model: 'claude-opus-5',
      usage: { input_tokens: 3, cache_read_input_tokens: read, output_tokens: output, iterations },
    },
  }
}
const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const file = (...messages: readonly Line[]) => lines(messages.map(message))
const total = async () => (await readSpend(principal, {})).total

describe('messages of Claude Code in several files', () => {
  it('count what an advisor and a compaction used beside them, once with every copy', async () => {
    const iterations = [
      { type: 'message', input_tokens: 3, output_tokens: 10 },
      { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 900, output_tokens: 70 },
      { type: 'compaction', input_tokens: 5_000, output_tokens: 200 },
    ]
    const told = { id: 'msg_a', output: 10, iterations }
    const files = [
      file({ id: 'msg_a', second: 1, output: 1 }, { ...told, second: 1 }, { ...told, second: 1 }),
      file({ ...told, second: 40, session: 's2' }),
    ]
    for (const one of files) await importFile(principal, one)
    expect(await total()).toMatchObject({ records: '3', tokens: { input: '5903', output: '280' } })
    await requireBalancedBooks(principal)
  })

  it('count once when another session copied them with other times, in any order', async () => {
    const first = file({ id: 'msg_a', second: 1, output: 10 }, { id: 'msg_b', second: 2, output: 5, request: 'req_2' })
    const resumed = file(
      { id: 'msg_a', second: 40, output: 10, session: 's2' },
      { id: 'msg_b', second: 40, output: 5, session: 's2', request: 'req_2' },
      { id: 'msg_c', second: 50, output: 7, session: 's2', request: 'req_3' },
    )
    for (const order of [
      [first, resumed],
      [resumed, first],
    ]) {
      await resetDatabase()
      principal = await commandLineOf('acme')
      for (const content of order) expect((await importFile(principal, content)).rejected).toBe('0')
      expect(await total()).toMatchObject({ records: '3', tokens: { output: '22' } })
      await requireBalancedBooks(principal)
    }
  })

  it('count once in one archive, also when a side chain replays them under another request', async () => {
    const view = await importFile(
      principal,
      zipOf([
        { name: 'p/s1.jsonl', content: file({ id: 'msg_a', second: 1, output: 10 }) },
        {
          name: 'p/s1/subagents/agent-1.jsonl',
          content: file(
            { id: 'msg_a', second: 9, output: 10, read: 50_000, sidechain: true, request: 'req_9' },
            { id: 'msg_sub', second: 10, output: 4, sidechain: true, request: 'req_10' },
          ),
        },
      ]),
    )
    expect(view).toMatchObject({ status: 'committed', rejected: '0', accepted: '2' })
    expect(await total()).toMatchObject({ records: '2', tokens: { output: '14', cache_read: '40' } })
    await requireBalancedBooks(principal)
  })

  it('count by the version with the most output, whichever file came first', async () => {
    const early = file({ id: 'msg_a', second: 1, output: 1 })
    const whole = file({ id: 'msg_a', second: 1, output: 1 }, { id: 'msg_a', second: 3, output: 250 })
    const first = await importFile(principal, early)
    expect(await importFile(principal, whole)).toMatchObject({ restated: '1', rejected: '0' })
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '250' } })
    expect(await importFile(principal, early.replace('\n', ' \n'))).toMatchObject({ accepted: '0', rejected: '0' })
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '250' } })
    await undoImport(principal, { id: first.id })
    expect(await total()).toMatchObject({ records: '1', tokens: { output: '250' } })
    await requireBalancedBooks(principal)
  })

  it('count once, at their first time, when a long file tells of them again thousands of calls later', async () => {
    const calls = Array.from({ length: 5_000 }, (_, at) => ({ id: `msg_${at}`, second: at, output: 10 }))
    const again = [
      { id: 'msg_0', second: 6_000, output: 10 },
      { id: 'msg_1', second: 6_001, output: 300 },
      { id: 'msg_2', second: 6_002, output: 3 },
    ]
    const long = await importFile(principal, file(...calls, ...again))
    expect(long).toMatchObject({ status: 'committed', rows_read: '5003', accepted: '5000', rejected: '0' })
    expect(await total()).toMatchObject({ records: '5000', tokens: { output: '50290' } })
    expect(long.last_at).toBe('2026-09-01T11:23:19Z')
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: long.id })
    expect((await total()).records).toBe('0')
    await requireBalancedBooks(principal)
  })

  it('stay apart where a gateway counts its ids from one in every session', async () => {
    const one = file({ id: 'msg_1', second: 1, output: 10, request: null })
    const other = file({ id: 'msg_1', second: 1, output: 30, request: null, session: 's2' })
    for (const content of [one, other, one, other]) {
      expect((await importFile(principal, content)).rejected).toBe('0')
    }
    expect(await total()).toMatchObject({ records: '2', tokens: { output: '40' } })
  })

  it('count once when they are in the progress of an agent and in its own file', async () => {
    const own = message({ id: 'msg_sub', second: 5, output: 6, sidechain: true, request: 'req_7' })
    const progress = {
      type: 'progress',
      sessionId: 's1',
      timestamp: '2026-09-01T10:00:06.000Z',
      data: { type: 'agent_progress', message: own },
    }
    const main = lines([message({ id: 'msg_a', second: 1, output: 10 }), progress])
    expect(await importFile(principal, main)).toMatchObject({ accepted: '2', rejected: '0' })
    expect(await importFile(principal, lines([own]))).toMatchObject({ accepted: '0', rejected: '0' })
    expect(await total()).toMatchObject({ records: '2', tokens: { output: '16' } })
  })
})
