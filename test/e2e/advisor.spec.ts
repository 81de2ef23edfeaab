import { expect, test } from '@playwright/test'
import { expectUsable, openSignedIn } from './screen'

test('the advisor asks once per project and answers with a model and its cost', async ({ page }) => {
  await openSignedIn(page, '/advisor')
  const main = page.getByRole('main')
  await expect(main.getByRole('heading', { level: 1 })).toContainText('one answer per project')
  await expectUsable(page)
  await main.getByRole('link', { name: 'search', exact: true }).click()
  await expect(main).toContainText('One more answer is needed')
  const answer = async (question: RegExp, choice: string) =>
    main.getByRole('group', { name: question }).getByLabel(choice, { exact: true }).check()
  await answer(/need a language model/, 'Yes')
  await answer(/may its data leave/i, 'Yes')
  await answer(/absolute best quality/, 'No')
  await main.getByRole('button', { name: 'Save answers' }).click()
  await expect(main).toContainText('advised')
  await expect(main).toContainText('insufficient data')
  await expectUsable(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.reload()
  await expect(page.getByRole('main')).toContainText('advised')
  await expectUsable(page)
})

test('an answer is saved as a report, shared by a link without an account, and the link ends', async ({
  page,
  browser,
}) => {
  await openSignedIn(page, '/what-if')
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Save as report' }).click()
  await expect(main.getByRole('heading', { name: 'What must be true' })).toBeVisible({ timeout: 30_000 })
  await expectUsable(page)
  await page.emulateMedia({ media: 'print' })
  for (const format of ['A4', 'Letter']) {
    const pages = await page.pdf({ format })
    expect(pages.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1)
  }
  await page.emulateMedia({ media: 'screen' })
  await main.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('button', { name: 'Make a link' }).click()
  const address = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
  const reader = await browser.newContext()
  const shared = await reader.newPage()
  const opened = await shared.goto(address)
  expect(opened?.headers()['x-robots-tag']).toContain('noindex')
  await expect(shared.getByRole('heading', { name: 'What must be true' })).toBeVisible()
  await expect(shared.getByRole('navigation', { name: 'Main' })).toHaveCount(0)
  expect(await shared.content()).not.toMatch(/northwind/i)
  await expectUsable(shared)
  await page.getByRole('dialog').getByRole('button', { name: 'End' }).first().click()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'End' })).toHaveCount(0)
  expect((await shared.goto(address))?.status()).toBe(404)
  await reader.close()
})

test('saved reports are listed and stand side by side', async ({ page }) => {
  await openSignedIn(page, '/what-if')
  for (let i = 0; i < 2; i += 1) {
    await page.goto('/what-if')
    await page.getByRole('main').getByRole('button', { name: 'Save as report' }).click()
    await expect(page.getByRole('heading', { name: 'What must be true' })).toBeVisible({ timeout: 30_000 })
  }
  await page.goto('/what-if/reports')
  const boxes = page.getByRole('main').getByRole('checkbox')
  await boxes.nth(0).check()
  await boxes.nth(1).check()
  await expectUsable(page)
  await page.getByRole('link', { name: /Compare 2/ }).click()
  await expect(page.getByRole('main')).toContainText('The most is saved by')
  await expectUsable(page)
})
