import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { uploadQuery } from '../../../app/api/v1/queries'
import { AppError } from '../../../lib/server/errors'
import { checked, readQuery } from '../../../lib/server/http/body'

function refusalOf(ask: () => unknown): { message: string; remedy: string | null } {
  try {
    ask()
  } catch (error) {
    if (error instanceof AppError) return { message: error.message, remedy: error.remedy }
    throw error
  }
  throw new Error('it was not refused')
}
const upload = (query: string) =>
  refusalOf(() => readQuery(new Request(`http://localhost/api/v1/imports${query}`), uploadQuery))

describe('a refused request says what, where and how', () => {
  it('names a parameter that is missing and how it is given', () => {
    expect(upload('')).toEqual({
      message: 'The parameter “filename” is missing.',
      remedy:
        'Add it to the address: ?filename=… It is the name of the file, by which it is found again, e.g. usage.csv.',
    })
  })

  it('names one that is empty', () => {
    const { message, remedy } = upload('?filename=')
    expect(message).toBe('The parameter “filename” is empty.')
    expect(remedy).toContain('e.g. usage.csv')
  })

  it('names one that is not known, and those that are', () => {
    const { message, remedy } = upload('?filename=a.csv&file=b')
    expect(message).toBe('The parameter “file” is not known.')
    expect(remedy).toContain('filename, format, host')
  })

  it('points at the description of the requests for a value of another form', () => {
    const { message, remedy } = upload('?filename=a.csv&sha256=12')
    expect(message).toMatch(/^sha256: /)
    expect(remedy).toContain('/api/openapi.json')
  })

  it('names the place of what a body lacks', () => {
    const line = z.strictObject({ amount: z.string() })
    const refusal = refusalOf(() => checked(z.strictObject({ lines: z.array(line) }), { lines: [{}] }))
    expect(refusal.message).toBe('The member “lines.0.amount” is missing.')
    expect(refusal.remedy).toContain('Add “lines.0.amount” to the body.')
    expect(refusalOf(() => checked(line, { amount: '1', sum: '1' })).message).toBe('The member “sum” is not known.')
  })

  it('tells a value of the wrong type from one that is missing', () => {
    expect(refusalOf(() => checked(z.strictObject({ amount: z.string() }), { amount: 1 })).message).toMatch(/^amount: /)
  })
})
