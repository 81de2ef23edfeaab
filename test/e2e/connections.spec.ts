import { expect, test } from '@playwright/test'
import { FakeProvider, sendJson } from '../support/fake-provider'
import { expectNoBarrier, expectNoSidewaysScroll, openImports } from './screen'

const DAY_S = 86_400
const today = Math.floor(Date.now() / 86_400_000) * DAY_S
const KEY = 'sk-admin-planted-canary-8f3a-0001'

const provider = new FakeProvider()
let base: string

test.beforeAll(async () => {
  base = await provider.start()
  // Four thousand tokens a day of gpt-5: half a cent.
  for (let back = 1; back <= 4; back += 1) provider.usage.set(today - back * DAY_S + 3_600, 4_000n)
})
test.afterAll(() => provider.stop())

// The second goes on with the connection of the first.
test.describe.configure({ mode: 'serial' })

const dayText = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(0, 10)

test('a provider is connected, a wrong address refused beside its field, and its days are filled', async ({ page }) => {
  // The worker looks for connections every few seconds, and the page for what became of them.
  test.setTimeout(300_000)
  await openImports(page)
  await page.getByRole('navigation', { name: 'Ways in' }).getByRole('link', { name: 'Connections' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect a provider, and its usage comes by itself')
  await expect(page.getByRole('heading', { name: 'No connection yet' })).toBeVisible()
  await expectNoBarrier(page)

  await page.getByRole('button', { name: 'Add connection' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Team key')
  await dialog.getByLabel('Key').fill(KEY)
  await dialog.getByLabel('Address').fill('https://10.0.0.1/v1')
  await dialog.getByLabel('First day').fill(dayText(today - 4 * DAY_S))
  await dialog.getByRole('button', { name: 'Add connection' }).click()
  await expect(dialog.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByRole('alert')).toContainText('It is not a public address.')
  await expectNoBarrier(page)
  await dialog.getByLabel('Address').fill(base)
  await dialog.getByRole('button', { name: 'Add connection' }).click()
  await expect(dialog).toBeHidden()

  const panel = page.getByRole('region', { name: 'Team key', exact: true })
  // Yesterday is told for good an hour into today.
  const days = new Date().getUTCHours() > 0 ? '4 days complete, 1 pending' : /[34] days complete, [12] pending/
  await expect(panel).toContainText(days, { timeout: 90_000 })
  await expect(panel).toContainText('Last good pull')
  await expect(panel).toContainText('key ends in 0001')
  expect(await page.content()).not.toContain('planted-canary')
  await expect(panel.getByRole('img', { name: /^Days of Team key: [34] days complete, [12] pending$/ })).toBeVisible()
  await panel.getByText('Show days as a table').click()
  await expect(panel.getByRole('row').nth(3)).toContainText(/complete\s*#\d+/)
  await expectNoBarrier(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoBarrier(page)
  await expectNoSidewaysScroll(page)
})

test('a connection that fails says since when and why; it is paused, kept from moving without its key, and removed', async ({
  page,
}) => {
  test.setTimeout(300_000)
  await openImports(page)
  await page.goto('/imports/connections')
  const dialog = page.getByRole('dialog')
  const panel = page.getByRole('region', { name: 'Team key', exact: true })
  provider.trick = (_asked, response) => {
    sendJson(response, 401, { error: { message: `Incorrect API key provided: ${KEY}` } })
    return true
  }
  await panel.getByRole('button', { name: 'Pull Team key now' }).click()
  await expect(panel).toContainText(/Last good pull .*, failing since .*\(401: The key was refused\)/, {
    timeout: 90_000,
  })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 1 connection is failing')
  await expectNoBarrier(page)

  await panel.getByRole('button', { name: 'Pause Team key' }).click()
  await expect(panel.getByText('paused', { exact: true })).toBeVisible()
  await panel.getByRole('button', { name: 'Edit Team key' }).click()
  await dialog.getByLabel('Address').fill(`${base}/moved`)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByLabel('Key')).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByRole('alert')).toContainText('Another address needs the key again.')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await panel.getByRole('button', { name: 'Remove Team key' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('heading', { name: 'No connection yet' })).toBeVisible()

  // What it brought is a file like any other, and goes like any other.
  await page.getByRole('navigation', { name: 'Ways in' }).getByRole('link', { name: 'Files' }).click()
  const rows = page.getByRole('row').filter({ hasText: 'connection Team key' })
  await expect(rows.first()).toContainText('OpenAI Usage API')
  for (let left = await rows.getByRole('button', { name: /Undo import/ }).count(); left > 0; left -= 1) {
    await rows
      .getByRole('button', { name: /Undo import/ })
      .first()
      .click()
    await dialog.getByRole('button', { name: 'Undo import' }).click()
    await expect(rows.getByRole('button', { name: /Undo import/ })).toHaveCount(left - 1, { timeout: 90_000 })
  }
})
