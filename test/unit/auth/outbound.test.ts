import { afterEach, describe, expect, it } from 'vitest'
import { setDatabaseUrl } from '../../../lib/server/env'
import { isPublicAddress, postOutbound, whyRefused } from '../../../lib/server/outbound'

/** Changing the address of the database makes the configuration be read anew. */
function open(text: string | undefined): void {
  if (text === undefined) delete process.env.TOKENTAB_OUTBOUND_ALLOW
  else process.env.TOKENTAB_OUTBOUND_ALLOW = text
  setDatabaseUrl('postgres://nowhere')
}
afterEach(() => open(undefined))

describe('an address that people enter', () => {
  it.each([
    'http://hooks.example.com/x',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://localhost./',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://100.64.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://user@hooks.slack.com/',
    'https://hooks.slack.com:pw@127.0.0.1/',
    'https://hooks.slack.com#@127.0.0.1/',
    'https://hooks.slack.com\\@127.0.0.1/',
    'https://hooks.slack.com:5432/',
    'https://hooks.slack.com./',
    'https://db.internal/',
    'https://printer.local/',
    'https://intranet/',
    'file:///etc/passwd',
    'gopher://hooks.slack.com/',
    'https://[fe80::1%25eth0]/',
    ' https://hooks.slack.com/',
    'hooks.slack.com',
    '',
  ])('%j is refused when it is saved', (address) => {
    expect(whyRefused(address)).not.toBeNull()
  })

  it('is accepted when it is public and begins with https', () => {
    for (const address of [
      'https://hooks.slack.com/services/T/B/x',
      'https://8.8.8.8/',
      'https://a.example.com:8443/x?y=1',
    ]) {
      expect([address, whyRefused(address)]).toEqual([address, null])
    }
  })

  it('is refused at the connection when its name resolves to what is not public', async () => {
    open(undefined)
    // The text is checked again, so the guard of the look-up is reached through a name that the text allows.
    const sent = await postOutbound('https://localhost/', '{}', {})
    expect(sent.ok).toBe(false)
    expect(
      isPublicAddress('127.0.0.1') || isPublicAddress('::ffff:10.0.0.1') || isPublicAddress('not an address'),
    ).toBe(false)
    expect(isPublicAddress('1.1.1.1') && isPublicAddress('2606:4700::1111')).toBe(true)
  })

  it('may be opened by the operator, by host, address and network', () => {
    open('hooks.corp, 10.0.0.0/8')
    expect(whyRefused('http://hooks.corp:9000/x')).toBeNull()
    expect(whyRefused('http://10.9.8.7:9000/x')).toBeNull()
    expect(whyRefused('http://11.9.8.7/x')).not.toBeNull()
    expect(whyRefused('https://192.168.0.1/')).not.toBeNull()
  })
})
