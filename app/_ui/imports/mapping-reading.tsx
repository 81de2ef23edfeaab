import { useEffect, useState } from 'react'
import type { MappingDraft } from '../../../lib/core/source/mapping/draft'
import {
  DATE_STYLES,
  type DateStyle,
  type MappingSpec,
  NUMBER_FIELDS,
  NUMBER_STYLES,
  type NumberField,
  type NumberStyle,
} from '../../../lib/core/source/mapping/spec'
import { Field, Input, Select } from '../kit/field'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

interface Asked {
  readonly draft: MappingDraft
  readonly spec: MappingSpec
  readonly onChange: (spec: MappingSpec) => void
}

/** Delimiter, characters, times and numbers as they were decided, each to be changed. */
export function MappingReading({ draft, spec, onChange }: Asked) {
  const asNumber = NUMBER_FIELDS.filter((field) => spec.columns[field] !== undefined)
  return (
    <Panel title={t.mapping.readingTitle} note={t.mapping.readingNote}>
      <div className="grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
        {spec.delimiter === null ? null : (
          <Choice
            label={t.mapping.delimiter}
            value={spec.delimiter}
            options={Object.entries(t.mapping.delimiters)}
            onChange={(value) => onChange({ ...spec, delimiter: value as MappingSpec['delimiter'] })}
          />
        )}
        <Choice
          label={t.mapping.encoding}
          value={spec.encoding}
          options={Object.entries(t.mapping.encodings)}
          onChange={(value) => onChange({ ...spec, encoding: value as MappingSpec['encoding'] })}
        />
        {spec.columns.time === undefined ? null : (
          <>
            <Choice
              label={t.mapping.dates}
              value={spec.dates === null ? '' : spec.dates}
              options={DATE_STYLES.filter((style) => draft.date_fits.includes(style) || style === spec.dates).map(
                (style) => [style, t.mapping.dateStyles[style]],
              )}
              onChange={(value) => onChange({ ...spec, dates: value as DateStyle })}
            />
            {draft.needs_zone ? (
              <ZoneChoice spec={spec} onChange={onChange} />
            ) : (
              <Choice
                label={t.mapping.zone}
                value="told"
                options={[['told', t.mapping.zoneTold]]}
                onChange={() => {}}
              />
            )}
          </>
        )}
        <Choice
          label={t.mapping.row}
          value={spec.row}
          options={Object.entries(t.mapping.rows)}
          onChange={(value) => onChange({ ...spec, row: value as MappingSpec['row'] })}
        />
        {asNumber.map((field) => (
          <NumberChoice key={field} field={field} draft={draft} spec={spec} onChange={onChange} />
        ))}
        {spec.columns.reported_cost === undefined ? null : (
          <Told
            label={t.mapping.currency}
            value={spec.currency}
            isFine={(text) => /^[A-Z]{3}$/.test(text)}
            onChange={(currency) => onChange({ ...spec, currency })}
          />
        )}
        {spec.columns.host === undefined ? (
          <Told
            label={t.mapping.host}
            hint={t.mapping.hostHint}
            value={spec.host === null ? '' : spec.host}
            isFine={() => true}
            onChange={(host) => onChange({ ...spec, host: host === '' ? null : host })}
          />
        ) : null}
        {spec.columns.model === undefined ? (
          <Told
            label={t.mapping.model}
            value={spec.model === null ? '' : spec.model}
            isFine={() => true}
            onChange={(model) => onChange({ ...spec, model: model === '' ? null : model })}
          />
        ) : null}
      </div>
    </Panel>
  )
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: readonly (readonly [value: string, label: string])[]
  onChange: (value: string) => void
}) {
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={value}
          disabled={options.length < 2 && value !== ''}
          onChange={(event) => onChange(event.target.value)}
        >
          {value === '' ? <option value="">{t.mapping.choose}</option> : null}
          {options.map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** The zones this browser knows; its own comes after UTC. */
export function ZoneChoice({ spec, onChange }: Omit<Asked, 'draft'>) {
  const [zones, setZones] = useState<readonly string[]>([])
  useEffect(() => {
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone
    setZones([...new Set([own, ...Intl.supportedValuesOf('timeZone')])].filter((zone) => zone !== 'UTC'))
  }, [])
  const chosen = spec.time_zone === null ? '' : spec.time_zone
  const known = ['UTC', ...zones, ...(chosen === '' || chosen === 'UTC' || zones.includes(chosen) ? [] : [chosen])]
  return (
    <Choice
      label={t.mapping.zone}
      value={chosen}
      options={known.map((zone) => [zone, zone])}
      onChange={(zone) => onChange({ ...spec, time_zone: zone === '' ? null : zone })}
    />
  )
}

export function NumberChoice({ field, draft, spec, onChange }: Asked & { readonly field: NumberField }) {
  const style = spec.numbers[field]
  const found = draft.numbers[field]
  return (
    <Choice
      label={t.mapping.numbersOf(t.mapping.fields[field])}
      value={style === undefined ? '' : style}
      options={NUMBER_STYLES.map((one) => [
        one,
        found === 'none' ? `${t.mapping.numberStyles[one]} (${t.mapping.numberNone})` : t.mapping.numberStyles[one],
      ])}
      onChange={(value) =>
        onChange({ ...spec, numbers: { ...spec.numbers, ...(value === '' ? {} : { [field]: value as NumberStyle }) } })
      }
    />
  )
}

/** A text that counts when the field is left. */
function Told({
  label,
  hint,
  value,
  isFine,
  onChange,
}: {
  label: string
  hint?: string
  value: string
  isFine: (text: string) => boolean
  onChange: (text: string) => void
}) {
  const [text, setText] = useState(value)
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <Input
          {...control}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => {
            if (text !== value && isFine(text)) onChange(text)
          }}
        />
      )}
    </Field>
  )
}
