import { describe, expect, it } from 'vitest'
import { dayOf } from '../../lib/core/source/pull/pull-source'
import { DAY_MS, HOUR_MS, monthOf } from '../../lib/core/time/instant'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readBill } from '../../lib/server/read/bill'
import { readReconciliation } from '../../lib/server/read/reconcile'
import { addConnection } from '../../lib/server/use-case/change-connections'
import { closeMonth } from '../../lib/server/use-case/close-month'
import { changeTolerance, toleranceInput } from '../../lib/server/use-case/enter-invoice'
import { pullOnce } from '../../lib/server/use-case/pull-usage'
import { makeMember, principalOf } from '../support/account'
import type { FakeProvider } from '../support/fake-provider'
import { drain, requireBalancedBooks } from '../support/imports'
import { besideFakeProvider } from '../support/scene'

const today = new Date()
/** The last day of the month before this one. */
const lastDay = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1) - DAY_MS
const month = monthOf(lastDay)
const never = new AbortController().signal

let provider: FakeProvider
let principal: Principal
let anna: Principal

besideFakeProvider(async (made) => {
  ;({ provider, principal } = made)
  anna = await principalOf(await makeMember(principal.workspaceId, 'finance'))
  // 3 × one million tokens at $1.25 a million, the last of them in the last hour of the month.
  for (const hour of [0, 12, 23]) provider.usage.set((lastDay + hour * HOUR_MS) / 1_000, 1_000_000n)
  for (const kind of ['openai-usage', 'openai-costs'] as const) {
    const input = { name: kind, kind, key: provider.key, base_url: made.base, from: dayOf(lastDay) }
    await addConnection(principal, input)
  }
})

async function pullBoth(): Promise<void> {
  while ((await pullOnce(never)) !== null) await drain()
}

describe('A-68: pulled usage beside the provider’s own cost report', () => {
  it('off by one cent: the difference is shown, and the month cannot be closed without a note', async () => {
    provider.costs.set(lastDay / 1_000, '3.76')
    await pullBoth()
    const shown = (await readReconciliation(principal, { month })).hosts.find((one) => one.host === 'openai')
    expect([shown?.ours, shown?.compared?.source, shown?.compared?.invoice, shown?.compared?.gap]).toEqual([
      '3.75',
      'cost_export',
      '3.76',
      '0.01',
    ])
    await expect(closeMonth(anna, { month })).rejects.toMatchObject({
      code: 'UNPROCESSABLE',
      reason: 'NOTE_REQUIRED',
      message: 'openai billed $3.76, computed is $3.75: $0.01 apart. Nothing was closed.',
    })
    expect((await readBill(principal, { month })).status).toBe('open')
    await closeMonth(anna, { month, note: 'OpenAI rounds each line up to a cent.' })
    const bill = await readBill(principal, { month })
    expect([bill.status, bill.close?.note]).toEqual(['closed', 'OpenAI rounds each line up to a cent.'])
    const { rows } = await pool().query<{ note: string }>(
      `SELECT detail ->> 'note' AS note FROM audit_log WHERE workspace_id = $1 AND action = 'bill.close'`,
      [principal.workspaceId],
    )
    expect(rows.map((row) => row.note)).toEqual(['OpenAI rounds each line up to a cent.'])
    await requireBalancedBooks(principal)
  })

  it('equal to the last digit, or apart by less than a cent: it closes without one', async () => {
    provider.costs.set(lastDay / 1_000, '3.7599999999999999999999')
    await pullBoth()
    await closeMonth(anna, { month })
    const bill = await readBill(principal, { month })
    expect([bill.status, bill.close?.note]).toEqual(['closed', null])
  })

  it('within the tolerance the workspace set itself: it closes without one', async () => {
    provider.costs.set(lastDay / 1_000, '3.76')
    await pullBoth()
    await changeTolerance(anna, toleranceInput.parse({ amount: '0.01', per_myriad: 0 }))
    await closeMonth(anna, { month })
    expect((await readBill(principal, { month })).status).toBe('closed')
  })

  it('a cost report without any usage here is a difference too', async () => {
    provider.usage.clear()
    provider.costs.set(lastDay / 1_000, '20')
    await pullBoth()
    await expect(closeMonth(anna, { month })).rejects.toMatchObject({ reason: 'NOTE_REQUIRED' })
  })
})
