import { expect, test } from '@playwright/test'
import { cents, expectUsable, lastMonth, openSignedIn } from './screen'

test('from the bill to what changed: the table is the twin of the chart, and the unusual day is explained', async ({
  page,
}) => {
  await openSignedIn(page, `/bills/${lastMonth()}`)
  await page.getByRole('navigation', { name: 'Views of the month' }).getByRole('link', { name: 'What changed' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('than')
  await expect(page.getByText(/usually \$[\d.,]+–\$[\d.,]+; input tokens a call 5/)).toBeVisible()
  await page.getByRole('link', { name: 'Show as table' }).click()
  await expect(page).toHaveURL(/view=table/)
  const rows = page.getByRole('region', { name: 'From one month to the next' }).locator('tbody td:last-child')
  await expect(rows.last()).toBeVisible()
  const amounts = (await rows.allTextContents()).map(cents)
  // Each figure is rounded once, so that seven of them may differ from the eighth by as many half cents.
  const gap = amounts.slice(0, -1).reduce((sum, one) => sum + one, 0n) - (amounts.at(-1) ?? 0n)
  expect(gap <= 4n && gap >= -4n).toBe(true)
})

test('the chargeback is the bill: centres add to it in cents, a statement to its centre, and sharing keeps it', async ({
  page,
}) => {
  await openSignedIn(page, `/bills/${lastMonth()}/chargeback`)
  const table = page.getByRole('region', { name: 'Cost centres' })
  const sums = async () => {
    // The foot comes after the rows, however slowly they arrive.
    await expect(table.locator('tfoot td:last-child')).toBeVisible()
    const parts = (await table.locator('tbody td:last-child').allTextContents()).map(cents)
    return [
      parts.reduce((sum, one) => sum + one, 0n),
      cents((await table.locator('tfoot td:last-child').textContent()) ?? ''),
    ]
  }
  const [parts, bill] = await sums()
  expect(parts).toBe(bill)
  const shown = (await (await page.request.get(`/api/v1/bills/${lastMonth()}`)).json()) as { total: string }
  const [dollars = '', part = ''] = shown.total.split('.')
  expect(bill).toBe(BigInt(`${dollars}${part.padEnd(2, '0')}`))

  await page.getByRole('button', { name: 'Share evenly' }).click()
  await expect(page.getByText('shared evenly.')).toBeVisible()
  expect(await sums()).toEqual([bill, bill])
  await page.getByRole('button', { name: 'Share by amount' }).click()
  await expect(page.getByText('shared by what each bears.')).toBeVisible()

  const first = table.getByRole('rowheader').first().getByRole('link')
  const name = (await first.textContent()) ?? ''
  await first.click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
  const lines = page.getByRole('region', { name: new RegExp(`^${name}`) })
  await expect(lines.locator('tfoot td:last-child')).toBeVisible()
  const amounts = (await lines.locator('tbody td:last-child').allTextContents()).map(cents)
  const total = cents((await lines.locator('tfoot td:last-child').textContent()) ?? '')
  expect(amounts.reduce((sum, one) => sum + one, 0n)).toBe(total)
})

test('a rule is added, takes its calls and is removed', async ({ page }) => {
  await openSignedIn(page, `/bills/${lastMonth()}/chargeback`)
  await page.getByRole('button', { name: 'Add a rule', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Value').fill('research')
  await dialog.getByLabel('Cost centre').fill('Laboratory')
  await dialog.getByRole('button', { name: 'Add the rule' }).click()
  await expect(
    page.getByRole('region', { name: 'Cost centres' }).getByRole('link', { name: 'Laboratory' }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Remove research' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(
    page.getByRole('region', { name: 'Cost centres' }).getByRole('link', { name: 'Laboratory' }),
  ).toHaveCount(0)
})

test('the forecast stands with its band and errors, and a budget is made and removed', async ({ page }) => {
  await openSignedIn(page, '/bills?view=table')
  const errors = page.getByRole('region', { name: 'Its last errors' })
  await expect(errors.locator('tbody tr')).toHaveCount(6)
  await expect(page.getByRole('region', { name: 'Forecast' }).locator('tbody tr').last()).toContainText('–')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Budgets' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'Add a budget' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Tagging')
  await dialog.getByLabel('Dollars a month').fill('1,234.50')
  await dialog.getByLabel('Of', { exact: true }).selectOption('project')
  await dialog.getByLabel('Project').fill('tagging')
  await dialog.getByRole('button', { name: 'Add the budget' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Tagging' })).toContainText('of $1,234.50')
  await page.getByRole('button', { name: 'Remove Tagging' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Tagging' })).toHaveCount(0)
})

test('wide and on a phone, in light and dark, nothing scrolls sideways and axe finds nothing', async ({
  browser,
  page,
}) => {
  test.setTimeout(300_000)
  await openSignedIn(page, '/budgets')
  const storageState = await page.context().storageState()
  const month = lastMonth()
  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 844 } })
    const screen = await context.newPage()
    for (const path of ['/budgets', `/bills/${month}/changes`, `/bills/${month}/chargeback`, '/bills?view=table']) {
      await screen.goto(path)
      await expect(screen.getByRole('heading', { level: 1 })).toBeAttached()
      if (path.startsWith('/bills?')) {
        // The total is the last column: it is seen without scrolling on a phone too.
        const list = screen.locator('section[aria-label="Months"]')
        expect(await list.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0)
      }
      await expectUsable(screen)
    }
    await context.close()
  }
})
