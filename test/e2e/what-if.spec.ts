import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'

const EMAIL = process.env.TOKENTAB_E2E_EMAIL ?? ''
const PASSWORD = process.env.TOKENTAB_E2E_PASSWORD ?? ''

async function openSignedIn(page: Page, path: string): Promise<string[]> {
  const found: string[] = []
  page.on('pageerror', (error) => found.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text())
  })
  await page.goto(path)
  await page.getByLabel('E-mail address').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  return found
}

async function expectUsable(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(excess).toBe(0)
}

test('a move to another API answers now, then and the difference, with its assumptions', async ({ page }) => {
  const found = await openSignedIn(page, '/what-if')
  await expect(page.getByRole('heading', { name: /What stays where it is/ })).toBeVisible()
  const main = page.getByRole('main')
  await expect(main).toContainText(/\$[\d,]+/)
  await expect(main).toContainText('Now')
  await expect(main).toContainText('Then')
  await expect(main).toContainText('Month by month')
  await expect(page.locator('.recharts-wrapper > svg').first()).toBeVisible()
  await expectUsable(page)
  expect(found).toEqual([])
})

test('a fleet of one’s own is sized in whole GPUs, and the address keeps the question', async ({ page }) => {
  const found = await openSignedIn(page, '/what-if')
  await page.getByLabel('Kind of target').selectOption({ label: 'our own GPUs' })
  const main = page.getByRole('main')
  await expect(main).toContainText('Utilisation')
  await expect(main).toContainText(/GPU/)
  await expectUsable(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.reload()
  await expect(page.getByRole('main')).toContainText('Utilisation')
  await expectUsable(page)
  expect(found).toEqual([])
})

test.describe('for a viewer in India', () => {
  test.use({ timezoneId: 'Asia/Kolkata' })

  test('hours are drawn in the viewer’s zone, and the answer follows the slider without leaving the page', async ({
    page,
  }) => {
    const found = await openSignedIn(page, '/what-if')
    const main = page.getByRole('main')
    await expect(main).toContainText(/Asia\/(Kolkata|Calcutta)/)
    await expect(main).toContainText(/out of the peak, to start at \d\d:30, saves \$/)
    await page.getByLabel('Share of calls').fill('100')
    await expect(main).toContainText('Moving everything to deepseek-flash would have saved')
    await expect(page).toHaveURL(/share=100/)
    await page.getByRole('button', { name: 'Find the cheapest mix' }).click()
    await expect(main).toContainText(/\d+ targets compared/, { timeout: 30_000 })
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    await page.waitForTimeout(500)
    await expectUsable(page)
    await page.getByRole('button', { name: 'Show as table' }).click()
    await expect(main.getByRole('rowheader', { name: '00:30', exact: true })).toBeVisible()
    await expectUsable(page)
    expect(found).toEqual([])
  })
})

test('own GPUs take finer settings, a benchmark and cards of one’s own, and a desk machine is a target', async ({
  page,
}) => {
  const found = await openSignedIn(page, '/what-if?to=own')
  const main = page.getByRole('main')
  await page.getByText('Service, costs and your own benchmark').click()
  await page.getByLabel(/Measured rate/).fill('900')
  await page.getByLabel(/Measured rate/).press('Enter')
  await expect(page).toHaveURL(/fine=.*900/)
  await expect(main).toContainText('output tokens/s per replica, measured')
  await expectUsable(page)
  await page.getByRole('button', { name: 'Back to the defaults' }).click()
  await expect(page).not.toHaveURL(/fine=/)
  await page.getByRole('button', { name: 'Describe a model or GPU' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Lab card')
  await dialog.getByLabel(/Memory/).fill('96')
  await dialog.getByLabel(/Bandwidth/).fill('4000')
  await dialog.getByLabel(/BF16/).fill('900')
  await expectUsable(page)
  await dialog.getByRole('button', { name: 'Keep the card' }).click()
  await expect(dialog.getByText('Lab card')).toBeVisible()
  await dialog.getByRole('button', { name: 'Remove Lab card' }).click()
  await expect(dialog.getByText('Lab card')).toBeHidden()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByLabel('Kind of target').selectOption({ label: 'a machine under a desk' })
  await page.getByLabel('Machine').selectOption({ label: 'DGX Spark' })
  await expect(main).toContainText('gpt-oss-20b on a DGX Spark')
  await expect(main).toContainText('GB10-128GB')
  await page.setViewportSize({ width: 390, height: 844 })
  await expectUsable(page)
  expect(found).toEqual([])
})
