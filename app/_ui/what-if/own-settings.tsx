'use client'
/** The finer parts of a question about own GPUs: folded away until somebody wants them, each with what is usual. */
import { type OwnSetting, ownSettingsText } from '../../../lib/core/report/own-settings'
import type { WhatIfQuestion } from '../../../lib/core/report/what-if-question'
import { Field, Input, Select } from '../kit/field'
import { t } from '../messages/en'
import type { SetParams } from './pill'

const SERVICE: readonly OwnSetting[] = ['pace', 'first', 'busiest', 'width', 'node']
const COSTS: readonly OwnSetting[] = ['staff', 'once', 'storage', 'growth', 'discount']
const BUYING: readonly OwnSetting[] = [
  'price',
  'months',
  'interest',
  'residual',
  'kwh',
  'pue',
  'upkeep',
  'colo',
  'hours',
]
const BENCHMARK: readonly OwnSetting[] = ['rate', 'rateGpus', 'rateIn', 'rateOut', 'rateCalls']

export function OwnSettings({ question, set }: { question: WhatIfQuestion; set: SetParams }) {
  const o = t.ownGpus
  const { fine } = question
  const count = Object.keys(fine).length
  const change = (name: OwnSetting, value: string) =>
    set({ fine: ownSettingsText(fine, { [name]: value.trim() === '' ? null : value.trim().replace('−', '-') }) })
  const numbers = (names: readonly OwnSetting[]) =>
    names.map((name) => <NumberField key={name} name={name} value={fine[name] ?? ''} onChange={change} />)
  const choice = (name: OwnSetting, options: readonly (readonly [string, string])[]) => (
    <Field label={o.settings[name].label}>
      {(control) => (
        <Select {...control} value={fine[name] ?? ''} onChange={(event) => change(name, event.currentTarget.value)}>
          {options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
  const bought = question.to === 'local' || question.acquire === 'buy'
  return (
    <details className="mt-3 rounded-md border border-line bg-panel text-sm">
      <summary className="cursor-pointer px-4 py-2 font-medium">{o.fine(count)}</summary>
      <div className="space-y-4 border-t border-line px-4 pt-3 pb-4">
        <Group title={o.groups.service}>
          {numbers(SERVICE)}
          {choice('spare', [
            ['', o.withSpare],
            ['no', o.noSpare],
          ])}
          {bought
            ? null
            : choice('tier', [
                ['', o.onDemand],
                ['reserved', o.reserved],
                ['spot', o.spot],
              ])}
        </Group>
        <Group title={o.groups.costs}>{numbers(COSTS)}</Group>
        {bought ? <Group title={o.groups.buying}>{numbers(BUYING)}</Group> : null}
        <Group title={o.groups.benchmark} note={o.benchmarkNote}>
          {numbers(BENCHMARK)}
          {choice('rateOf', [
            ['', o.outputTokens],
            ['all', o.allTokens],
          ])}
        </Group>
        {count === 0 ? null : (
          <button
            type="button"
            className="text-accent underline underline-offset-3"
            onClick={() => set({ fine: null })}
          >
            {o.reset}
          </button>
        )}
      </div>
    </details>
  )
}

function Group({ title, note, children }: { title: string; note?: string; children: React.ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">{title}</legend>
      {note === undefined ? null : <p className="mb-2 max-w-prose text-dim">{note}</p>}
      <div className="grid grid-cols-1 items-end gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-4 xl:grid-cols-5">
        {children}
      </div>
    </fieldset>
  )
}

function NumberField({
  name,
  value,
  onChange,
}: {
  name: OwnSetting
  value: string
  onChange: (name: OwnSetting, value: string) => void
}) {
  const { label, unit, usual } = t.ownGpus.settings[name]
  return (
    <Field
      label={
        <>
          {label} {unit === '' ? null : <span className="font-normal text-dim">{unit}</span>}
        </>
      }
    >
      {(control) => (
        <Input
          {...control}
          // A value that came with the address, or was taken away, replaces what was typed.
          key={value}
          inputMode="decimal"
          maxLength={16}
          defaultValue={value}
          placeholder={t.ownGpus.usual(usual)}
          onBlur={(event) => {
            if (event.currentTarget.value !== value) onChange(name, event.currentTarget.value)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur()
          }}
        />
      )}
    </Field>
  )
}
