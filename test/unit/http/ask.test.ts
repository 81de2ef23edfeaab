import { afterEach, expect, it, vi } from 'vitest'
import { ask } from '../../../app/_ui/auth/request'

afterEach(() => vi.unstubAllGlobals())

it('says that what was asked may have been done when its answer breaks off, and leaves nothing waiting', async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError('network error')) })
  vi.stubGlobal('fetch', async () => new Response(broken))
  const reply = await ask('POST', '/api/v1/bills/2026-09/adjustments', { amount: '-5' })
  expect(reply).toMatchObject({ ok: false, code: '' })
  expect(reply.ok ? '' : reply.why).toContain('may have been done')
})

it('does not claim that nothing was changed when no answer came', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const reply = await ask('POST', '/api/v1/bills/2026-09/invoices')
  expect(reply.ok ? '' : reply.why).toContain('load the page again and look')
})
