import { withColumn } from '../../../lib/core/source/mapping/choose-column'
import type { MappedColumn } from '../../../lib/core/source/mapping/draft'
import { MAPPED_FIELDS, type MappingSpec } from '../../../lib/core/source/mapping/spec'
import { Field, Select } from '../kit/field'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

/** Which column is what, each with values as they stand in the file. */
export function MappingColumns({
  columns,
  spec,
  onChange,
}: {
  columns: readonly MappedColumn[]
  spec: MappingSpec
  onChange: (spec: MappingSpec) => void
}) {
  return (
    <Panel title={t.mapping.columnsTitle} note={t.mapping.columnsNote}>
      <div className="grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
        {MAPPED_FIELDS.map((field) => {
          const place = spec.columns[field]
          const chosen = place === undefined ? undefined : columns.find((column) => column.place === place)
          return (
            <Field
              key={field}
              label={t.mapping.fields[field]}
              hint={
                <span className="block truncate font-mono">
                  {chosen === undefined || chosen.examples.length === 0
                    ? t.mapping.noColumn
                    : chosen.examples.join(' · ')}
                </span>
              }
            >
              {(control) => (
                <Select
                  {...control}
                  value={place === undefined ? '' : String(place)}
                  onChange={({ target: { value } }) =>
                    onChange(withColumn(spec, field, value === '' ? null : Number.parseInt(value, 10), columns))
                  }
                >
                  <option value="">{t.mapping.notThere}</option>
                  {columns.map((column) => (
                    <option key={column.place} value={column.place}>
                      {column.name === '' ? `#${column.place + 1}` : column.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )
        })}
      </div>
    </Panel>
  )
}
