import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GET as getReport } from '../../app/api/v1/reports/[id]/route'
import { GET as getShared } from '../../app/api/v1/shared/[secret]/route'
import { subtractUsd, usdFromText } from '../../lib/core/money/usd'
import { conditionsOf, risksOf } from '../../lib/core/report/what-if-report'
import { scenarioSchema } from '../../lib/core/simulate/scenario'
import { commandLinePrincipal } from '../../lib/server/auth/command-line'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { readReceipt } from '../../lib/server/read/receipt'
import { compareReports, listReports, readReport } from '../../lib/server/read/reports'
import { runSimulation } from '../../lib/server/read/run-simulation'
import { createSample } from '../../lib/server/use-case/create-sample'
import { deleteReport } from '../../lib/server/use-case/delete-report'
import { freezeReport } from '../../lib/server/use-case/freeze-report'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { openSharedReport } from '../../lib/server/use-case/open-shared-report'
import { revokeReportLink, shareReport } from '../../lib/server/use-case/share-report'
import { switchReport } from '../../lib/server/use-case/switch-report'
import { makeMember, makeWorkspace, principalOf, signedInCookie, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { drain } from '../support/imports'

const NOW = Date.UTC(2026, 10, 23, 12)
const scenario = {
  baseline: { from: '2026-08-01', to: '2026-11-01', filter: { project: ['search'] } },
  moves: [{ share: '0.8', target: { kind: 'hosted', host: 'deepseek', model: 'deepseek-flash' } }],
} as const
let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await resetDatabase()
  await syncPriceBook()
  await createSample(NOW)
  await drain()
  principal = await commandLinePrincipal('northwind')
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const open = (secret: string, address = '198.51.100.7') => openSharedReport({ secret, address })

describe('a saved report', () => {
  it('tells every fleet, the hosts calls go to, and what has to be true of each', async () => {
    const several = {
      baseline: { from: '2026-10-01', to: '2026-11-01' },
      moves: [
        {
          select: { project: ['search'] },
          target: { kind: 'self_hosted', model: 'gpt-oss-20b', gpu: 'L40S-48GB', policy: 'peak' },
        },
        {
          select: { project: ['support-bot'] },
          target: {
            kind: 'self_hosted',
            policy: 'peak',
            spill_to: { host: 'deepseek', model: 'deepseek-flash' },
          },
        },
        { select: { project: ['assistant'] }, target: scenario.moves[0].target },
      ],
    }
    const { id } = await freezeReport(principal, { scenario: several, other: null })
    const { content } = (await readReport(principal, { id })).report
    const { answer } = content.asked
    expect(answer.fleets.map((fleet) => fleet.gpu)).toEqual(['L40S-48GB', 'H100-SXM-80GB'])
    expect(content.prices.target.length).toBeGreaterThan(0)
    const conditions = conditionsOf(content.asked, content.frozen_at)
    expect(conditions.filter((one) => one.name === 'throughput_at_least').map((one) => one.fleet)).toEqual([
      'gpt-oss-20b on L40S-48GB',
      'gpt-oss-120b on H100-SXM-80GB',
    ])
    expect(conditions.map((one) => one.name)).toContain('prices_hold')
    expect(conditions.map((one) => one.name)).not.toContain('rent_at_most')
    expect(risksOf(answer)).toEqual(expect.arrayContaining(['data_leaves', 'estimate']))
    const throughput = answer.assumptions.filter((one) => one.name === 'throughput')
    expect(throughput.map((one) => one.applies_to)).toEqual([
      'gpt-oss-20b on L40S-48GB',
      'gpt-oss-120b on H100-SXM-80GB',
    ])
    await deleteReport(principal, { id })
  })

  it('keeps the answer, the other way, the data and the prices, and does not change with them', async () => {
    const { id } = await freezeReport(principal, { scenario })
    const before = (await readReport(principal, { id })).report
    const { asked, other, data, prices } = before.content
    expect(asked.answer.kind).toBe('hosted')
    expect(other?.answer.kind).toBe('self_hosted')
    expect(other?.answer.baseline_cost).toBe(asked.answer.baseline_cost)
    expect(data.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(prices.today.length).toBeGreaterThan(0)
    expect(prices.target.length).toBeGreaterThan(0)
    const again = await freezeReport(principal, { scenario })
    expect((await readReport(principal, again)).report.content.data).toEqual(data)
    const call = {
      id: 'late',
      timestamp: '2026-10-13T02:10:00Z',
      provider: 'openai',
      model: 'gpt-5',
      project: 'search',
      usage: { input: '1000000' },
    }
    await ingestUsage(principal, { body: Buffer.from(JSON.stringify([call])), idempotencyKey: null })
    expect((await readReport(principal, { id })).report).toEqual(before)
    const later = await freezeReport(principal, { scenario })
    expect((await readReport(principal, later)).report.content.data.sha256).not.toBe(data.sha256)
    expect((await listReports(principal)).rows.length).toBe(3)
  })

  it('is refused when somebody changed its bytes in the database', async () => {
    const { id } = await freezeReport(principal, { scenario })
    await pool().query("UPDATE what_if_report SET content = replace(content, '0.8', '0.9') WHERE id = $1", [id])
    await expect(readReport(principal, { id })).rejects.toThrow(/not what was frozen/)
    await deleteReport(principal, { id })
  })

  it('opens by its link until it is revoked or ends, and says the same of every other address', async () => {
    const { id } = await freezeReport(principal, { scenario })
    const link = await shareReport(principal, { reportId: id, expires_in_days: 7 })
    const { rows } = await pool().query('SELECT * FROM report_link')
    expect(JSON.stringify(rows)).not.toContain(link.secret)
    const shared = await open(link.secret)
    expect(shared.content.asked.answer).toEqual((await readReport(principal, { id })).report.content.asked.answer)
    expect(JSON.stringify(shared)).not.toMatch(/northwind/i)
    const refusal = { status: 404, message: 'There is no report at this address, or it is no longer shared.' }
    await expect(open('A'.repeat(43))).rejects.toMatchObject(refusal)
    await revokeReportLink(principal, { reportId: id, linkId: link.id })
    await expect(open(link.secret)).rejects.toMatchObject(refusal)
    const ended = await shareReport(principal, { reportId: id })
    await pool().query("UPDATE report_link SET expires_at = now() - interval '1 second' WHERE id = $1", [ended.id])
    await expect(open(ended.secret)).rejects.toMatchObject(refusal)
    const last = await shareReport(principal, { reportId: id })
    await deleteReport(principal, { id })
    await expect(open(last.secret)).rejects.toMatchObject(refusal)
  })

  it('answers its page as a PDF of one page, to its workspace and to whoever has the link', async () => {
    const { id } = await freezeReport(principal, {
      scenario: { ...scenario, moves: [{ target: { kind: 'self_hosted', policy: 'floor_spillover' } }] },
    })
    const link = await shareReport(principal, { reportId: id })
    const member = await makeMember(principal.workspaceId, 'viewer')
    const request = new Request('http://localhost/', { headers: { cookie: await signedInCookie(member) } })
    const replies = [
      await getReport(request, { params: Promise.resolve({ id: `${id}.pdf` }) }),
      await getShared(new Request('http://localhost/'), { params: Promise.resolve({ secret: `${link.secret}.pdf` }) }),
    ]
    for (const reply of replies) {
      expect(reply.headers.get('content-type')).toBe('application/pdf')
      const text = Buffer.from(await reply.arrayBuffer()).toString('latin1')
      expect(text.startsWith('%PDF-1.7')).toBe(true)
      expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1)
    }
  })

  it('is invisible to another workspace, and a viewer cannot share it', async () => {
    const { id } = await freezeReport(principal, { scenario })
    const stranger = await principalOf(await makeMember(await makeWorkspace('acme'), 'admin', 'eve@example.com'))
    await expect(readReport(stranger, { id })).rejects.toMatchObject({ status: 404 })
    await expect(shareReport(stranger, { reportId: id })).rejects.toMatchObject({ status: 404 })
    await expect(readReport(principal, { id: randomUUID() })).rejects.toMatchObject({ status: 404 })
    const viewer = await principalOf(await makeMember(principal.workspaceId, 'viewer', 'vic@example.com'))
    await expect(shareReport(viewer, { reportId: id })).rejects.toMatchObject({ status: 403 })
  })

  it('stops answering an address that tries very many links', async () => {
    let refused = 0
    for (let i = 0; i < 125; i += 1) {
      const error: { status?: number } = await open('B'.repeat(43), '203.0.113.9').then(
        () => ({}),
        (reason: { status?: number }) => reason,
      )
      if (error.status === 429) refused += 1
    }
    expect(refused).toBeGreaterThanOrEqual(5)
  })
})

describe('a savings receipt', () => {
  it('sets what came beside what was promised, month by month, on the calls really made', async () => {
    const { id } = await freezeReport(principal, {
      scenario: {
        baseline: { from: '2026-09-01', to: '2026-11-01', filter: { host: ['openai'], model: ['gpt-5'] } },
        moves: [{ target: { kind: 'hosted', host: 'deepseek', model: 'deepseek-flash' } }],
        assumptions: { output_ratio: '1', input_ratio: '1' },
      },
    })
    const before = (await readReport(principal, { id })).report
    expect(await readReceipt(principal, before, NOW)).toBeNull()
    // An off-peak Saturday: $0.15 in and $0.60 out a million.
    const call = {
      id: 'after',
      timestamp: '2026-11-21T12:10:00Z',
      provider: 'deepseek',
      model: 'deepseek-flash',
      project: 'moved',
      usage: { input: '1000000', output: '100000' },
    }
    await ingestUsage(principal, { body: Buffer.from(JSON.stringify([call])), idempotencyKey: null })
    const switched = { on: '2026-11-21', host: 'deepseek', model: 'deepseek-flash', monthly_cost: null }
    await switchReport(principal, { id, switched })
    const receipt = await readReceipt(principal, (await readReport(principal, { id })).report, NOW)
    const month = receipt?.months.at(-1)
    expect(month?.month).toBe('2026-11')
    const { realised, without, paid } = month ?? { realised: '', without: '', paid: '' }
    expect(subtractUsd(usdFromText(without), usdFromText(paid))).toBe(usdFromText(realised))
    const answer = await runSimulation(
      principal,
      scenarioSchema.parse({
        baseline: {
          from: '2026-11-21',
          to: '2026-11-23T12:00:00Z',
          filter: { host: ['deepseek'], model: ['deepseek-flash'] },
        },
        moves: [{ target: { kind: 'hosted', host: 'openai', model: 'gpt-5' } }],
        assumptions: { output_ratio: '1', input_ratio: '1', cache_kept: '1' },
      }),
    )
    expect(usdFromText(paid)).toBe(answer.baseline)
    expect(usdFromText(without)).toBe(answer.target.likely)
    expect(usdFromText(receipt?.promised ?? '0') > 0n).toBe(true)
  })
})

describe('reports side by side', () => {
  it('stand in the order asked, four at most', async () => {
    const made = []
    for (let i = 0; i < 2; i += 1) made.push((await freezeReport(principal, { scenario })).id)
    const found = await compareReports(principal, { ids: [...made].reverse() })
    expect(found.map((report) => report.id)).toEqual([...made].reverse())
    await expect(compareReports(principal, { ids: [randomUUID()] })).rejects.toMatchObject({ status: 404 })
    const many = Array.from({ length: 5 }, () => randomUUID())
    await expect(compareReports(principal, { ids: many })).rejects.toMatchObject({ status: 404 })
  })
})
