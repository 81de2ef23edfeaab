import { describe, expect, it } from 'vitest'
import { fileStream } from '../../../lib/server/http/file-stream'

describe('a file made while it is read', () => {
  it('gathers lines to pieces, keeps bytes in their place, and is kept by nobody on the way', async () => {
    const content = async function* () {
      yield 'a,b\r\n'
      yield new Uint8Array([0x31])
      yield '\r\n'
    }
    const reply = fileStream(content(), 'bill.csv', 'text/csv; charset=utf-8')
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="bill.csv"')
    expect(reply.headers.get('cache-control')).toBe('private, no-store')
    expect(await reply.text()).toBe('a,b\r\n1\r\n')
  })

  it('is made no further than it is read, and ends with its reader', async () => {
    let made = 0
    let isEnded = false
    const content = function* () {
      try {
        for (; ; made += 1) yield 'x'.repeat(1_000)
      } finally {
        isEnded = true
      }
    }
    const reader = fileStream(content(), 'bill.csv', 'text/csv').body?.getReader()
    await reader?.read()
    expect(made).toBeLessThan(300)
    await reader?.cancel()
    expect(isEnded).toBe(true)
  })

  it('breaks off when its making fails, so that half a file is never taken for a whole one', async () => {
    const content = async function* () {
      yield 'x'.repeat(100_000)
      throw new Error('the database went away')
    }
    await expect(fileStream(content(), 'bill.csv', 'text/csv').text()).rejects.toThrow('the database went away')
  })
})
