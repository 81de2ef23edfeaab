import { describe, expect, it } from 'vitest'
import { progressOf, sampleOf } from '../../../lib/core/report/import-progress'
import type { ImportView } from '../../../lib/core/report/import-view'

function view(more: Partial<ImportView>): ImportView {
  return {
    id: 'a',
    no: 1,
    status: 'importing',
    source: 'upload',
    filename: 'usage.csv',
    format: null,
    format_title: null,
    generation: null,
    created_by: 'a@example.test',
    created_at: '2026-11-01T00:00:00Z',
    finished_at: null,
    undone_at: null,
    undone_by: null,
    bytes_total: '1000',
    bytes_received: '1000',
    bytes_read: '0',
    rows_read: '0',
    accepted: '0',
    duplicate: '0',
    rejected: '0',
    restated: '0',
    unpriced: '0',
    set_aside: '0',
    cost: null,
    first_at: null,
    last_at: null,
    problem: null,
    billed: null,
    same_bytes_as: null,
    ...more,
  }
}

describe('progress of an import', () => {
  it('takes speed and time left from two looks, and says neither after one', () => {
    const first = view({ bytes_read: '200', rows_read: '10' })
    expect(progressOf(first, null, 5_000)).toEqual({
      phase: 'importing',
      percent: 20,
      rowsPerSecond: null,
      secondsLeft: null,
    })
    const later = view({ bytes_read: '400', rows_read: '30' })
    expect(progressOf(later, sampleOf(first, 1_000), 3_000)).toEqual({
      phase: 'importing',
      percent: 40,
      rowsPerSecond: '10',
      secondsLeft: 6,
    })
  })

  it('counts the upload first, and knows no percent without a size', () => {
    expect(progressOf(view({ status: 'receiving', bytes_received: '250' }), null, 0).percent).toBe(25)
    expect(progressOf(view({ status: 'receiving', bytes_total: null }), null, 0).percent).toBeNull()
    expect(progressOf(view({ status: 'stored' }), null, 0).phase).toBe('waiting')
  })

  it('says no time left when nothing moves, instead of dividing by zero', () => {
    const still = view({ bytes_read: '200', rows_read: '10' })
    expect(progressOf(still, sampleOf(still, 1_000), 3_000)).toMatchObject({ rowsPerSecond: '0', secondsLeft: null })
  })
})
