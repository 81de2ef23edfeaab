import { expect, test } from '@playwright/test'
import { ADMIN, complaints, expectNoBarrier, expectNoSidewaysScroll, signIn } from './screen'

test('a stranger is redirected by status, signs in and comes back to the page asked for', async ({ page, request }) => {
  // A wrong password is answered with 401.
  const found = complaints(page, '401')
  const answer = await request.get('/settings/tokens?x=1', { maxRedirects: 0 })
  expect([answer.status(), answer.headers().location]).toEqual([307, '/sign-in?next=%2Fsettings%2Ftokens%3Fx%3D1'])
  await page.goto('/sign-in')
  await expectNoBarrier(page)
  await page.getByLabel('E-mail address').fill(ADMIN.email)
  await page.getByLabel('Password').fill('not the right password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('do not match an account')).toBeVisible()
  await signIn(page, '/settings/tokens?x=1')
  await expect(page).toHaveURL(/\/settings\/tokens\?x=1$/)
  const session = (await page.context().cookies()).find((cookie) => cookie.name === 'tokentab.session')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  expect(found).toEqual([])
})

test('signing out ends the session itself: the old cookie is nobody', async ({ page, request }) => {
  await signIn(page, '/settings')
  await expect(page.getByRole('heading', { name: /You are in/ })).toBeVisible()
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  expect((await request.get('/api/v1/account', { headers: { cookie } })).status()).toBe(200)
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  expect((await request.get('/api/v1/account', { headers: { cookie } })).status()).toBe(401)
})

test('a token made in settings works at once and is refused once revoked', async ({ page, request }) => {
  const found = complaints(page)
  await signIn(page, '/settings/tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('Name').fill('browser test')
  await page.getByRole('button', { name: 'Make token' }).click()
  await expect(page.getByText('Copy it now')).toBeVisible()
  const token = (await page.getByRole('dialog').locator('code').first().textContent())?.trim() ?? ''
  expect(token).toMatch(/^tt_[0-9A-Za-z]{49}$/)
  await expect(page.getByRole('dialog').getByText(`Bearer ${token}`)).toBeVisible()
  const authorization = `Bearer ${token}`
  const read = () => request.get('/api/v1/imports', { headers: { authorization } })
  expect((await read()).status()).toBe(200)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Revoke token browser test' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  expect((await read()).status()).toBe(401)
  expect(found).toEqual([])
})

test('a new member signs in with the role given, and a changed role counts on the next request', async ({
  page,
  browser,
}) => {
  await signIn(page, '/settings/members')
  await page.getByRole('button', { name: 'Add member' }).click()
  await page.getByLabel('E-mail address').fill('vera@example.test')
  await page.getByLabel('First password').fill(ADMIN.password)
  await page.getByRole('dialog').getByRole('button', { name: 'Add member' }).click()
  await expect(page.getByRole('rowheader', { name: 'vera@example.test' })).toBeVisible()
  const context = await browser.newContext()
  const hers = await context.newPage()
  await signIn(hers, '/settings/members', { email: 'vera@example.test', password: ADMIN.password })
  await expect(hers.getByText('Your role does not open this part.')).toBeVisible()
  await page.getByLabel('Role of vera@example.test').selectOption('admin')
  await expect(page.getByText('2 administrators')).toBeVisible()
  await hers.reload()
  await expect(hers.getByRole('heading', { name: '2 members, 2 administrators' })).toBeVisible()
  await page.getByRole('button', { name: 'Manage vera@example.test' }).click()
  await page.getByRole('button', { name: 'Disable account' }).click()
  await expect(page.getByText('disabled', { exact: true })).toBeVisible()
  await hers.reload()
  await expect(hers).toHaveURL(/\/sign-in/)
  await context.close()
})

for (const [name, size, scheme] of [
  ['wide and light', { width: 1440, height: 900 }, 'light'],
  ['narrow and dark', { width: 390, height: 844 }, 'dark'],
] as const) {
  test(`settings have no barrier, no complaint and fit the screen: ${name}`, async ({ page }) => {
    // Five pages with a whole accessibility check each; a busy machine takes its time.
    test.slow()
    const found = complaints(page)
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: scheme })
    await signIn(page, '/settings')
    await expect(page.getByRole('heading', { name: /You are in/ })).toBeVisible()
    for (const path of ['/settings', '/settings/tokens', '/settings/members', '/settings/sign-in', '/settings/audit']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNoBarrier(page)
      await expectNoSidewaysScroll(page)
    }
    expect(found).toEqual([])
  })
}

test('every reply carries the content policy, and another origin cannot write with the cookie', async ({
  page,
  request,
}) => {
  for (const path of ['/sign-in', '/nothing-here', '/api/v1/account', '/healthz', '/icon.svg', '/api/auth/csrf']) {
    const headers = (await request.get(path)).headers()
    expect([path, headers['content-security-policy']?.includes("frame-ancestors 'none'")]).toEqual([path, true])
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
  await signIn(page, '/settings')
  await expect(page.getByRole('heading', { name: /You are in/ })).toBeVisible()
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  for (const origin of ['https://evil.example', 'null', undefined]) {
    const answer = await request.post('/api/v1/account/sign-out-everywhere', {
      headers: { cookie, 'x-tokentab': '1', ...(origin === undefined ? {} : { origin }) },
    })
    expect([origin, answer.status()]).toEqual([origin, 403])
  }
  expect((await request.get('/api/v1/account', { headers: { cookie } })).status()).toBe(200)
})

test('the set-up page is gone once somebody has an account', async ({ request }) => {
  expect((await request.get('/set-up')).status()).toBe(404)
  const answer = await request.post('/api/set-up', { data: {} })
  expect(answer.status()).toBe(404)
})
