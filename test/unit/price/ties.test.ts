import { describe, expect, it } from 'vitest'
import { findNameTies, findTies } from '../../../lib/core/price/ties'
import { block, fileOf, model, multiplier } from './sample-book'

const clock = {
  utc_offset_minutes: 480,
  windows: [['09:00', '12:00']],
  weekdays: [1, 2, 3, 4, 5],
  holiday_calendar: 'cn',
}

function tiesOf(...prices: unknown[]): number {
  return findTies(fileOf('acme', [model('m', prices)]).entries).length
}

describe('two prices that hold at once', () => {
  it('are a tie when equally specific', () => {
    expect(tiesOf(block({ input: '1' }), block({ input: '2' }, { from: '2026-01-01' }))).toBe(1)
    expect(
      tiesOf(
        block({ input: '1' }, { when: { prompt_tokens: { gt: 32000 } } }),
        block({ input: '2' }, { when: { prompt_tokens: { gt: 128000 } } }),
      ),
    ).toBe(1)
    expect(
      tiesOf(
        block({ input: '1' }, { when: { region: ['us', 'eu'] } }),
        block({ input: '2' }, { when: { region: ['eu'] } }),
      ),
    ).toBe(1)
    expect(
      tiesOf(
        block({ input: '1' }, { when: { region: ['us'] } }),
        block({ input: '2' }, { when: { mode: ['thinking'] } }),
      ),
    ).toBe(1)
  })

  it('are none when their times, tiers, lengths or clocks exclude each other, or one is more specific', () => {
    expect(tiesOf(block({ input: '1' }, { to: '2026-01-01' }), block({ input: '2' }, { from: '2026-01-01' }))).toBe(0)
    expect(tiesOf(block({ input: '1' }), block({ input: '2' }, { when: { prompt_tokens: { gt: 200000 } } }))).toBe(0)
    expect(
      tiesOf(
        block({ input: '1' }, { when: { prompt_tokens: { lte: 200000 } } }),
        block({ input: '2' }, { when: { prompt_tokens: { gt: 200000 } } }),
      ),
    ).toBe(0)
    expect(
      tiesOf(
        block({ input: '1' }, { when: { service_tier: ['batch'] } }),
        block({ input: '2' }, { when: { prompt_tokens: { gt: 200000 } } }),
      ),
    ).toBe(0)
    expect(
      tiesOf(
        block({ input: '1' }, { when: { local_time: clock } }),
        block({ input: '2' }, { when: { local_time: { ...clock, negate: true } } }),
      ),
    ).toBe(0)
    expect(tiesOf(block({ input: '1' }), block({ input: '2' }, { from: '2026-01-01', priority: 1 }))).toBe(0)
  })

  it('are a defect among multipliers only when both name the same reason', () => {
    const models = [model('m', [block({ input: '1' })])]
    const us = multiplier('1.1', { when: { region: ['us'] } })
    const both = fileOf('acme', models, { multipliers: [us, multiplier('1.2', { when: { region: ['us', 'eu'] } })] })
    expect(findTies(both.entries).length).toBe(1)
    const apart = fileOf('acme', models, { multipliers: [us, multiplier('2', { when: { speed: ['fast'] } })] })
    expect(findTies(apart.entries).length).toBe(0)
  })
})

describe('a name', () => {
  it('means one model at an instant', () => {
    const prices = [block({ input: '1' })]
    const old = model('v3', prices, { names: [{ name: 'chat', kind: 'exact', to: '2026-04-24' }] })
    const next = model('v4', prices, { names: [{ name: 'chat', kind: 'exact', from: '2026-04-24' }] })
    expect(findNameTies(fileOf('acme', [old, next]).aliases)).toEqual([])
    const early = model('v4', prices, { names: [{ name: 'chat', kind: 'dated', from: '2026-04-23' }] })
    expect(findNameTies(fileOf('acme', [old, early]).aliases).length).toBe(1)
  })
})
