/** What the browser tests share: signing in, what a browser complains about, and what makes a screen usable. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

export interface Person {
  readonly email: string
  readonly password: string
}

export const ADMIN: Person = {
  email: process.env.TOKENTAB_E2E_EMAIL ?? '',
  password: process.env.TOKENTAB_E2E_PASSWORD ?? '',
}

/** Collects errors of the page and of its console, the content policy's included; `except` is what a test expects there. */
export function complaints(page: Page, except: string | null = null): string[] {
  const found: string[] = []
  page.on('pageerror', (error) => found.push(error.message))
  page.on('console', (message) => {
    if (message.type() !== 'error' || (except !== null && message.text().includes(except))) return
    found.push(`${message.text()} ${message.location().url}`)
  })
  return found
}

/** Asks for a page as a stranger and answers the form that comes instead; what comes then is the test's to wait for. */
export async function signIn(page: Page, path: string, who: Person = ADMIN): Promise<void> {
  await page.goto(path)
  await page.getByLabel('E-mail address').fill(who.email)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function openSignedIn(page: Page, path: string, who: Person = ADMIN): Promise<void> {
  await signIn(page, path, who)
  await expectListening(page.getByRole('navigation', { name: 'Main' }))
}

/** Drawn, and taken over by its script: a press before that is lost, which on a busy machine is a second after it is seen. */
async function expectListening(part: Locator): Promise<void> {
  await expect(part).toBeVisible()
  const listens = () => part.evaluate((element) => Object.keys(element).some((key) => key.startsWith('__reactProps$')))
  await expect.poll(listens).toBe(true)
}

export async function openImports(page: Page): Promise<void> {
  await signIn(page, '/imports')
  await expectListening(page.getByRole('region', { name: 'Drop usage files anywhere on this page' }))
}

/** What fades in or is still being drawn is looked at again: a barrier is what stays. A large page takes axe its time. */
export async function expectNoBarrier(page: Page): Promise<void> {
  const barriers = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)
  }
  let found = await barriers()
  for (let look = 1; look < 4 && found.length > 0; look += 1) {
    await page.waitForTimeout(500)
    found = await barriers()
  }
  expect(found).toEqual([])
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const excess = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(excess).toBe(0)
}

export async function expectUsable(page: Page): Promise<void> {
  await expectNoBarrier(page)
  await expectNoSidewaysScroll(page)
}

export const lastMonth = (): string => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
}

/** "$1,234.56" or "−$0.02" as cents, exactly; "—" and "<$0.01" are none. */
export function cents(text: string): bigint {
  if (text.includes('<') || text.trim() === '—') return 0n
  const digits = BigInt(text.replace(/[^0-9]/g, ''))
  return text.startsWith('−') ? -digits : digits
}

/** An exact amount of the interface, not below zero, as the cents that a screen shows. */
export function centsOf(exact: string): bigint {
  const [whole = '', fraction = ''] = exact.split('.')
  return BigInt(whole + fraction.padEnd(2, '0').slice(0, 2)) + (fraction.charAt(2) >= '5' ? 1n : 0n)
}
