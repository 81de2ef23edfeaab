import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { expectNoBarrier, openImports } from './screen'

const ORIGIN = process.env.TOKENTAB_E2E_ORIGIN ?? ''

test('A-03: an upload that a reload interrupts goes on where it stopped when the file is chosen again', async ({
  page,
}, testInfo) => {
  test.setTimeout(300_000)
  await openImports(page)
  // Three parts of 8 MB; a file on the disk keeps its time from one choice to the next.
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
  await page.reload()
  await page.unroute('**/api/v1/uploads/*')
  await expect(page.getByText(/choose the same file again and it goes on from there/)).toBeVisible()
  await expectNoBarrier(page)

  const offsets: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(request.headers()['upload-offset'] ?? '')
  })
  await page.locator('input[type=file]').setInputFiles(file)
  const done = page.getByRole('row').filter({ hasText: 'long-notes.csv' })
  await expect(done.getByText('done')).toBeVisible({ timeout: 60_000 })
  await expect(done).toHaveCount(1)
  await expect(done).toContainText('19,000')
  expect(Number.parseInt(offsets[0] ?? '', 10)).toBeGreaterThanOrEqual(8 * 1024 * 1024)
})

test('A-01: what the built server stores is what was sent, at every size around 10 MB and far beyond', async ({
  page,
}) => {
  await openImports(page)
  const line = '2026-05-02T00:00:00Z,openai,gpt-5,1,1,e2e-size,'
  for (const size of [10 * 1024 ** 2, 10 * 1024 ** 2 + 1, 11_000_000, 30_000_000]) {
    const body = Buffer.alloc(size, `${'x'.repeat(999)}\n`)
    body.write(`timestamp,provider,model,input_tokens,output_tokens,id,note\n${line}`)
    const sha256 = createHash('sha256').update(body).digest('hex')
    const reply = await page.request.post(`/api/v1/imports?filename=size-${size}.csv&sha256=${sha256}`, {
      data: body,
      headers: { 'content-type': 'application/octet-stream', 'x-tokentab': '1', origin: ORIGIN },
    })
    expect(reply.status()).toBe(202)
    const { id } = (await reply.json()) as { id: string }
    const stored = readFileSync(join(process.env.TOKENTAB_E2E_DATA_DIR ?? '', 'uploads', id))
    expect([stored.length, createHash('sha256').update(stored).digest('hex')]).toEqual([size, sha256])
  }
})

test('fifty files chosen at once are fifty imports', async ({ page }) => {
  test.setTimeout(300_000)
  await openImports(page)
  await page.locator('input[type=file]').setInputFiles(
    Array.from({ length: 50 }, (_file, n) => ({
      name: `fifty-${n}.csv`,
      mimeType: 'text/csv',
      buffer: Buffer.from(
        `timestamp,provider,model,input_tokens,output_tokens,id\n2026-05-03T00:00:00Z,openai,gpt-5,${n},1,e2e-fifty-${n}\n`,
      ),
    })),
  )
  const committed = async () => {
    const page1 = (await (await page.request.get('/api/v1/imports?limit=100')).json()) as {
      items: { filename: string; status: string; accepted: string }[]
    }
    return page1.items.filter(
      (one) => /^fifty-/.test(one.filename) && one.status === 'committed' && one.accepted === '1',
    ).length
  }
  await expect.poll(committed, { timeout: 120_000 }).toBe(50)
  await expect(page.getByRole('region', { name: 'In progress' })).toHaveCount(0, { timeout: 30_000 })
})
