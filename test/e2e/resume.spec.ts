import { expect, test } from '@playwright/test'

const EMAIL = process.env.TOKENTAB_E2E_EMAIL ?? ''
const PASSWORD = process.env.TOKENTAB_E2E_PASSWORD ?? ''

test('A-03: an upload that a reload interrupts goes on where it stopped when the file is chosen again', async ({
  page,
}, testInfo) => {
  test.setTimeout(120_000)
  await page.goto('/imports')
  await page.getByLabel('E-mail address').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Drop usage files anywhere on this page' })).toBeVisible()

  // Three parts of 8 MB; a file on the disk keeps its time from one choice to the next.
  const { mkdirSync, writeFileSync } = await import('node:fs')
  mkdirSync(testInfo.outputDir, { recursive: true })
  const file = testInfo.outputPath('long-notes.csv')
  const note = 'x'.repeat(1_000)
  const row = (n: number) =>
    `2026-05-01T00:00:${String(n % 60).padStart(2, '0')}Z,openai,gpt-5,${n},10,e2e-resume-${n},${note}`
  const rows = Array.from({ length: 19_000 }, (_, n) => row(n))
  writeFileSync(file, ['timestamp,provider,model,input_tokens,output_tokens,id,note', ...rows, ''].join('\n'))

  // The second part never gets through: the line is dead from there on.
  let parts = 0
  await page.route('**/api/v1/uploads/*', async (route) => {
    if (route.request().method() !== 'PATCH') return await route.continue()
    parts += 1
    if (parts === 1) await route.continue()
    else await route.abort('connectionreset')
  })
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page.getByText('The connection is lost; the upload goes on by itself once it is back')).toBeVisible({
    timeout: 60_000,
  })
  await page.unroute('**/api/v1/uploads/*')
  await page.reload()
  await expect(page.getByText(/choose the same file again and it goes on from there/)).toBeVisible()

  const offsets: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(request.headers()['upload-offset'] ?? '')
  })
  await page.locator('input[type=file]').setInputFiles(file)
  const done = page.getByRole('row').filter({ hasText: 'long-notes.csv' })
  await expect(done.getByText('done')).toBeVisible({ timeout: 60_000 })
  await expect(done).toHaveCount(1)
  await expect(done).toContainText('19,000')
  expect(offsets[0]).toBe(String(8 * 1024 * 1024))
})
