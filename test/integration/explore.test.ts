import { describe, expect, it } from 'vitest'
import { GET } from '../../app/api/v1/explore.csv/route'
import { sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import { parsePeriodChoice } from '../../lib/core/report/period-choice'
import { PIVOT_GROUPS, PIVOT_MEASURES } from '../../lib/core/report/pivot'
import type { Principal } from '../../lib/server/auth/principal'
import { exploreInput, readExplore } from '../../lib/server/read/explore'
import { readSpend } from '../../lib/server/read/spend'
import { makeMember, signedInCookie } from '../support/account'
import { inSampleCompany } from '../support/scene'

const NOW = Date.UTC(2026, 10, 23, 18, 30)
const YEAR = parsePeriodChoice('12m', NOW)
let principal: Principal
inSampleCompany(NOW, (made) => {
  principal = made
})

describe('explore', () => {
  it('P-11: shows the same total as spend, whatever stands down and across', async () => {
    const { total } = await readSpend(principal, { from: '2025-12-01', to: '2026-12-01' })
    for (const rows of PIVOT_GROUPS) {
      for (const columns of [...PIVOT_GROUPS, 'none']) {
        const { pivot } = await readExplore(principal, exploreInput(YEAR, { rows, columns }))
        expect(pivot.total.value).toBe(total.cost)
        const lines = pivot.lines.map((line) => usdFromText(line.total.value ?? '0'))
        expect(usdToText(sumUsd(lines))).toBe(total.cost)
      }
    }
  })

  it('answers every measure, and a filter and its rest are the whole', async () => {
    for (const measure of PIVOT_MEASURES) {
      const { pivot } = await readExplore(principal, exploreInput(YEAR, { measure }))
      expect(pivot.lines.length).toBeGreaterThan(5)
    }
    const { pivot: whole } = await readExplore(
      principal,
      exploreInput(YEAR, { rows: 'host', columns: 'none', measure: 'tokens' }),
    )
    for (const line of whole.lines) {
      const host = line.key ?? ''
      const { pivot: one } = await readExplore(
        principal,
        exploreInput(YEAR, { rows: 'model', measure: 'tokens', host }),
      )
      expect(one.total.value).toBe(line.total.value)
    }
  })

  it('is a file of the same figures, and refuses words it does not know', async () => {
    const cookie = await signedInCookie(await makeMember(principal.workspaceId, 'viewer'))
    const ask = (query: string) =>
      GET(new Request(`http://localhost/api/v1/explore.csv?${query}`, { headers: { cookie } }), {
        params: Promise.resolve({}),
      })
    const reply = await ask('period=2026-09..2026-10&rows=host&columns=month')
    expect(reply.status).toBe(200)
    const lines = (await reply.text()).trimEnd().split('\r\n')
    expect(lines[0]).toBe('"host","2026-09","2026-10","total cost (usd)"')
    const { total } = await readSpend(principal, { from: '2026-09-01', to: '2026-11-01' })
    expect(lines.at(-1)?.split(',').at(-1)).toBe(total.cost)
    expect((await ask('rows=colour')).status).toBe(400)
    expect((await ask('workspace=1')).status).toBe(400)
  })
})
