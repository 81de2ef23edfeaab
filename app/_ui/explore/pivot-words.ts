/** How the keys and values of a pivot read, and where they lead. */
import { countText, fineUsd, monthName, monthTick, percentOfMyriad, usdCents } from '../../../lib/core/report/format'
import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import {
  MEASURE_UNIT,
  PIVOT_DIMENSIONS,
  type PivotGroup,
  type PivotKey,
  type PivotMeasure,
} from '../../../lib/core/report/pivot'
import { type AddressState, addressWith } from '../kit/address'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

export function keyName(group: PivotGroup, key: PivotKey, style: 'long' | 'short' = 'long'): string {
  if (key.isOther) return t.explore.other(key.keys)
  if (key.key === null) return t.explore.noneOf(group)
  if (group === 'month') return style === 'short' ? monthTick(key.key) : monthName(key.key)
  return group === 'host' ? hostName(key.key) : key.key
}

export function valueText(measure: PivotMeasure, value: string): string {
  const unit = MEASURE_UNIT[measure]
  if (unit === 'count') return countText(value)
  if (unit === 'myriad') return percentOfMyriad(Number.parseInt(value, 10))
  return measure === 'cost' ? usdCents(value) : fineUsd(value)
}

/** A key of one side of the table: what a cell of it is narrowed to. */
export interface Side {
  readonly group: PivotGroup
  readonly key: PivotKey
}

/** The calls behind a cell; null where it sums keys that are not shown. */
export function cellCalls(address: AddressState, choice: PeriodChoice, sides: readonly Side[]): string | null {
  const query = new URLSearchParams({ period: `${choice.firstMonth}..${choice.lastMonth}` })
  for (const dimension of PIVOT_DIMENSIONS) {
    const value = address.params[dimension]
    if (value !== undefined) query.set(dimension, value)
  }
  for (const { group, key } of sides) {
    if (key.isOther) return null
    if (group !== 'month') query.set(group, key.key ?? '')
    else if (key.key !== null) query.set('period', `${key.key}..${key.key}`)
  }
  return `/calls?${query}`
}

/** The same table of one key alone; its side then shows the next dimension that is not narrowed. Null for a sum of keys. */
export function narrowedTo(
  address: AddressState,
  side: Side,
  name: 'rows' | 'columns',
  other: PivotGroup | null,
): string | null {
  const { group, key } = side
  if (key.isOther) return null
  if (group === 'month') return key.key === null ? null : addressWith(address, { period: `${key.key}..${key.key}` })
  const params = { ...address.params, [group]: key.key ?? '' }
  const next = PIVOT_DIMENSIONS.find((one) => !(one in params) && one !== other)
  return addressWith({ path: address.path, params }, next === undefined ? {} : { [name]: next })
}
