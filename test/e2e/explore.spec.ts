import { expect, type Page, test } from '@playwright/test'
import { cents, centsOf, complaints, expectNoSidewaysScroll, expectUsable, lastMonth, signIn } from './screen'

async function openExplore(page: Page, path: string): Promise<void> {
  await signIn(page, path)
  await page.waitForURL((address) => address.pathname === '/explore')
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 })
async function figureOf(page: Page): Promise<string> {
  await expect(heading(page)).toContainText('$')
  return /\$[\d,]+\.\d\d/.exec((await heading(page).textContent()) ?? '')?.[0] ?? ''
}

test('usage is cut by rows, columns and measure; a name narrows, a figure opens the calls that cost it', async ({
  page,
}) => {
  await openExplore(page, '/explore?period=12m')
  await expect(heading(page)).toContainText('Cost by model and month')
  await page.getByLabel('Rows', { exact: true }).selectOption('Project')
  await expect(heading(page)).toContainText('Cost by project and month')
  await expect(page).toHaveURL(/rows=project/)

  const row = page.getByRole('row').filter({ hasText: 'contracts' })
  const amount = (await row.getByRole('cell').first().textContent()) ?? ''
  await row.getByRole('link', { name: 'contracts' }).click()
  await expect(page.getByRole('link', { name: 'Remove the filter Project' })).toBeVisible()
  await expect(heading(page)).toContainText(amount)

  await heading(page).getByRole('link').click()
  await expect(page).toHaveURL(/\/calls\?/)
  await expect(heading(page)).toContainText(amount)
  await page.goBack()
  await page.getByRole('link', { name: 'Remove the filter Project' }).click()
  await page.getByLabel('Measure', { exact: true }).selectOption('Cache hit rate')
  await expect(heading(page)).toContainText(/Cache hit rate by .* and month[\d.]+ %/)
})

test('the file of the table holds its total', async ({ page }) => {
  await openExplore(page, '/explore?rows=host&period=last-month')
  const shown = await figureOf(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const last = Buffer.concat(chunks).toString('utf8').trimEnd().split('\r\n').at(-1)?.split(',').at(-1) ?? ''
  expect(centsOf(last)).toBe(cents(shown))
})

for (const { name, width, scheme } of [
  { name: 'wide and light', width: 1440, scheme: 'light' },
  { name: 'narrow and dark', width: 390, scheme: 'dark' },
] as const) {
  test(`has no barrier, no complaint and fits the screen: ${name}`, async ({ page }) => {
    const found = complaints(page)
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme })
    await openExplore(page, '/explore?rows=project&columns=model')
    for (const path of [
      '/explore?rows=project&columns=model',
      '/explore?measure=cache_hit_rate',
      '/explore?user=nobody',
    ]) {
      await page.goto(path)
      await expect(heading(page)).toBeVisible()
      await expectUsable(page)
    }
    expect(found).toEqual([])
  })
}

test('a name of two hundred letters without a space stays within the page, in the legend too', async ({ page }) => {
  const project = 'w'.repeat(200)
  await openExplore(page, '/explore?rows=host&period=last-month')
  const origin = new URL(page.url()).origin
  const sent = await page.request.post('/api/v1/imports?filename=long-name.csv', {
    headers: { origin, 'x-tokentab': '1', 'content-type': 'application/octet-stream' },
    data: Buffer.from(
      `timestamp,host,model,project,input_tokens,output_tokens\n${lastMonth()}-22T10:00:00Z,openai,gpt-5,${project},1000,10\n`,
    ),
  })
  expect(sent.status()).toBe(202)
  const { id } = (await sent.json()) as { id: string }
  const status = async () =>
    ((await (await page.request.get(`/api/v1/imports/${id}`)).json()) as { status: string }).status
  await expect.poll(status, { timeout: 30_000 }).toBe('committed')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/explore?rows=project&columns=month&period=last-month&project=', '/advisor?project=']) {
    await page.goto(`${path}${project}`)
    await expect(page.getByText(project).first()).toBeVisible()
    await expectNoSidewaysScroll(page)
  }
  await page.goto('/what-if')
  await page.getByRole('button', { name: 'Find the cheapest mix' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: project }).first()).toBeVisible()
  await expectNoSidewaysScroll(page)
})
