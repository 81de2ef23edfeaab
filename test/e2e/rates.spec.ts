import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { complaints, expectNoBarrier, openSignedIn } from './screen'

async function totalCost(page: Page): Promise<string> {
  const reply = await page.request.get('/api/v1/spend')
  return ((await reply.json()) as { total: { cost: string } }).total.cost
}

test('a model without a rate is given one, its records are priced after the difference was seen, and undone', async ({
  page,
}) => {
  test.setTimeout(300_000)
  const found = complaints(page)
  await openSignedIn(page, '/rates#unpriced')
  const queue = page.getByRole('table', { name: 'Models without a rate' })
  const waiting = queue.getByRole('button', { name: /^Give .* a rate$/ }).first()
  await expectNoBarrier(page)
  const before = await totalCost(page)
  await waiting.click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Confirm the rate' })).toBeVisible()
  const own = dialog.getByRole('radio', { name: 'It has its own price' })
  if ((await own.count()) > 0) await own.check()
  await dialog.getByLabel('Input', { exact: true }).fill('1')
  await dialog.getByLabel('Cached input').fill('0.1')
  await dialog.getByLabel('Output').fill('2')
  await dialog.getByLabel('Where it is agreed or published').fill('order form 2026-11')
  await expectNoBarrier(page)
  await dialog.getByRole('button', { name: 'Confirm the rate' }).click()
  await dialog.getByRole('button', { name: 'Show the difference' }).click()
  await expect(dialog.getByText(/records of .* would change/)).toBeVisible({ timeout: 60_000 })
  expect(await totalCost(page)).toBe(before)
  await expectNoBarrier(page)
  await dialog.getByLabel('Reason').fill('the order form came')
  await dialog.getByRole('button', { name: 'Price again' }).click()
  const undo = dialog.getByRole('button', { name: /^Undo re-pricing #\d+$/ })
  await expect(undo).toBeVisible({ timeout: 60_000 })
  expect(await totalCost(page)).not.toBe(before)
  await undo.click()
  await expect(undo).toBeHidden({ timeout: 60_000 })
  expect(await totalCost(page)).toBe(before)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('table', { name: 'Re-pricings' })).toContainText('the order form came')
  await expectNoBarrier(page)
  expect(found).toEqual([])
})

test('a discount of the contract shows what it would change before anything does', async ({ page }) => {
  test.setTimeout(300_000)
  await openSignedIn(page, '/rates')
  const before = await totalCost(page)
  await page.getByRole('button', { name: 'Add a discount' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Host').selectOption('openai')
  await dialog.getByLabel('Percent off').fill('100')
  await dialog.getByLabel('From').fill('2026-01-01')
  await dialog.getByLabel('Where it is agreed or published').fill('order form 2026-11')
  await dialog.getByRole('button', { name: 'Add the discount' }).click()
  await expect(dialog.getByRole('alert')).toContainText('less than 100')
  await dialog.getByLabel('Percent off').fill('12.5')
  await dialog.getByRole('button', { name: 'Add the discount' }).click()
  await dialog.getByRole('button', { name: 'Show the difference' }).click()
  await expect(dialog.getByText(/records of .* would change/)).toBeVisible({ timeout: 60_000 })
  await expectNoBarrier(page)
  expect(await totalCost(page)).toBe(before)
})

test('a discount is withdrawn on the page of its prices, and its end is in the ledger', async ({ page }) => {
  await openSignedIn(page, '/rates/openai/*')
  const inForce = page.getByRole('table', { name: 'In force now' })
  await expect(inForce).toContainText('× 0.875')
  await inForce.getByRole('button', { name: 'End the price Every meter' }).click()
  const dialog = page.getByRole('dialog')
  await expectNoBarrier(page)
  await dialog.getByLabel('First day it no longer holds (UTC)').fill('2026-02-01')
  await dialog.getByRole('button', { name: 'End the price' }).click()
  await expect(dialog.getByRole('button', { name: 'Show the difference' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('table', { name: 'Earlier and future prices' })).toContainText('× 0.875')
  await expectNoBarrier(page)
})

test('a price update says what it would change before anything does, and is loaded from an own workspace alone', async ({
  page,
}) => {
  await openSignedIn(page, '/rates')
  const dialog = page.getByRole('dialog')
  const file = dialog.getByLabel('Price book file')
  const open = async () => {
    await page.getByRole('button', { name: 'Load a price update' }).click()
    await dialog.getByLabel('Signed off by').fill('A. Reviewer')
    await dialog.getByLabel('Reason').fill('a new card')
  }
  const goTo = async (isSample: boolean) => {
    const account = (await (await page.request.get('/api/v1/account')).json()) as {
      workspaces: { id: number; is_sample: boolean }[]
    }
    const workspace_id = account.workspaces.find((one) => one.is_sample === isSample)?.id
    const moved = await page.request.post('/api/v1/account/workspace', {
      headers: { 'x-tokentab': '1', origin: new URL(page.url()).origin },
      data: { workspace_id },
    })
    expect(moved.ok()).toBe(true)
    await page.goto('/rates')
  }
  const shipped = join(import.meta.dirname, '../../prisma/price-book/lmstudio.json')
  await goTo(true)
  await open()
  await file.setInputFiles({ name: 'prices.json', mimeType: 'application/json', buffer: Buffer.from('not json') })
  await dialog.getByRole('button', { name: 'Show what changes' }).click()
  await expect(dialog.getByRole('alert')).toContainText('not a JSON object')
  await file.setInputFiles(shipped)
  await dialog.getByRole('button', { name: 'Show what changes' }).click()
  await expect(dialog).toContainText('No new price')
  await expectNoBarrier(page)
  await dialog.getByRole('button', { name: 'Load the update' }).click()
  await expect(dialog.getByRole('alert')).toContainText('not updated from a workspace of sample data')

  await goTo(false)
  await open()
  await file.setInputFiles(shipped)
  await dialog.getByRole('button', { name: 'Show what changes' }).click()
  await expect(dialog).toContainText('No new price')
  await dialog.getByRole('button', { name: 'Load the update' }).click()
  await expect(page.getByText('The price update of LM Studio is loaded.')).toBeVisible()
})
