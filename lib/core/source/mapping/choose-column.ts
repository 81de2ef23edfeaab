/** A mapping after a person chose another column for a field. */
import { currencyOf } from './currency'
import type { MappedColumn } from './draft'
import type { MappedField, MappingSpec } from './spec'

/**
 * Another column was decided by nobody yet: what was decided for the one before is taken back, and the currency of another
 * cost is what its column tells. `place` is null for a field that the file does not have.
 */
export function withColumn(
  spec: MappingSpec,
  field: MappedField,
  place: number | null,
  columns: readonly MappedColumn[],
): MappingSpec {
  const { [field]: _before, ...others } = spec.columns
  const numbers = Object.fromEntries(Object.entries(spec.numbers).filter(([name]) => name !== field))
  const isCache = field === 'input' || field === 'cache_read' || field === 'cache_write'
  const isReasoning = field === 'output' || field === 'reasoning'
  const cost = field === 'reported_cost' ? columns.find((column) => column.place === place) : undefined
  return {
    ...spec,
    columns: place === null ? others : { ...others, [field]: place },
    numbers,
    ...(field === 'time' ? { dates: null, time_zone: null } : {}),
    ...(isCache ? { input_includes_cache: null } : {}),
    ...(isReasoning ? { output_includes_reasoning: null } : {}),
    ...(cost === undefined
      ? {}
      : { currency: currencyOf({ name: cost.name, values: cost.examples }, columns.map(valuesOf)) }),
  }
}

function valuesOf({ name, examples }: MappedColumn) {
  return { name, values: examples }
}
