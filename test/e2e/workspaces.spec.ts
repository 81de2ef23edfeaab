import { expect, type Locator, type Page, test } from '@playwright/test'
import { complaints, expectNoBarrier, expectNoSidewaysScroll, openSignedIn } from './screen'

const OWN = 'My company'
const SAMPLE = 'Northwind'

const switcher = (page: Page): Locator => page.getByRole('button', { name: /^Workspace / })
const choice = (page: Page, name: string): Locator => page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) })

/** Where a new session begins depends on what has been imported; from here on it is known. */
async function beginIn(page: Page, name: string): Promise<void> {
  await switcher(page).click()
  if ((await choice(page, name).getAttribute('aria-checked')) === 'true') await page.keyboard.press('Escape')
  else await choice(page, name).click()
  await expect(switcher(page)).toContainText(name)
}

test('the menu under the brand leads to the same page of another workspace, by mouse and by keyboard', async ({
  page,
}) => {
  const found = complaints(page)
  await openSignedIn(page, '/calls?period=6m')
  await beginIn(page, OWN)
  await expect(page).toHaveURL(/\/calls\?period=6m$/)

  await switcher(page).click()
  await expect(choice(page, OWN)).toHaveAttribute('aria-checked', 'true')
  await expect(choice(page, SAMPLE)).toHaveAttribute('aria-checked', 'false')
  await expect(choice(page, SAMPLE)).toContainText('sample data')
  await expectNoBarrier(page)
  await choice(page, SAMPLE).click()
  await expect(switcher(page)).toHaveAccessibleName(`Workspace ${SAMPLE} sample data`)
  await expect(page).toHaveURL(/\/calls\?period=6m$/)
  const account = await page.request.get('/api/v1/account')
  expect(JSON.stringify(await account.json())).toContain(SAMPLE)

  await switcher(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.type(OWN.slice(0, 2))
  await expect(choice(page, OWN)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(switcher(page)).toContainText(OWN)
  await expect(switcher(page)).not.toContainText('sample data')
  expect(found).toEqual([])
})

test('imports of sample data say so calmly, take files all the same, and one press leads to one’s own', async ({
  page,
}) => {
  const found = complaints(page)
  await openSignedIn(page, '/imports')
  await beginIn(page, SAMPLE)
  const note = page.getByRole('region', { name: 'sample data' })
  await expect(note).toContainText('This workspace holds sample data.')
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeEnabled()
  await expectNoBarrier(page)
  await note.getByRole('button', { name: `Switch to ${OWN}` }).click()
  await expect(switcher(page)).toContainText(OWN)
  await expect(page).toHaveURL(/\/imports$/)
  await expect(note).toBeHidden()
  expect(found).toEqual([])
})

test('on a narrow dark screen the workspaces are in the menu, fit, and have no barrier', async ({ page }) => {
  const found = complaints(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await openSignedIn(page, '/imports')
  await beginIn(page, SAMPLE)
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByRole('banner')).toContainText(`${SAMPLE} · sample data`)
  await expectNoBarrier(page)
  await expectNoSidewaysScroll(page)
  await page.getByRole('button', { name: 'Open menu' }).click()
  await switcher(page).click()
  await expect(choice(page, SAMPLE)).toHaveAttribute('aria-checked', 'true')
  await expectNoBarrier(page)
  await choice(page, OWN).click()
  await expect(page.getByRole('banner')).toContainText(OWN)
  await expect(page).toHaveURL(/\/imports$/)
  expect(found).toEqual([])
})
