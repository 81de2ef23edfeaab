import { describe, expect, it } from 'vitest'
import { startOfDay } from '../../lib/core/source/pull/days'
import { dayOf } from '../../lib/core/source/pull/pull-source'
import { DAY_MS, floorToDay, HOUR_MS } from '../../lib/core/time/instant'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { env, setDatabaseUrl } from '../../lib/server/env'
import { readConnection } from '../../lib/server/read/connections'
import { listImportPage } from '../../lib/server/read/imports'
import { addConnection, changeConnection, pullNow } from '../../lib/server/use-case/change-connections'
import { type PullOutcome, pullOnce } from '../../lib/server/use-case/pull-usage'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { type FakeProvider, sendJson } from '../support/fake-provider'
import { drain, requireBalancedBooks } from '../support/imports'
import { besideFakeProvider } from '../support/scene'

const LIST = '/v1/organization/usage/completions'
const today = floorToDay(Date.now())
const day = (back: number) => today - back * DAY_MS
/** Yesterday is told for good an hour into today. */
const settledTo = floorToDay(Date.now() - HOUR_MS)
const never = new AbortController().signal

let provider: FakeProvider
let base: string
let principal: Principal
let id: string

besideFakeProvider(async (made) => {
  ;({ provider, base, principal } = made)
  for (let back = 0; back <= 9; back += 1) provider.usage.set((day(back) + 3 * HOUR_MS) / 1_000, 1_000_000n)
  ;({ id } = await addConnection(principal, {
    name: 'Ours',
    kind: 'openai-usage',
    key: provider.key,
    base_url: base,
    from: dayOf(day(9)),
    every_hours: 1,
  }))
})

/** As the worker would, until nothing is due or a try fails. */
async function pullAll(): Promise<PullOutcome> {
  for (;;) {
    const outcome = await pullOnce(never)
    await drain()
    if (outcome === 'failed' || outcome === 'given up') return outcome
    if (outcome === 'nothing due' || outcome === null) return 'nothing due'
  }
}
const makeDue = async () => await pool().query('UPDATE connection SET next_at = now()')
const view = async () => await readConnection(principal, { id })
const tokens = async (): Promise<string> => {
  const { rows } = await pool().query<{ sum: string }>(
    'SELECT coalesce(sum(input_tokens), 0)::text AS sum FROM usage_hour WHERE workspace_id = $1',
    [principal.workspaceId],
  )
  return rows[0]?.sum ?? ''
}
/** Every day from the first to today stands once, in one of the three states. */
async function requireNoGap(): Promise<void> {
  const { days, from } = await view()
  const wanted = Array.from({ length: (today - startOfDay(from)) / DAY_MS + 1 }, (_day, index) =>
    dayOf(startOfDay(from) + index * DAY_MS),
  )
  expect(days.map((one) => one.day)).toEqual(wanted)
}

describe('A-67: a pull from a provider', () => {
  it('fills every day without a gap, in windows that do not overlap, and tells the books', async () => {
    expect(await pullAll()).toBe('nothing due')
    const shown = await view()
    expect(shown).toMatchObject({ state: 'good', failing_since: null, complete_to: dayOf(settledTo) })
    expect(shown.counts.complete + shown.counts.pending).toBe(10)
    expect(shown.days.at(-1)?.status).toBe('pending')
    await requireNoGap()
    expect(await tokens()).toBe('10000000')
    const windows = provider.asked
      .filter((one) => one.path === LIST)
      .map((one) => [Number(one.query.get('start_time')), Number(one.query.get('end_time'))])
    expect(windows).toEqual([
      [day(9) / 1_000, day(2) / 1_000],
      [day(2) / 1_000, (today + DAY_MS) / 1_000],
    ])
    const { items } = await listImportPage(principal, { cursor: null, limit: 10 })
    expect(items.map((one) => [one.source, one.status, one.created_by, one.format])).toEqual(
      Array.from({ length: 2 }, () => ['pull', 'committed', 'connection Ours', 'openai-usage-api']),
    )
    await requireBalancedBooks(principal)
  })

  it('reads all pages, and stops when a page token is told again', async () => {
    provider.mostBuckets = 50
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('10000000')
    provider.trick = (asked, response) => {
      if (asked.path !== LIST) return false
      sendJson(response, 200, { object: 'page', data: [], has_more: true, next_page: 'again' })
      return true
    }
    await pullNow(principal, id)
    const before = provider.pagesOf(LIST)
    expect(await pullAll()).toBe('failed')
    expect(provider.pagesOf(LIST) - before).toBe(2)
    expect((await view()).problem?.code).toBe('ENDLESS')
    let page = 0
    provider.trick = (asked, response) => {
      if (asked.path !== LIST) return false
      page += 1
      sendJson(response, 200, { object: 'page', data: [], has_more: true, next_page: `page ${page}` })
      return true
    }
    await makeDue()
    expect(await pullAll()).toBe('failed')
    expect(page).toBe(201)
    expect(await tokens()).toBe('10000000')
  })

  it.each([
    ['500', 'PROVIDER_FAULT', (response) => sendJson(response, 500, {})],
    [
      'HTML instead of JSON',
      'UNREADABLE',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end('<!doctype html><title>Maintenance</title>')
      },
    ],
    [
      'truncated JSON',
      'UNREADABLE',
      (response) => response.end('{"object":"page","data":[{"object":"bucket","start_time":17'),
    ],
    [
      'an answer cut off by the network',
      'UNREACHABLE',
      (response) => {
        response.writeHead(200, { 'content-length': '9000' })
        response.write('{"object":"page","data":[')
        setTimeout(() => response.destroy(), 20)
      },
    ],
    ['a connection that is closed', 'UNREACHABLE', (response) => response.destroy()],
    [
      'a redirect',
      'ADDRESS_REFUSED',
      (response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:1/' })
        response.end()
      },
    ],
  ] as readonly (readonly [string, string, (response: Parameters<typeof sendJson>[0]) => void])[])(
    '%s: nothing is kept, the cursor stays, it backs off and comes back by itself',
    async (_name, code, fail) => {
      provider.trick = (_asked, response) => {
        fail(response)
        return true
      }
      expect(await pullAll()).toBe('failed')
      expect(await pullOnce(never)).toBeNull()
      let shown = await view()
      expect(shown).toMatchObject({ state: 'failing', complete_to: dayOf(day(9)), last_good_at: null })
      expect(shown.problem?.code).toBe(code)
      expect(shown.days.filter((one) => one.status === 'failed')).toHaveLength(7)
      await requireNoGap()
      expect(await tokens()).toBe('0')
      const pauses: number[] = []
      for (let again = 0; again < 6; again += 1) {
        await makeDue()
        await pullAll()
        const { rows } = await pool().query<{ pause: number }>(
          'SELECT extract(epoch FROM next_at - now())::int AS pause FROM connection WHERE id = $1',
          [id],
        )
        pauses.push(Math.round((rows[0]?.pause ?? 0) / 60))
      }
      expect(pauses).toEqual([2, 4, 8, 16, 30, 30])
      const since = shown.failing_since
      provider.trick = null
      await makeDue()
      expect(await pullAll()).toBe('nothing due')
      shown = await view()
      expect(since).not.toBeNull()
      expect(shown).toMatchObject({ state: 'good', failing_since: null, problem: null })
      expect(await tokens()).toBe('10000000')
      await requireBalancedBooks(principal)
    },
  )

  it('waits as long as Retry-After says', async () => {
    provider.trick = (_asked, response) => {
      sendJson(response, 429, {}, { 'retry-after': '4000' })
      return true
    }
    expect(await pullAll()).toBe('failed')
    const { rows } = await pool().query<{ pause: number }>(
      'SELECT extract(epoch FROM next_at - now())::int AS pause FROM connection WHERE id = $1',
      [id],
    )
    expect(rows[0]?.pause).toBeGreaterThan(3_900)
    expect(rows[0]?.pause).toBeLessThanOrEqual(4_000)
  })

  it('a revoked key: failing since then, told with its status, and asked once in six hours', async () => {
    expect(await pullAll()).toBe('nothing due')
    const good = (await view()).last_good_at
    provider.key = 'sk-admin-another-key-000000'
    await pullNow(principal, id)
    const before = provider.asked.length
    expect(await pullAll()).toBe('failed')
    expect(await pullOnce(never)).toBeNull()
    expect(provider.asked.length - before).toBe(1)
    const shown = await view()
    expect(shown).toMatchObject({ state: 'failing', last_good_at: good, problem: { status: 401 } })
    expect(shown.failing_since).not.toBeNull()
    expect(Date.parse(shown.next_at ?? '') - Date.now()).toBeGreaterThan(5.9 * HOUR_MS)
    // The provider repeats the key in its error; nothing of it is kept.
    const dump = await pool().query(
      'SELECT row_to_json(c)::text, (SELECT jsonb_agg(a.detail)::text FROM audit_log a) FROM connection c',
    )
    expect(JSON.stringify(dump.rows)).not.toContain('planted-canary')
    await changeConnection(principal, id, { key: provider.key })
    expect(await pullAll()).toBe('nothing due')
    expect((await view()).state).toBe('good')
  })

  it('finds restatements of the last three days, and leaves older days alone', async () => {
    expect(await pullAll()).toBe('nothing due')
    provider.usage.set((day(2) + 3 * HOUR_MS) / 1_000, 3_000_000n)
    provider.usage.set((day(8) + 3 * HOUR_MS) / 1_000, 9_000_000n)
    await pool().query(`UPDATE connection_day SET pulled_at = pulled_at - interval '2 hours'`)
    await makeDue()
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('12000000')
    const [newest] = (await listImportPage(principal, { cursor: null, limit: 10 })).items
    // Only the day that changed is told again.
    expect([newest?.rows_read, newest?.restated, newest?.filename]).toEqual([
      '1',
      '1',
      `Ours, ${dayOf(day(2))} to ${dayOf(day(2))}.jsonl`,
    ])
    await requireBalancedBooks(principal)
  })

  it('what is told under another name, or no more, does not count beside what took its place', async () => {
    expect(await pullAll()).toBe('nothing due')
    const moved = (day(1) + 3 * HOUR_MS) / 1_000
    provider.usage.delete(moved)
    provider.usage.set(moved + 3_600, 1_000_000n)
    provider.usage.delete((day(2) + 3 * HOUR_MS) / 1_000)
    await pullNow(principal, id)
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('9000000')
    const { items } = await listImportPage(principal, { cursor: null, limit: 10 })
    expect([items[0]?.rows_read, items[0]?.restated]).toEqual(['3', '2'])
    await requireBalancedBooks(principal)
    // It comes back: the same place holds it again.
    provider.usage.set((day(2) + 3 * HOUR_MS) / 1_000, 4_000_000n)
    await pullNow(principal, id)
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('13000000')
    // And undoing what was told last brings back what was told before it.
    const [last] = (await listImportPage(principal, { cursor: null, limit: 10 })).items
    await undoImport(principal, { id: last?.id ?? '' })
    expect(await tokens()).toBe('9000000')
    await requireBalancedBooks(principal)
  })

  it('a page that changes between two calls: the later telling of a bucket counts, once', async () => {
    provider.mostBuckets = 24
    const moved = day(5)
    provider.trick = (asked, response) => {
      if (asked.path !== LIST || asked.query.get('page') !== String(day(4) / 1_000)) return false
      // The list slid by a day while it was read: a bucket is told twice, with another count the second time.
      const bucket = (start: number, input: number) => ({
        object: 'bucket',
        start_time: start / 1_000,
        end_time: (start + HOUR_MS) / 1_000,
        results: [
          {
            object: 'organization.usage.completions.result',
            input_tokens: input,
            output_tokens: 0,
            num_model_requests: 1,
            project_id: 'proj_one',
            api_key_id: 'key_one',
            model: 'gpt-5',
            batch: false,
            service_tier: 'default',
          },
        ],
      })
      const data = [bucket(moved + 3 * HOUR_MS, 5_000_000), bucket(day(4) + 3 * HOUR_MS, 1_000_000)]
      sendJson(response, 200, { object: 'page', data, has_more: true, next_page: String(day(3) / 1_000) })
      return true
    }
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('14000000')
    await requireBalancedBooks(principal)
  })

  it('two schedulers at once: one fetches, and nothing is told twice', async () => {
    const outcomes = await Promise.all([pullOnce(never), pullOnce(never), pullOnce(never)])
    expect(outcomes.filter((one) => one !== null)).toEqual(['fetched'])
    expect(provider.pagesOf(LIST)).toBe(1)
    await drain()
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('10000000')
  })

  it('a scheduler that was taken over moves nothing', async () => {
    let release: (() => void) | null = null
    const held = new Promise<void>((done) => {
      release = done
    })
    let isFirst = true
    provider.trick = (asked) => {
      if (!isFirst || asked.path !== LIST) return false
      isFirst = false
      return false
    }
    const slow = provider.trick
    provider.trick = (asked, response) => {
      if (!isFirst) return false
      slow(asked, response)
      void held.then(() => sendJson(response, 200, { object: 'page', data: [], has_more: false, next_page: null }))
      return true
    }
    const first = pullOnce(never)
    while (isFirst) await new Promise((done) => setTimeout(done, 5))
    await pool().query(`UPDATE connection SET lease_until = now() - interval '1 second' WHERE id = $1`, [id])
    expect(await pullOnce(never)).toBe('fetched')
    await drain()
    ;(release as (() => void) | null)?.()
    expect(await first).toBe('given up')
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('10000000')
    await requireBalancedBooks(principal)
  })

  it.each(['pull.fetched', 'pull.expected', 'receive.before-rename', 'import.before-commit', 'import.after-commit'])(
    'a process that dies at %s between fetch and commit: the cursor has not moved, and it is made good',
    async (point) => {
      process.env.FAULT = `${point}:throw:1`
      setDatabaseUrl(env().DATABASE_URL ?? '')
      await pullOnce(never).catch(() => undefined)
      await drain()
      const { rows } = await pool().query<{ committed: boolean; moved: boolean }>(
        `SELECT EXISTS (SELECT 1 FROM import i WHERE i.workspace_id = $1 AND i.status = 'committed') AS committed,
           c.cursor > c.from_day AS moved FROM connection c WHERE c.id = $2`,
        [principal.workspaceId, id],
      )
      expect(rows[0]?.moved).toBe(rows[0]?.committed)
      delete process.env.FAULT
      setDatabaseUrl(env().DATABASE_URL ?? '')
      await pool().query(`UPDATE connection SET next_at = now(), lease_until = NULL WHERE id = $1`, [id])
      await pool().query(
        `UPDATE import SET lease_until = now() - interval '1 second' WHERE status IN ('receiving', 'stored', 'importing')`,
      )
      await drain()
      expect(await pullAll()).toBe('nothing due')
      expect(await tokens()).toBe('10000000')
      expect((await view()).complete_to).toBe(dayOf(settledTo))
      await requireNoGap()
      await requireBalancedBooks(principal)
    },
  )

  it('an hour of outage in the middle of filling leaves no gap behind', async () => {
    let failures = 0
    provider.trick = (asked, response) => {
      if (asked.path !== LIST || asked.query.get('start_time') !== String(day(2) / 1_000) || failures >= 4) return false
      failures += 1
      response.destroy()
      return true
    }
    for (let again = 0; again < 5; again += 1) {
      await pullAll()
      await requireNoGap()
      await makeDue()
    }
    expect(failures).toBe(4)
    expect(await tokens()).toBe('10000000')
    expect((await view()).complete_to).toBe(dayOf(settledTo))
  })

  it('an import that is undone leaves its days pending, and the next pull fetches them again', async () => {
    expect(await pullAll()).toBe('nothing due')
    const { items } = await listImportPage(principal, { cursor: null, limit: 10 })
    await undoImport(principal, { id: items.at(-1)?.id ?? '' })
    expect(await tokens()).toBe('3000000')
    expect(await view()).toMatchObject({ complete_to: dayOf(day(9)), counts: { pending: settledTo === today ? 8 : 9 } })
    expect(await pullAll()).toBe('nothing due')
    expect(await tokens()).toBe('10000000')
    await requireBalancedBooks(principal)
  })

  it('fetches nothing while it is paused', async () => {
    await changeConnection(principal, id, { paused: true })
    expect(await pullOnce(never)).toBeNull()
    expect(provider.asked).toEqual([])
    await expect(pullNow(principal, id)).rejects.toMatchObject({ reason: 'PAUSED' })
    await changeConnection(principal, id, { paused: false })
    expect(await pullAll()).toBe('nothing due')
  })
})
