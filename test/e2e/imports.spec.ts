import { expect, type Page, test } from '@playwright/test'
import { complaints, expectNoBarrier, expectNoSidewaysScroll, openImports } from './screen'

const HEADER = 'timestamp,provider,model,input_tokens,output_tokens,id'

function usageFile(name: string, rows: readonly string[]) {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(`${[HEADER, ...rows].join('\n')}\n`) }
}

const choose = (page: Page, files: ReturnType<typeof usageFile>[]) =>
  page.locator('input[type=file]').setInputFiles(files)
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name }).first()

test('a file becomes priced records; the same file again adds nothing and says so; undo takes it back', async ({
  page,
}) => {
  const found = complaints(page)
  await openImports(page)
  const rows = [1, 2, 3].map((n) => `2026-07-1${n}T12:00:00Z,openai,gpt-5,1000,100,e2e-import-${n}`)
  await choose(page, [usageFile('three-calls.csv', rows)])
  await expect(rowOf(page, 'three-calls.csv').getByText('done')).toBeVisible({ timeout: 30_000 })
  // 3 × (1,000 × $1.25 + 100 × $10) per million tokens
  await expect(rowOf(page, 'three-calls.csv')).toContainText('$0.01')
  await expect(rowOf(page, 'three-calls.csv').getByTitle('$0.00675')).toBeVisible()

  await choose(page, [usageFile('three-calls-again.csv', rows)])
  await expect(rowOf(page, 'three-calls-again.csv')).toContainText(/Already imported as import #\d+; nothing added/, {
    timeout: 30_000,
  })
  await expectNoBarrier(page)

  await rowOf(page, 'three-calls.csv')
    .getByRole('button', { name: /Undo import/ })
    .click()
  await expect(page.getByRole('dialog')).toContainText('3 records of three-calls.csv')
  await expectNoBarrier(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click()
  await expect(rowOf(page, 'three-calls.csv').getByText('undone')).toBeVisible({ timeout: 30_000 })
  expect(found).toEqual([])
})

test('a bad row is refused with line, reason and remedy, and everything else is kept', async ({ page }) => {
  const found = complaints(page)
  await openImports(page)
  await choose(page, [
    usageFile('one-bad-row.csv', [
      '2026-07-20T12:00:00Z,openai,gpt-5,1000,100,e2e-good',
      '2026-07-20T12:00:00Z,openai,gpt-5,-5,100,e2e-bad',
    ]),
  ])
  const row = rowOf(page, 'one-bad-row.csv')
  await expect(row.getByText('done')).toBeVisible({ timeout: 30_000 })
  await row.getByRole('link', { name: 'one-bad-row.csv' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1 record from one-bad-row.csv')
  const rejects = page.getByRole('region', { name: 'Rejected rows' }).getByRole('row').nth(1)
  await expect(rejects).toContainText('e2e-bad')
  await expect(rejects.getByRole('rowheader')).toHaveText('3')
  await expectNoBarrier(page)
  const download = await page.request.get(
    (await page.getByRole('link', { name: /Download the rejected rows/ }).getAttribute('href')) ?? '',
  )
  expect(await download.text()).toContain('e2e-bad')
  expect(found).toEqual([])
})

test('a file of no known format fails with what happened, what was kept and what to do', async ({ page }) => {
  await openImports(page)
  await choose(page, [{ name: 'holiday.csv', mimeType: 'text/csv', buffer: Buffer.from('name,place\nAda,London\n') }])
  const row = rowOf(page, 'holiday.csv')
  await expect(row.getByText('failed')).toBeVisible({ timeout: 30_000 })
  // On a phone, too, why it failed has the whole width to be read in.
  await page.setViewportSize({ width: 390, height: 844 })
  const why = page.getByRole('region', { name: 'History' }).getByText('No known format has this header').first()
  expect((await why.boundingBox())?.width).toBeGreaterThan(300)
  await expectNoSidewaysScroll(page)
  await row.getByRole('link', { name: 'holiday.csv' }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'Kept:' })
  await expect(alert).toContainText('an import is whole or not at all')
  await expect(alert).toContainText('To do:')
  await expectNoBarrier(page)
})

test('an empty file is refused before it is sent', async ({ page }) => {
  await openImports(page)
  await choose(page, [{ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) }])
  await expect(page.getByRole('alert').filter({ hasText: 'empty.csv was not imported.' })).toContainText(
    'The file is empty.',
  )
})

test('a file chosen before the page is alive is imported all the same', async ({ page }) => {
  await openImports(page)
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  await page.route('**/_next/static/**/*.js', async (route) => {
    await held
    await route.continue()
  })
  await page.reload({ waitUntil: 'commit' })
  await page.locator('input[type=file]').waitFor({ state: 'attached' })
  await choose(page, [usageFile('early.csv', ['2026-07-22T12:00:00Z,openai,gpt-5,1000,100,e2e-early'])])
  release()
  await expect(rowOf(page, 'early.csv').getByText('done')).toBeVisible({ timeout: 30_000 })
})

test('progress survives a reload: the running import is found and followed again', async ({ page }) => {
  test.setTimeout(300_000)
  await openImports(page)
  const start = Date.parse('2026-06-01T00:00:00Z')
  const rows = Array.from({ length: 120_000 }, (_, n) => {
    const at = new Date(start + n * 1_000).toISOString()
    return `${at},openai,gpt-5,${n % 1000},10,e2e-many-${n}`
  })
  const taken = page.waitForResponse(
    (reply) => reply.request().method() === 'PATCH' && new URL(reply.url()).pathname.startsWith('/api/v1/uploads/'),
  )
  await choose(page, [usageFile('many-calls.csv', rows)])
  expect((await taken).ok()).toBe(true)
  await page.reload()
  await expect(rowOf(page, 'many-calls.csv').getByText('done')).toBeVisible({ timeout: 90_000 })
  await expect(rowOf(page, 'many-calls.csv')).toContainText('120,000')
})
