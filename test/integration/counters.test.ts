import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { readSpend } from '../../lib/server/read/spend'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, requireBalancedBooks } from '../support/imports'

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
afterEach(async () => await requireBalancedBooks(principal))

/** A scrape of a vLLM server as it stands at /metrics, its time as a comment before it. */
const scrape = (time: string | null, prompt: number, cached: number, generated: number, started = '1.788e+09') =>
  `${time === null ? '' : `# ${time}\n`}# HELP vllm:prompt_tokens_total Number of prefill tokens processed.
# TYPE vllm:prompt_tokens_total counter
process_start_time_seconds ${started}
vllm:prompt_tokens_total{engine="0",model_name="llama"} ${prompt}.0
vllm:prompt_tokens_cached_total{engine="0",model_name="llama"} ${cached}.0
vllm:generation_tokens_total{engine="0",model_name="llama"} ${generated}.0
vllm:request_success_total{engine="0",finished_reason="stop",model_name="llama"} ${generated / 10}.0
`
const tokens = async () => (await readSpend(principal, {})).total.tokens

describe('scrapes of a model server, each in a file of its own', () => {
  const first = scrape('2026-09-01T00:00:00Z', 1_000, 100, 200)
  const second = scrape('2026-09-01T06:00:00Z', 1_500, 400, 260)
  const restarted = scrape('2026-09-01T12:00:00Z', 90, 10, 30, '1.7883e+09')

  it('count what grew between them, count a restart from zero, and add nothing again', async () => {
    expect(await importFile(principal, first)).toMatchObject({
      status: 'committed',
      accepted: '0',
      problem: { code: 'ONE_SCRAPE' },
    })
    expect(await importFile(principal, second)).toMatchObject({ accepted: '1', rows_read: '1', problem: null })
    expect(await tokens()).toMatchObject({ input: '200', cache_read: '300', output: '60' })
    expect(await importFile(principal, restarted)).toMatchObject({ accepted: '1' })
    const all = await tokens()
    expect(all).toMatchObject({ input: '280', cache_read: '310', output: '90' })
    expect(await importFile(principal, second)).toMatchObject({ accepted: '0', duplicate: '1', rejected: '0' })
    expect(await importFile(principal, restarted)).toMatchObject({ accepted: '0', duplicate: '1' })
    expect(await importFile(principal, first)).toMatchObject({ accepted: '0' })
    expect(await tokens()).toEqual(all)
  })

  it('give the same sum when the later one comes first, and when one file holds both', async () => {
    await importFile(principal, second)
    expect(await importFile(principal, first)).toMatchObject({ accepted: '1' })
    expect(await importFile(principal, `${first}${second}`)).toMatchObject({ accepted: '0', duplicate: '1' })
    expect(await tokens()).toMatchObject({ input: '200', cache_read: '300', output: '60' })
  })

  it('are counted again after an undo', async () => {
    await importFile(principal, first)
    const { id } = await importFile(principal, second)
    await undoImport(principal, { id })
    expect((await readSpend(principal, {})).total.records).toBe('0')
    expect(await importFile(principal, second)).toMatchObject({ accepted: '1' })
    expect(await tokens()).toMatchObject({ input: '200', cache_read: '300', output: '60' })
  })

  it('go on from the latest one when they tell no time', async () => {
    await importFile(principal, scrape(null, 1_000, 100, 200))
    const later = scrape(null, 1_500, 400, 260)
    expect(await importFile(principal, later)).toMatchObject({ accepted: '1', problem: { code: 'TIME_ASSUMED' } })
    expect(await importFile(principal, scrape(null, 1_000, 100, 200))).toMatchObject({ accepted: '0' })
    expect(await importFile(principal, later)).toMatchObject({ accepted: '0', duplicate: '1' })
    expect(await tokens()).toMatchObject({ input: '200', cache_read: '300', output: '60' })
  })
})
