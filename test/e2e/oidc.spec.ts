import { expect, type Page, test } from '@playwright/test'
import { OAuth2Server } from 'oauth2-mock-server'
import { ADMIN, removeDataDirectory, startProduct } from './server.mjs'

const issuer = new OAuth2Server()
let claims: Record<string, unknown> = {}
let product: Awaited<ReturnType<typeof startProduct>>

test.beforeAll(async () => {
  test.setTimeout(300_000)
  await issuer.issuer.keys.generate('RS256')
  await issuer.start(0, '127.0.0.1')
  const address = `http://127.0.0.1:${issuer.address().port}`
  issuer.issuer.url = address
  issuer.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) => {
    Object.assign(token.payload, claims)
  })
  product = await startProduct({
    environment: {
      TOKENTAB_ADMIN_EMAIL: ADMIN.email,
      TOKENTAB_ADMIN_PASSWORD: ADMIN.password,
      TOKENTAB_OIDC_ISSUER: address,
      TOKENTAB_OIDC_CLIENT_ID: 'tokentab',
      TOKENTAB_OIDC_CLIENT_SECRET: 'not-a-secret',
    },
  })
})

test.afterAll(async () => {
  await product.stop()
  removeDataDirectory(product.dataDir)
  await issuer.stop()
})

async function singleSignOn(page: Page, says: Record<string, unknown>): Promise<void> {
  claims = says
  await page.goto(`${product.origin}/sign-in?next=%2Fsettings`)
  await page.getByRole('button', { name: /^Continue with 127\.0\.0\.1/ }).click()
}

test('single sign-on lets a member in by a verified address and back to the page asked for', async ({ page }) => {
  await singleSignOn(page, { sub: 'boss', email: ADMIN.email, email_verified: true })
  await expect(page).toHaveURL(`${product.origin}/settings`)
  await expect(page.getByRole('main').getByText(ADMIN.email)).toBeVisible()
})

test('single sign-on says why it refuses: an unverified address, and one nobody here has', async ({ page }) => {
  await singleSignOn(page, { sub: 'somebody', email: ADMIN.email, email_verified: false })
  await expect(page.getByText('does not say that your e-mail address is verified')).toBeVisible()
  await singleSignOn(page, { sub: 'somebody', email: 'stranger@example.test', email_verified: true })
  await expect(page.getByText('Nobody here has your e-mail address')).toBeVisible()
  expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain('tokentab.session')
})
