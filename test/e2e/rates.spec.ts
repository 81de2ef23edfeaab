import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'

const EMAIL = process.env.TOKENTAB_E2E_EMAIL ?? ''
const PASSWORD = process.env.TOKENTAB_E2E_PASSWORD ?? ''

async function openSignedIn(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByLabel('E-mail address').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

async function expectNoBarrier(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}

async function totalCost(page: Page): Promise<string> {
  const reply = await page.request.get('/api/v1/spend')
  return ((await reply.json()) as { total: { cost: string } }).total.cost
}

test('a model without a rate is given one, its records are priced after the difference was seen, and undone', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const found: string[] = []
  page.on('pageerror', (error) => found.push(error.message))
  await openSignedIn(page, '/rates#unpriced')
  const queue = page.getByRole('table', { name: 'Models without a rate' })
  const waiting = queue.getByRole('button', { name: /^Give .* a rate$/ }).first()
  await expectNoBarrier(page)
  const before = await totalCost(page)
  await waiting.click()
  const dialog = page.getByRole('dialog')
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
  test.setTimeout(120_000)
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
