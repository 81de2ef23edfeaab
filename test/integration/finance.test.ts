import { describe, expect, it } from 'vitest'
import { GET } from '../../app/api/v1/bills/[month]/changes/route'
import { sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import { EFFECTS } from '../../lib/core/report/bridge'
import type { Principal } from '../../lib/server/auth/principal'
import { readBill } from '../../lib/server/read/bill'
import { readBillChange } from '../../lib/server/read/bill-change'
import { readChargeback } from '../../lib/server/read/chargeback'
import { readForecast } from '../../lib/server/read/forecast'
import { makeMember, signedInCookie } from '../support/account'
import { inSampleCompany } from '../support/scene'

const NOW = Date.UTC(2026, 10, 23, 18, 30)
const MONTHS = ['2026-01', '2026-05', '2026-06', '2026-10']
let principal: Principal
inSampleCompany(NOW, (made) => {
  principal = made
})

describe('what changed in the sample workspace', () => {
  it.each(MONTHS)('%s: the effects lead from the one bill to the other, to the last digit', async (month) => {
    const change = await readBillChange(principal, { month })
    const before = await readBill(principal, { month: change.before_month })
    const after = await readBill(principal, { month })
    expect([change.before, change.after]).toEqual([before.exact_total, after.exact_total])
    const steps = EFFECTS.map((effect) => usdFromText(change.effects[effect]))
    expect(usdToText(sumUsd([usdFromText(change.before), ...steps]))).toBe(change.after)
  })

  it('knows the faulty prompts of the last finished month and the launch of June', async () => {
    const { anomalies } = await readBillChange(principal, { month: '2026-10' })
    expect(anomalies[0]).toMatchObject({
      project: 'support-bot',
      model: 'claude-sonnet-4-5-20250929',
      from: '2026-10-14',
      to: '2026-10-14',
      cause: 'prompt_tokens',
    })
    const june = await readBillChange(principal, { month: '2026-06' })
    expect(june.anomalies.map((one) => [one.project, one.from, one.cause])).toContainEqual([
      'search',
      '2026-06-09',
      'calls',
    ])
  })

  it('is answered over HTTP to a member, and 404 for what is no month', async () => {
    const cookie = await signedInCookie(await makeMember(principal.workspaceId, 'viewer'))
    const ask = async (month: string) =>
      await GET(new Request(`http://localhost/api/v1/bills/${month}/changes`, { headers: { cookie } }), {
        params: Promise.resolve({ month }),
      })
    expect(await (await ask('2026-10')).json()).toMatchObject({ month: '2026-10', before_month: '2026-09', days: null })
    expect((await ask('october')).status).toBe(404)
  })
})

describe('the chargeback of the sample workspace', () => {
  it.each(['2025-12', '2026-10'])(
    '%s: five cost centres bear the bill, what no rule takes among them',
    async (month) => {
      const view = await readChargeback(principal, { month })
      const bill = await readBill(principal, { month })
      expect(view.centres).toHaveLength(5)
      expect(view.left.exact_amount).toBe('0')
      expect(view.unallocated).not.toBe('0')
      expect(usdToText(sumUsd(view.centres.map((centre) => usdFromText(centre.exact_amount))))).toBe(bill.exact_total)
      expect(usdToText(sumUsd(view.centres.map((centre) => usdFromText(centre.amount))))).toBe(bill.total)
    },
  )
})

describe('the forecast of the sample workspace', () => {
  it('continues the running month and says how far off it was in the last six', async () => {
    const forecast = await readForecast(principal)
    expect(forecast.months.map((month) => month.month)).toEqual(['2026-11', '2026-12', '2027-01', '2027-02'])
    const spent = await readBill(principal, { month: '2026-11' })
    expect(forecast.months[0]?.to_date).toBe(spent.exact_total)
    expect(forecast.history.at(-1)?.actual).toBe((await readBill(principal, { month: '2026-10' })).exact_total)
    expect(forecast.errors.map((error) => error.month)).toEqual([
      '2026-10',
      '2026-09',
      '2026-08',
      '2026-07',
      '2026-06',
      '2026-05',
    ])
    for (const { error_per_mille } of forecast.errors) expect(Math.abs(error_per_mille)).toBeLessThan(100)
  })
})
