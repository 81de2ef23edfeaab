import { expect, test } from '@playwright/test'
import { cents, expectNoBarrier, expectNoSidewaysScroll, expectUsable, lastMonth, openSignedIn } from './screen'

test('from the list a bill opens whose printed lines, with the rounding, add to its total', async ({ page }) => {
  await openSignedIn(page, '/bills')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('is the latest finished month')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Bills' }).click()
  await page.getByRole('rowheader').nth(1).getByRole('link').click()
  await expect(page).toHaveURL(new RegExp(`/bills/${lastMonth()}$`))
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('open')
  const headline = /\$[\d,]+\.\d\d/.exec((await heading.textContent()) ?? '')?.[0] ?? ''

  const table = page.getByRole('region', { name: /^Bill of/ })
  // The foot comes after the rows, however slowly they arrive.
  await expect(table.locator('tfoot td:last-child').nth(1)).toHaveText(headline)
  const amounts = await table
    .locator('tr')
    .filter({ has: page.locator('td:nth-child(5)') })
    .filter({ hasText: /since|–/ })
    .locator('td:nth-child(5)')
    .allTextContents()
  const foot = await table.locator('tfoot td:last-child').allTextContents()
  const sum = amounts.filter((text) => text !== '—').reduce((all, text) => all + cents(text), 0n)
  expect(amounts.length).toBeGreaterThan(10)
  expect(sum + cents(foot[0] ?? '')).toBe(cents(headline))
  expect(foot[1]).toBe(headline)
  await expect(table.getByRole('row').filter({ hasText: 'no rate' })).toContainText('—')
})

test('each amount leads to its calls, and the CSV is the same bill', async ({ page }) => {
  const month = lastMonth()
  await openSignedIn(page, `/bills/${month}`)
  const reply = await page.request.get(`/api/v1/bills/${month}`)
  const bill = (await reply.json()) as { total: string; hosts: { host: string }[] }
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await expect(page.getByRole('menuitem', { name: /FOCUS 1.4/ })).toBeVisible()
  await expectNoBarrier(page)
  await page.getByRole('menuitem', { name: /^CSV/ }).click()
  expect((await download).suggestedFilename()).toBe(`bill-${month}.csv`)
  const csv = await (await page.request.get(`/api/v1/bills/${month}.csv`)).text()
  expect(csv.trimEnd().split('\r\n').at(-1)).toContain(`,${bill.total},`)

  await page
    .getByRole('region', { name: /^Bill of/ })
    .locator('tbody tr')
    .nth(2)
    .getByRole('link')
    .last()
    .click()
  await expect(page).toHaveURL(new RegExp(`/calls\\?period=${month}\\.\\.${month}&host=${bill.hosts[0]?.host}&model=`))
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/costs? \$/)
})

test('on paper there is the bill alone', async ({ page }) => {
  await openSignedIn(page, `/bills/${lastMonth()}`)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Export' })).toBeHidden()
  await expect(page.getByRole('region', { name: /^Bill of/ })).toBeVisible()
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
  // The width of A4 between margins of 12 mm.
  await page.setViewportSize({ width: 703, height: 1000 })
  await expectNoSidewaysScroll(page)
})

test('wide and on a phone, in light and dark, nothing scrolls sideways and axe finds nothing', async ({
  browser,
  page,
}) => {
  test.setTimeout(300_000)
  await openSignedIn(page, '/bills')
  const storageState = await page.context().storageState()
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 844 } })
      const screen = await context.newPage()
      for (const path of ['/bills', `/bills/${lastMonth()}`, '/bills/1999-01']) {
        await screen.goto(path)
        await expect(screen.getByRole('heading', { level: 1 })).toBeAttached()
        await expectUsable(screen)
      }
      await context.close()
    }
  }
})
