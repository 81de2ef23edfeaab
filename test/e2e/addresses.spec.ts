import { expect, test } from '@playwright/test'
import { openSignedIn } from './screen'

/** Cut while copying, typed by hand, or meant to harm; none of them is a fault of the server. */
const ADDRESSES = [
  '/calls?cursor=1.------------------------------------',
  '/calls?cursor=x',
  '/calls?period=9999-12..9999-12',
  '/calls?period=0000-01..0000-02',
  '/calls?project=a%00b&model=%00',
  '/calls?import=99999999999999&meter=input&price=%00',
  '/explore?rows=nothing&host=%00',
  '/?period=9999-01..9999-12&by=%00',
  '/bills/9999-12',
  '/bills/0000-01',
  '/bills/9999-12/changes',
  '/bills/2026-09%00/invoices',
  '/bills/2026-09/chargeback/99999999999',
  '/rates/%25/x',
  '/rates/%00/%00',
  '/rates/openai/%2e%2e%2f%2e%2e%2fetc',
  '/rates?q=%00&host=%00',
  '/advisor?project=%00',
  '/imports/%00',
  '/imports/x/map',
  '/what-if?share=%00&model=%00&from=%00',
  '/what-if/reports/%00',
  '/what-if/compare?ids=%00,x',
  '/settings/audit?before=%00',
  '/r/%00',
  '/sign-in?next=%00&error=%00',
  '/%ff',
]

test('an address that nobody made is answered, whatever it says', async ({ page }) => {
  await openSignedIn(page, '/settings')
  const failed: string[] = []
  for (const address of ADDRESSES) {
    const reply = await page.request.get(address, { maxRedirects: 0 })
    const text = await reply.text()
    if (reply.status() >= 500 || text.includes('This screen could not be shown'))
      failed.push(`${reply.status()} ${address}`)
  }
  expect(failed).toEqual([])
})
