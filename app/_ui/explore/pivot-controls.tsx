'use client'
import { useRouter } from 'next/navigation'
import { PIVOT_GROUPS, PIVOT_MEASURES, type PivotGroup, type PivotMeasure } from '../../../lib/core/report/pivot'
import { type AddressState, addressWith } from '../kit/address'
import { Field, Select } from '../kit/field'
import { t } from '../messages/en'

/** What stands down, across and in the cells; each choice is part of the address. */
export function PivotControls({
  rows,
  columns,
  measure,
  address,
}: {
  rows: PivotGroup
  columns: PivotGroup | null
  measure: PivotMeasure
  address: AddressState
}) {
  const router = useRouter()
  const go = (change: Record<string, string | null>) => router.push(addressWith(address, change), { scroll: false })
  return (
    <div className="mb-4 grid max-w-2xl grid-cols-2 gap-3 sm:grid-cols-3">
      <Field label={t.explore.measure} className="col-span-2 sm:col-span-1">
        {(control) => (
          <Select {...control} value={measure} onChange={(event) => go({ measure: event.target.value })}>
            {PIVOT_MEASURES.map((name) => (
              <option key={name} value={name}>
                {t.explore.measures[name]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t.explore.rows}>
        {(control) => (
          <Select
            {...control}
            value={rows}
            onChange={(event) => {
              // What stands down cannot also stand across: they change places.
              const swapped = event.target.value === columns ? { columns: rows } : {}
              go({ rows: event.target.value, ...swapped })
            }}
          >
            {PIVOT_GROUPS.map((group) => (
              <option key={group} value={group}>
                {t.explore.groups[group]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t.explore.columns}>
        {(control) => (
          <Select {...control} value={columns ?? 'none'} onChange={(event) => go({ columns: event.target.value })}>
            <option value="none">{t.explore.noColumns}</option>
            {PIVOT_GROUPS.filter((group) => group !== rows).map((group) => (
              <option key={group} value={group}>
                {t.explore.groups[group]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
