'use client'
/** The question as a sentence whose blue parts are controls; each writes the address, so back works and a link is the question. */
import { useRouter } from 'next/navigation'
import { type ReactNode, useTransition } from 'react'
import { monthTick } from '../../../lib/core/report/format'
import { type PeriodChoice, shiftMonth } from '../../../lib/core/report/period-choice'
import {
  OWN_PRECISIONS,
  POLICIES,
  REALISM,
  SHARES,
  type WhatIfChoices,
  type WhatIfQuestion,
} from '../../../lib/core/report/what-if-question'
import { type AddressState, addressWith } from '../kit/address'
import { cn } from '../kit/class-name'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

const pill =
  'max-w-full cursor-pointer appearance-none rounded-md bg-accent-soft px-2 py-0.5 font-semibold text-accent [field-sizing:content] hover:underline'

interface Option {
  readonly value: string
  readonly label: string
}

export function QuestionLine({
  question,
  choice,
  choices,
  address,
}: {
  question: WhatIfQuestion
  choice: PeriodChoice
  choices: WhatIfChoices
  address: AddressState
}) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const set = (change: Record<string, string | null>) =>
    start(() => router.push(addressWith(address, change), { scroll: false }))
  const w = t.whatIf
  const own = question.to === 'own'
  return (
    <div
      className={cn('mb-5 flex flex-wrap items-center gap-x-2 gap-y-2.5 text-xl leading-9', pending && 'opacity-70')}
      aria-busy={pending}
    >
      <span>{w.move}</span>
      <Pill
        label={w.controls.share}
        value={question.share}
        options={SHARES.map((share) => ({ value: share, label: w.percent(share) }))}
        onChange={(share) => set({ share })}
      />
      <span>{w.of}</span>
      <Pill
        label={w.controls.model}
        value={question.model ?? ''}
        options={[
          { value: '', label: w.allModels },
          ...choices.models.map(({ host, model }) => ({
            value: `${host}/${model}`,
            label: `${model} · ${hostName(host)}`,
          })),
        ]}
        onChange={(model) => set({ model: model === '' ? null : model })}
      />
      <span>{w.callsOf}</span>
      <Pill
        label={w.controls.project}
        value={question.project === null ? '*' : `=${question.project}`}
        options={[
          { value: '*', label: w.allProjects },
          ...choices.projects.map((project) => ({
            value: `=${project}`,
            label: project === '' ? w.noProject : project,
          })),
        ]}
        onChange={(project) => set({ project: project === '*' ? null : project.slice(1) })}
      />
      <span>{w.inPeriod}</span>
      <Pill
        label={w.controls.period}
        value={`${choice.firstMonth}..${choice.lastMonth}`}
        options={periodOptions(choice)}
        onChange={(period) => set({ period })}
      />
      <span>{w.toTarget}</span>
      <Pill
        label={w.controls.to}
        value={question.to}
        options={[
          { value: 'hosted', label: w.hosted },
          { value: 'own', label: w.own },
        ]}
        onChange={(to) => set({ to })}
      />
      {own ? (
        <OwnParts question={question} choices={choices} set={set} />
      ) : (
        <>
          <span>{w.at}</span>
          <TargetPill question={question} choices={choices} onChange={(target) => set({ target })} />
        </>
      )}
      <span className="sr-only" role="status">
        {pending ? w.updating : ''}
      </span>
    </div>
  )
}

function OwnParts({
  question,
  choices,
  set,
}: {
  question: WhatIfQuestion
  choices: WhatIfChoices
  set: (change: Record<string, string | null>) => void
}) {
  const w = t.whatIf
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }))
  return (
    <>
      <span>{w.with}</span>
      <Pill
        label={w.controls.open}
        value={question.open}
        options={plain(choices.openModels)}
        onChange={(open) => set({ open, precision: null })}
      />
      <span>{w.at}</span>
      <Pill
        label={w.controls.precision}
        value={question.precision}
        options={OWN_PRECISIONS.map((value) => ({ value, label: value.toUpperCase() }))}
        onChange={(precision) => set({ precision })}
      />
      <span>{w.on}</span>
      <Pill
        label={w.controls.gpu}
        value={question.gpu}
        options={plain(choices.gpus)}
        onChange={(gpu) => set({ gpu, rent: null })}
      />
      <Pill
        label={w.controls.acquire}
        value={question.acquire}
        options={[
          { value: 'rent', label: w.rented },
          { value: 'buy', label: w.bought },
        ]}
        onChange={(acquire) => set({ acquire })}
      />
      {question.acquire === 'rent' ? (
        <span className="inline-flex items-center gap-1">
          <span>{w.at} $</span>
          <input
            key={`${question.gpu} ${question.rent}`}
            type="number"
            inputMode="decimal"
            step="0.01"
            min="0"
            max="9999"
            aria-label={w.controls.rent}
            defaultValue={question.rent ?? ''}
            onBlur={(event) => {
              const { value } = event.currentTarget
              if (value !== (question.rent ?? '')) set({ rent: value === '' ? null : value })
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.blur()
            }}
            className={cn(pill, 'w-20 cursor-text')}
          />
          <span>{w.perHour}</span>
        </span>
      ) : null}
      <Pill
        label={w.controls.policy}
        value={question.policy}
        options={POLICIES.map((value) => ({ value, label: w.policies[value] }))}
        onChange={(policy) => set({ policy })}
      />
      <span>{w.tuning}</span>
      <Pill
        label={w.controls.realism}
        value={question.realism}
        options={REALISM.map((value) => ({ value, label: w.realism[value] }))}
        onChange={(realism) => set({ realism })}
      />
    </>
  )
}

function TargetPill({
  question,
  choices,
  onChange,
}: {
  question: WhatIfQuestion
  choices: WhatIfChoices
  onChange: (target: string) => void
}) {
  const hosts = [...new Map(choices.targets.map((target) => [target.host, target.title]))]
  const known = choices.targets.some((target) => `${target.host}/${target.model}` === question.target)
  return (
    <select
      aria-label={t.whatIf.controls.target}
      value={question.target}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={pill}
    >
      {known ? null : <option value={question.target}>{question.target}</option>}
      {hosts.map(([host, title]) => (
        <optgroup key={host} label={title}>
          {choices.targets
            .filter((target) => target.host === host)
            .map((target) => (
              <option key={target.model} value={`${host}/${target.model}`}>
                {target.sold ? target.model : t.whatIf.history(target.model)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  )
}

/** The platform's own select, looking like a part of the sentence. */
function Pill({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: readonly Option[]
  onChange: (value: string) => void
}): ReactNode {
  const known = options.some((option) => option.value === value)
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} className={pill}>
      {known ? null : <option value={value}>{value.replace(/^=/, '')}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

/** The same last month with 1, 3, 6 and 12 months, and the three months before. */
function periodOptions(choice: PeriodChoice): Option[] {
  const { firstMonth, lastMonth } = choice
  const ranges = new Set([`${firstMonth}..${lastMonth}`])
  for (const length of [1, 3, 6, 12]) ranges.add(`${shiftMonth(lastMonth, 1 - length)}..${lastMonth}`)
  ranges.add(`${shiftMonth(lastMonth, -3)}..${shiftMonth(lastMonth, -1)}`)
  return [...ranges].map((text) => {
    const [first = '', last = ''] = text.split('..')
    return { value: text, label: t.whatIf.periods(monthTick(first), monthTick(last)) }
  })
}
