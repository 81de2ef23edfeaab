import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IdEntries, orderByKey, toldTimes } from '../../../lib/server/db/id-entry'

/** Keys that often begin alike, and few times, so that everything meets. */
const told = fc.record({
  key: fc
    .tuple(
      fc.constantFrom('00000000', '000000ff', '00ffffff', 'ffffffff'),
      fc.constantFrom('00000000', '00000001', 'fffffffe'),
    )
    .map((words) => Buffer.from(words.join(''), 'hex').toString('latin1')),
  ms: fc.constantFrom(0, 1, 4_294_967_295, 4_294_967_296, Date.UTC(2026, 10, 29), 2 ** 47),
  byteOffset: fc.constantFrom(0, 1, 4_294_967_296, 2 ** 47 + 3),
})
const lists = fc.tuple(fc.array(told, { maxLength: 30 }), fc.array(told, { maxLength: 30 }))
const hexOf = (key: string) => Buffer.from(key, 'latin1').toString('hex')

function entriesOf(all: readonly { key: string; ms: number; byteOffset: number }[]): IdEntries {
  const entries = new IdEntries(1)
  for (const { key, ms, byteOffset } of all) entries.add(key, ms, byteOffset)
  return entries
}

describe('ids of calls and their times in twenty bytes', () => {
  it('come back as they were, also through their bytes', () => {
    fc.assert(
      fc.property(fc.array(told), (all) => {
        const first = entriesOf(all)
        const again = new IdEntries(0)
        again.addBytes(new Uint8Array(first.words.buffer, 0, first.count * 20))
        const read = all.map((_one, place) => ({
          key: again.prefix(place),
          ms: again.ms(place),
          byteOffset: again.byteOffset(place),
        }))
        expect(read).toEqual(all.map((one) => ({ ...one, key: hexOf(one.key) })))
      }),
    )
  })

  it('are ordered by the whole key, those of one key as they were added', () => {
    fc.assert(
      fc.property(fc.array(told), (all) => {
        const places = all.map((_one, place) => place)
        const key = (place: number) => hexOf(all[place]?.key ?? '')
        const expected = places.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b))
        expect([...orderByKey(entriesOf(all))]).toEqual(expected)
      }),
    )
  })

  it('of several times are told all, where one of them is own, in lists that each begin with what may have been first', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 8 }), ([own, others], most) => {
        const all = [...own, ...others]
        const entries = entriesOf(all)
        const name = ({ key, ms }: { key: string; ms: number }) => `${hexOf(key)} ${ms}`
        const expected = new Set(
          all
            .filter(({ key }) => own.some((one) => one.key === key))
            .filter(({ key, ms }) => all.some((one) => one.key === key && one.ms !== ms))
            .map(name),
        )
        const seen = [...toldTimes(entries, own.length, orderByKey(entries), most)].map((list) =>
          list.map(({ prefix, ms }) => `${prefix} ${ms}`),
        )
        expect(new Set(seen.flat())).toEqual(expected)
        for (const list of seen) {
          const named = new Set(list)
          for (const { key } of own.filter((one) => list.some((told) => told.startsWith(hexOf(one.key))))) {
            const first = own.find((one) => one.key === key)
            for (const one of [first, ...others.filter((other) => other.key === key)]) {
              if (one !== undefined) expect(named).toContain(name(one))
            }
          }
        }
      }),
    )
  })
})
