import { expect, type Page, test } from '@playwright/test'
import { expectNoBarrier, openImports } from './screen'

const HEADER = 'when;llm model;vendor;prompt tokens;of which cached;completion tokens'
const file = (name: string, rows: readonly string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(`${[HEADER, ...rows].join('\n')}\n`),
})
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name }).first()

test('an unknown table is mapped once, shown priced before it is imported, and read by itself the next time', async ({
  page,
}) => {
  await openImports(page)
  const rows = ['03/04/2026 10:00;gpt-5;openai;2000;1000;100', '05/04/2026 10:00;gpt-5;openai;1500;0;1100']
  await page.locator('input[type=file]').setInputFiles([file('gateway.csv', rows)])
  await expect(rowOf(page, 'gateway.csv').getByText('failed')).toBeVisible({ timeout: 30_000 })
  await page.getByRole('link', { name: 'Map columns of gateway.csv' }).click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Which column of gateway.csv is what?')
  const apply = page.getByRole('button', { name: 'Import with this mapping' })
  await expect(apply).toBeDisabled()
  await expect(page.getByText('2 questions are open')).toBeVisible()
  await expectNoBarrier(page)

  // 03/04/2026 may be two days: nothing is assumed for the import.
  await page.getByRole('button', { name: '31/12/2026, day first' }).click()
  // A time without an offset may be of any zone.
  await page.getByLabel('Time zone').first().selectOption('UTC')
  await expect(page.getByText('1 question is open')).toBeVisible()
  // 1,000 × $1.25 + 1,000 × $0.125 + 100 × $10 per million, or 2,000 × $1.25 + …
  await page.getByRole('radio', { name: /Yes, it includes them/ }).check()
  await expect(apply).toBeEnabled()
  const first = page.getByRole('table', { name: /^The first 2 rows, priced/ })
  await expect(first.getByTitle('$0.002375')).toBeVisible()

  await page.getByLabel('Name of the mapping').fill('Our gateway')
  await apply.click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2 records from gateway.csv', { timeout: 30_000 })
  await expect(page.getByText(/read by the mapping “Our gateway”/).first()).toBeVisible()

  await page.goto('/imports')
  await page
    .locator('input[type=file]')
    .setInputFiles([file('gateway-later.csv', ['07/04/2026 09:00;gpt-5;openai;10;0;1'])])
  await expect(rowOf(page, 'gateway-later.csv').getByText('done')).toBeVisible({ timeout: 30_000 })
  await rowOf(page, 'gateway-later.csv').getByRole('link', { name: 'gateway-later.csv' }).click()
  await expect(page.getByText(/read by the mapping “Our gateway”/).first()).toBeVisible()
})
