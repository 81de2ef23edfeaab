import { describe, expect, it } from 'vitest'
import { isoOfWritten } from '../../../lib/core/source/written-time'
import { parseInstant } from '../../../lib/core/time/instant'

describe('times that programs write for people', () => {
  it.each([
    ['Sun, 01 Mar 2026 10:00:00 GMT', '2026-03-01T10:00:00Z'],
    ['2026/3/1', '2026-03-01'],
    ['2026/03/01 9:00:00', '2026-03-01T09:00:00'],
    ['2026-03-01 10:00:00,123', '2026-03-01T10:00:00.123'],
    ['2026-03-01 10:00:00.5 +0000 UTC', '2026-03-01T10:00:00.5+0000'],
    ['2026-03-01 10:00 GMT', '2026-03-01T10:00Z'],
    ['1 Mar 2026 10:00:00 +0100', '2026-03-01T10:00:00+0100'],
    ['Sun Mar 01 2026 10:00:00 GMT+0000 (Coordinated Universal Time)', '2026-03-01T10:00:00+0000'],
    ['Sun Mar 01 2026 10:00:00 GMT-0730 (x)', '2026-03-01T10:00:00-0730'],
  ])('%s is %s', (text, iso) => {
    expect(isoOfWritten(text)).toBe(iso)
  })

  it.each([
    'Sun Mar 01 2026 10:00:00',
    '01/03/2026 10:00',
    'Mar 2026',
    '2026/13',
    '03/01/2026',
    '2026/03-01',
    'Sun, 01 Foo 2026 10:00:00 GMT',
  ])('%s is not read', (text) => {
    expect(isoOfWritten(text)).toBeNull()
  })
})

describe('offsets of whole hours', () => {
  it('may be two digits after a time, as PostgreSQL writes them', () => {
    expect(parseInstant('2026-03-01 10:00:00.123+00', 'utc')).toEqual({
      ok: true,
      value: Date.UTC(2026, 2, 1, 10, 0, 0, 123),
    })
    expect(parseInstant('2026-03-01 10:00:00-05', 'refuse')).toEqual({ ok: true, value: Date.UTC(2026, 2, 1, 15) })
    expect(parseInstant('2026-03-01-05', 'utc').ok).toBe(false)
  })
})
