import { expect, test } from '@playwright/test'
import { cents, centsOf, complaints, expectNoBarrier, expectNoSidewaysScroll, openSignedIn } from './screen'

test('the headline, the table and the API say the same exact cost', async ({ page }) => {
  const found = complaints(page)
  await openSignedIn(page, '/?view=table')
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText(/so far/)
  const headline = /\$[\d,]+\.\d\d/.exec((await heading.textContent()) ?? '')?.[0] ?? ''
  const row = page.getByRole('row').filter({ hasText: 'not over' })
  await expect(row.getByRole('cell').first()).toHaveText(headline)

  const month = new Date().toISOString().slice(0, 7)
  const reply = await page.request.get(
    `/api/v1/spend?from=${month}-01T00:00:00Z&to=2200-01-01T00:00:00Z&group_by=month`,
  )
  const { rows } = (await reply.json()) as { rows: { month: string; cost: string }[] }
  expect(cents(headline)).toBe(centsOf(rows.find((one) => one.month === month)?.cost ?? ''))
  expect(found).toEqual([])
})

test('why the month differs and the largest savings lead to their own screens', async ({ page }) => {
  const found = complaints(page)
  await openSignedIn(page, '/')
  await expect(page.getByRole('heading', { name: /^Why .+ differs from/ })).toBeVisible()
  await expect(page.getByRole('link', { name: 'What changed' })).toHaveAttribute(
    'href',
    /^\/bills\/\d{4}-\d\d\/changes$/,
  )
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Where you could save' }) })
  const saving = panel.getByRole('link').first()
  await saving.click()
  await expect(page).toHaveURL(/\/what-if\?share=100&model=/)
  await expect(page.getByText('would have saved')).toBeVisible()
  expect(found).toEqual([])
})

test('the chart is drawn, names the running month and the months with unpriced calls, and leads to its calls', async ({
  page,
}) => {
  const found = complaints(page)
  await openSignedIn(page, '/')
  const chart = page.locator('.recharts-wrapper > svg').first()
  await expect(chart.locator('.recharts-bar-rectangle path').first()).toBeVisible()
  await expect.poll(() => chart.locator('.recharts-bar-rectangle').count()).toBeGreaterThan(12)
  await expect(page.getByText(/Hatched: \w+ is not over/)).toBeVisible()
  await expect(page.getByText(/calls? of \d+ models? ha(s|ve) no rate/)).toBeVisible()
  await expectNoBarrier(page)

  await chart.hover({ position: { x: 300, y: 150 } })
  await expect(page.locator('.recharts-tooltip-wrapper')).toContainText('$')
  await expectNoBarrier(page)

  await page
    .getByRole('list', { name: 'Series and their totals' })
    .getByRole('link', { name: /Anthropic/ })
    .click()
  await expect(page).toHaveURL(/\/calls\?period=.*host=anthropic/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/records cost \$/)
  await page
    .getByRole('button', { name: /Charge lines of/ })
    .first()
    .click()
  await expect(page.getByRole('region', { name: 'Charge lines' })).toContainText('In force since')
  await expectNoBarrier(page)
  expect(found).toEqual([])
})

test('the address is the state: grouping, period and view survive a reload and a copied link', async ({ page }) => {
  await openSignedIn(page, '/')
  await page.getByRole('navigation', { name: 'Group by' }).getByRole('link', { name: 'Project' }).click()
  await expect(page).toHaveURL(/by=project/)
  await page.getByRole('navigation', { name: 'Period' }).getByRole('link', { name: '3 mo' }).click()
  await expect(page).toHaveURL(/by=project&period=3m|period=3m&by=project/)
  await page.getByRole('link', { name: 'Show as table' }).click()
  await expect(page).toHaveURL(/view=table/)
  await page.reload()
  await expect(page.getByRole('columnheader', { name: 'support-bot' }).first()).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: 'Show as table' })).toBeVisible()
})

test('on a phone, in light and dark, nothing scrolls sideways and axe finds nothing', async ({ browser, page }) => {
  test.setTimeout(300_000)
  await openSignedIn(page, '/')
  const storageState = await page.context().storageState()
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ storageState, colorScheme, viewport: { width: 360, height: 780 } })
    const phone = await context.newPage()
    const found = complaints(phone)
    for (const path of ['/', '/?view=table&by=model', '/calls', '/imports', '/rates']) {
      await phone.goto(path)
      await expect(phone.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNoSidewaysScroll(phone)
      await expectNoBarrier(phone)
    }
    await phone.getByRole('button', { name: 'Open menu' }).click()
    await expect(phone.getByRole('dialog').getByRole('link', { name: 'Imports' })).toBeVisible()
    await expectNoBarrier(phone)
    expect(found).toEqual([])
    await context.close()
  }
})

test('the palette goes to a page, a project or a bill by keyboard alone', async ({ page }) => {
  await openSignedIn(page, '/')
  // The key is heard once the page is alive; a person presses it again.
  const open = async () =>
    await expect(async () => {
      // Pressed once more while it opens, it would close.
      if (!(await page.getByRole('dialog').isVisible())) await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog')).toBeVisible({ timeout: 3_000 })
    }).toPass()
  await open()
  await expectNoBarrier(page)
  for (const [typed, address] of [
    ['imports', /\/imports$/],
    ['project contracts', /\/calls\?project=contracts$/],
    [`bill ${new Date().toISOString().slice(0, 7)}`, /\/bills\/\d{4}-\d{2}$/],
  ] as const) {
    if (typed !== 'imports') await open()
    await page.keyboard.type(typed)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(address)
  }
})
