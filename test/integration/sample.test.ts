import { describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readSpend } from '../../lib/server/read/spend'
import { createSample } from '../../lib/server/use-case/create-sample'
import { requireBalancedBooks } from '../support/imports'
import { inSampleCompany } from '../support/scene'

const NOW = Date.UTC(2026, 10, 23, 18, 30)
let principal: Principal
inSampleCompany(NOW, (made) => {
  principal = made
})

async function spend(group_by: string) {
  return await readSpend(principal, { from: '2025-10-01', to: '2026-12-01', group_by })
}

describe('the sample workspace', () => {
  it('holds every generated row, balanced', async () => {
    const { rows } = await pool().query('SELECT status, rows_read, accepted, duplicate, rejected FROM import')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: 'committed', duplicate: '0', rejected: '0', accepted: rows[0]?.rows_read })
    await requireBalancedBooks(principal)
  })

  it('has something true to show: a cost in each of fourteen months, and one model without a price', async () => {
    const months = await spend('month')
    expect(months.rows).toHaveLength(14)
    for (const row of months.rows) expect(String(row.cost)).toMatch(/^[1-9]\d{3,}/)
    const models = await spend('host,model')
    const unpriced = models.rows.filter((row) => row.unpriced_requests !== '0')
    expect(unpriced.map((row) => row.model)).toEqual(['acme/atlas-70b-preview'])
    expect(unpriced.map((row) => row.cost)).toEqual([null])
  })

  it('is made once', async () => {
    expect(await createSample(NOW)).toBeNull()
  })

  it('gets its file after a start that died before bringing it', async () => {
    await pool().query(`UPDATE import SET status = 'failed'`)
    expect(await createSample(NOW)).not.toBeNull()
  })
})
