import { expect, test } from '@playwright/test'
import { ADMIN, expectNoBarrier, openSignedIn } from './screen'

const FINANCE = { email: 'finance@example.test', password: 'another correct horse battery' }

test('finance reviews a month, closes it, exports it and explains its change without leaving the bills', async ({
  browser,
  page,
}) => {
  test.setTimeout(300_000)
  await openSignedIn(page, '/bills', ADMIN)
  const added = await page.request.post('/api/v1/members', {
    headers: { 'x-tokentab': '1', origin: new URL(page.url()).origin },
    data: { email: FINANCE.email, name: 'Finance', role: 'finance', password: FINANCE.password },
  })
  expect(added.status()).toBe(201)
  const { id } = (await added.json()) as { id: number }
  const own = await browser.newContext()
  const desk = await own.newPage()
  await openSignedIn(desk, '/bills', FINANCE)
  const { items } = (await (await desk.request.get('/api/v1/bills')).json()) as {
    items: { month: string; unfinished: boolean }[]
  }
  // The oldest month but one: there is a month before it to compare with, and other tests are about later ones.
  const month = items.filter((one) => !one.unfinished).at(-2)?.month ?? ''
  await desk.goto(`/bills/${month}`)
  await desk.getByRole('button', { name: 'Mark reviewed' }).click()
  await expect(desk.getByText(/^Reviewed by finance@example.test/)).toBeVisible()
  const before = (await (await desk.request.get(`/api/v1/bills/${month}`)).json()) as { exact_total: string }
  await desk.getByRole('button', { name: /^Close / }).click()
  await expectNoBarrier(desk)
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Close / })
    .click()
  await expect(desk.getByText(/^Closed by finance@example.test/)).toBeVisible()
  // Who closed it cannot reopen it.
  await expect(desk.getByRole('button', { name: 'Reopen' })).toBeDisabled()
  await expectNoBarrier(desk)

  await desk.getByRole('button', { name: 'Export' }).click()
  const download = desk.waitForEvent('download')
  await desk.getByRole('menuitem', { name: /^PDF/ }).click()
  expect((await download).suggestedFilename()).toBe(`bill-${month}.pdf`)
  const after = (await (await desk.request.get(`/api/v1/bills/${month}`)).json()) as {
    status: string
    exact_total: string
  }
  expect(after).toMatchObject({ status: 'closed', exact_total: before.exact_total })

  await desk.getByRole('link', { name: 'What changed' }).click()
  await expect(desk).toHaveURL(new RegExp(`/bills/${month}/changes$`))
  await expect(desk.getByRole('table').first()).toBeVisible()
  await desk.getByRole('link', { name: 'Invoices' }).click()
  await expect(desk).toHaveURL(new RegExp(`/bills/${month}/invoices$`))
  await expect(desk.getByRole('heading', { level: 1 })).toBeVisible()
  await expectNoBarrier(desk)
  await own.close()
  const removed = await page.request.delete(`/api/v1/members/${id}`, {
    headers: { 'x-tokentab': '1', origin: new URL(page.url()).origin },
  })
  expect(removed.ok()).toBe(true)
})
