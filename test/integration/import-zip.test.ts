import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { setDatabaseUrl } from '../../lib/server/env'
import { getImport } from '../../lib/server/read/imports'
import { readSpend } from '../../lib/server/read/spend'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'
import { type ZipEntry, zipOf } from '../support/zip'

let removeData: () => void
let principal: Principal
let url: string

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  url = await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
})

const csv = (prefix: string, rows = 3) =>
  usageCsv(
    Array.from({ length: rows }, (_row, index) => ({
      id: `${prefix}-${index}`,
      timestamp: '2026-10-01T00:00:00Z',
      input: 1_000,
      output: 1,
    })),
  )
const take = (entries: readonly ZipEntry[], comment = '') => importFile(principal, zipOf(entries, comment))
const records = async () => (await readSpend(principal, {})).total.records

describe('A-12: a zip archive', () => {
  it('of one and of three files gives the totals of the plain files, and coming again adds nothing', async () => {
    expect(await take([{ name: 'a.csv', content: csv('a') }])).toMatchObject({ status: 'committed', accepted: '3' })
    const three: ZipEntry[] = [
      { name: 'a.csv', content: csv('a') },
      { name: 'folder/', content: '', stored: true },
      { name: 'folder/b.csv', content: csv('b', 20_000) },
      { name: 'c.csv', content: csv('c'), stored: true },
    ]
    const view = await take(three, 'made by hand')
    expect(view).toMatchObject({ status: 'committed', accepted: '20003', duplicate: '3', problem: null })
    expect(view.bytes_read).toBe(view.bytes_received)
    expect(await importFile(principal, csv('b', 20_000))).toMatchObject({ accepted: '0', duplicate: '20000' })
    expect(await records()).toBe('20006')
    await requireBalancedBooks(principal)
  })

  it('of DeepSeek: the amounts are usage, the costs are billed cost, and the two are not added', async () => {
    const view = await take([
      {
        name: 'amount-2026-09-02_2026-10-01.csv',
        content:
          '\ufeffuser_id,start_time_iso,end_time_iso,model,api_key_name,api_key,type,price,amount\r\n' +
          'u1,2026-09-02T00:00:00+08:00,2026-09-03T00:00:00+08:00,deepseek-chat,prod,sk-1***a,output_tokens,0.0000011,500\r\n' +
          'u1,2026-09-02T00:00:00+08:00,2026-09-03T00:00:00+08:00,deepseek-chat,prod,sk-1***a,request_count,,7\r\n',
      },
      {
        name: 'cost-2026-09-02_2026-10-01.csv',
        content:
          '\ufeffuser_id,start_time_iso,end_time_iso,model,wallet_type,cost,currency\r\n' +
          'u1,2026-09-02T00:00:00+08:00,2026-09-03T00:00:00+08:00,deepseek-chat,Paid,0.00055,USD\r\n',
      },
    ])
    expect(view).toMatchObject({
      status: 'committed',
      format: 'deepseek-amount-csv',
      rows_read: '3',
      accepted: '3',
      problem: null,
      billed: { rows: '1', amounts: [{ currency: 'USD', amount: '0.00055' }] },
    })
    expect((await readSpend(principal, {})).total).toMatchObject({ requests: '7' })
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: view.id })
    await requireBalancedBooks(principal)
  })

  it('whose sizes are told as those of more than 4 GB is read, and not when they lie', async () => {
    const files = ['a', 'b'].map((name) => ({ name: `${name}.csv`, content: csv(name), isZip64: true }))
    const archive = zipOf(files, 'large')
    expect(await importFile(principal, archive)).toMatchObject({ status: 'committed', accepted: '6', problem: null })
    const [first, second] = files as [ZipEntry, ZipEntry]
    const locator = archive.lastIndexOf('PK\x06\x07', undefined, 'latin1')
    for (const broken of [
      zipOf([{ ...first, claimedBytes: 2 ** 40 }, second]),
      Buffer.concat([archive.subarray(0, locator), archive.subarray(locator + 20)]),
      Buffer.concat([archive.subarray(0, locator + 8), Buffer.alloc(8, 0xff), archive.subarray(locator + 16)]),
      Buffer.from(archive.toString('latin1').replace('PK\x06\x06', 'PK\x06\x00'), 'latin1'),
      Buffer.from(archive.toString('latin1').replaceAll('UT\x01\x00\x09\x01\x00', 'UT\x01\x00\x09\x02\x00'), 'latin1'),
    ]) {
      expect(await importFile(principal, broken)).toMatchObject({
        status: 'failed',
        problem: { code: 'BROKEN_ARCHIVE' },
      })
    }
    await requireBalancedBooks(principal)
  })

  it('that holds an archive, or is cut or damaged, keeps nothing', async () => {
    const good = { name: 'a.csv', content: csv('a') }
    const whole = zipOf([good, { name: 'b.csv', content: csv('b', 500) }])
    const damaged = Buffer.from(whole)
    damaged.writeUInt32LE(0xdead_beef, whole.indexOf('b.csv') + 40)
    const cases: [Uint8Array, string][] = [
      [zipOf([good, { name: 'inner.zip', content: whole }]), 'UNSUPPORTED_TYPE'],
      [zipOf([good, { name: 'inner.csv.gz', content: gzipSync(csv('b')), stored: true }]), 'UNSUPPORTED_TYPE'],
      [gzipSync(whole), 'UNSUPPORTED_TYPE'],
      [whole.subarray(0, -30), 'BROKEN_ARCHIVE'],
      [damaged, 'BROKEN_ARCHIVE'],
      [zipOf([good, { name: 'b.csv', content: csv('b'), claimedCrc: 1 }]), 'BROKEN_ARCHIVE'],
      [zipOf([good, { name: 'b.csv', content: csv('b'), claimedBytes: 1 }]), 'BROKEN_ARCHIVE'],
      [zipOf([good, { ...good, name: 'again.csv', overlapping: true }]), 'BROKEN_ARCHIVE'],
      [zipOf([]), 'NO_ROWS'],
      [zipOf([{ name: '[Content_Types].xml', content: '<x/>' }]), 'UNSUPPORTED_TYPE'],
      [zipOf([{ name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet' }]), 'UNSUPPORTED_TYPE'],
      [zipOf([{ name: 'Index/Document.iwa', content: 'x' }]), 'UNSUPPORTED_TYPE'],
      [Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(40)]), 'UNSUPPORTED_TYPE'],
    ]
    for (const [bytes, code] of cases) {
      const view = await importFile(principal, bytes)
      const isZstdRead = code === 'UNSUPPORTED_TYPE' && view.problem?.code === 'BROKEN_ARCHIVE' && bytes[0] === 0x28
      expect(view).toMatchObject({ status: 'failed', problem: { code: isZstdRead ? 'BROKEN_ARCHIVE' : code } })
    }
    expect((await readSpend(principal, {})).rows).toEqual([])
    await requireBalancedBooks(principal)
  })
})

describe('A-13: a bomb', () => {
  it('is stopped by counting what comes out, whatever its directory says', async () => {
    process.env.TOKENTAB_MAX_UPLOAD_BYTES = String(8 * 1024 ** 2)
    setDatabaseUrl(url)
    try {
      const content = Buffer.concat([Buffer.from(csv('a')), Buffer.alloc(64 * 1024 ** 2, 'x')])
      const view = await take([{ name: 'a.csv', content, claimedBytes: 10 }])
      expect(view).toMatchObject({ status: 'failed', problem: { code: 'DECOMPRESSED_TOO_LARGE' } })
    } finally {
      delete process.env.TOKENTAB_MAX_UPLOAD_BYTES
      setDatabaseUrl(url)
    }
  })

  it('of 100,000 files is refused by its directory, also by one that tells fewer', async () => {
    const entries = (many: number) =>
      Array.from({ length: many }, (_entry, index) => ({ name: `${index}.csv`, content: csv('a', 1), stored: true }))
    const refused = { status: 'failed', accepted: '0', problem: { code: 'UNSUPPORTED_TYPE' } }
    expect(await take(entries(1_001))).toMatchObject(refused)
    expect(await take(entries(1_000))).toMatchObject({ status: 'committed', accepted: '1', duplicate: '999' })

    const before = process.memoryUsage().rss
    // More than the end of an archive can count: its number there is that of 34,464 files.
    const many = zipOf(entries(100_000).map((entry) => ({ ...entry, isZip64: true })))
    const view = await importFile(principal, many)
    expect(view).toMatchObject(refused)
    expect(view.problem?.message).toContain('100000 files')
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 ** 2)

    // Eight bytes at 32 of the record before the end: how many files there are.
    many.writeBigUInt64LE(2n, many.lastIndexOf('PK\x06\x06', undefined, 'latin1') + 32)
    expect((await importFile(principal, many)).problem).toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringContaining('directory'),
    })
    await requireBalancedBooks(principal)
  })

  it('is no archive whose end tells fewer files than its directory: those beyond would be lost unseen', async () => {
    const archive = zipOf(['a', 'b', 'c'].map((name) => ({ name: `${name}.csv`, content: csv(name) })))
    archive.writeUInt16LE(1, archive.length - 22 + 10)
    expect(await importFile(principal, archive)).toMatchObject({
      status: 'failed',
      accepted: '0',
      problem: { code: 'BROKEN_ARCHIVE' },
    })
  })
})

describe('A-14: names in an archive', () => {
  it('are shown and never used as paths', async () => {
    const names = ['../../escaped.csv', '/absolute.csv', 'C:\\drive.csv', 'same.csv', 'same.csv', 'nul\0\u001b[31m.csv']
    const before = readdirSync('.').sort()
    const view = await take(
      names.map((name, index) => ({ name, content: index === 5 ? 'just text' : csv(String(index)) })),
    )
    expect(view).toMatchObject({ status: 'committed', accepted: '15', problem: { code: 'FILES_SKIPPED' } })
    expect(view.problem?.message).toContain('nul\ufffd\ufffd[31m.csv')
    expect(readdirSync('.').sort()).toEqual(before)
    expect(readdirSync(process.env.TOKENTAB_DATA_DIR ?? '')).toEqual(['uploads'])
    expect(readdirSync(`${process.env.TOKENTAB_DATA_DIR}/uploads`).every((name) => /^[\da-f-]{36}/.test(name))).toBe(
      true,
    )
  })
})

describe('A-15: an archive', () => {
  it('that is encrypted is refused with the reason', async () => {
    const view = await take([{ name: 'a.csv', content: csv('a'), encrypted: true }])
    expect(view).toMatchObject({ status: 'failed', problem: { code: 'UNSUPPORTED_TYPE' } })
    expect(view.problem?.message).toContain('encrypted')
  })

  it('whose second file breaks in the middle names it, and so does one that holds another archive', async () => {
    const good = { name: 'a.csv', content: csv('a') }
    const cases: [ZipEntry, string][] = [
      [
        {
          name: 'logs/b.json',
          content: '[{"timestamp":"2026-10-01T00:00:00Z","model":"m","usage":{"input":1}},{"id":',
        },
        'BROKEN_JSON',
      ],
      [{ name: 'logs/b.csv', content: `${csv('b')}"b,\n1,2\n` }, 'UNCLOSED_QUOTE'],
      [{ name: 'logs/b.csv.gz', content: gzipSync(csv('b')), stored: true }, 'UNSUPPORTED_TYPE'],
    ]
    for (const [bad, code] of cases) {
      const view = await take([good, bad])
      expect(view).toMatchObject({ status: 'failed', accepted: '0', problem: { code } })
      expect(view.problem?.message).toMatch(new RegExp(`^${bad.name}: `))
    }
    await requireBalancedBooks(principal)
  })

  it('leaves out what never was text, and is refused for a usage log in an unknown encoding', async () => {
    const good = { name: 'a.csv', content: csv('a') }
    const binary = Buffer.from(Array.from({ length: 4_096 }, (_byte, at) => (at * 167 + (at >> 3)) & 255))
    const double = Buffer.concat([
      Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0]),
      Buffer.from('Mac OS X        '),
      Buffer.alloc(80),
    ])
    const view = await take([good, { name: '._a.csv', content: double }, { name: 'chart.webp', content: binary }])
    expect(view).toMatchObject({ status: 'committed', accepted: '3', problem: { code: 'FILES_SKIPPED' } })
    expect(view.problem?.message).toMatch(/\._a\.csv \(.*chart\.webp \(/)
    const latin = { name: 'b.csv', content: Buffer.from(`${csv('b').replace('\n', ',gr\u00f6\u00dfe\n')}`, 'latin1') }
    expect(await take([good, latin])).toMatchObject({ status: 'failed', problem: { code: 'ENCODING' } })
    await requireBalancedBooks(principal)
  })

  it('with a README names it as left out, and names the file of a refused row', async () => {
    const view = await take([
      { name: 'README.md', content: '# Usage\n\nThis archive holds the usage of October.\n' },
      { name: 'usage.csv', content: csv('a').replace(',1000,1,', ',-1000,1,') },
    ])
    expect(view).toMatchObject({
      status: 'committed',
      accepted: '2',
      rejected: '1',
      problem: { code: 'FILES_SKIPPED' },
    })
    expect(view.problem?.message).toMatch(/README\.md \(/)
    const { rejects } = await getImport(principal, { id: view.id })
    expect(rejects[0]?.message).toMatch(/^usage\.csv: /)
    await requireBalancedBooks(principal)
  })
})
