'use client'
/** The question as a sentence whose blue parts are controls; each writes the address, so back works and a link is the question. */
import { Plus, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { monthTick } from '../../../lib/core/report/format'
import { type PeriodChoice, shiftMonth } from '../../../lib/core/report/period-choice'
import {
  alsoText,
  DAY_HOURS,
  LENGTHS,
  type MovePart,
  OWN_PRECISIONS,
  POLICIES,
  REALISM,
  type WhatIfChoices,
  type WhatIfQuestion,
} from '../../../lib/core/report/what-if-question'
import { cn } from '../kit/class-name'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

const pill =
  'max-w-full cursor-pointer appearance-none rounded-md bg-accent-soft px-2 py-0.5 font-semibold text-accent [field-sizing:content] hover:underline'

interface Option {
  readonly value: string
  readonly label: string
}

/** Writes parameters of the address; null takes one away. `replace` is for what follows a hand on a slider. */
type SetParams = (change: Readonly<Record<string, string | null>>, how?: 'push' | 'replace') => void

export function QuestionLine({
  question,
  choice,
  choices,
  pending,
  set,
  onPeriod,
}: {
  question: WhatIfQuestion
  choice: PeriodChoice
  choices: WhatIfChoices
  pending: boolean
  set: SetParams
  onPeriod: (period: string) => void
}) {
  const w = t.whatIf
  const own = question.to === 'own'
  return (
    <div className="mb-5">
      {own ? null : <KeptMoves question={question} set={set} />}
      <div className="flex flex-wrap items-center gap-x-2 gap-y-2.5 text-xl leading-9">
        <span>{w.move}</span>
        <ShareSlider share={question.share} set={set} />
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
          onChange={onPeriod}
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
      <NarrowLine question={question} choices={choices} set={set} />
    </div>
  )
}

/** The share as a slider; the address follows once the hand rests. */
function ShareSlider({ share, set }: { share: string; set: SetParams }) {
  const [shown, setShown] = useState(share)
  const [known, setKnown] = useState(share)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // The address changed under the slider: back, or a link.
  if (known !== share) {
    setKnown(share)
    setShown(share)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <span className="inline-flex items-center gap-2 rounded-md bg-accent-soft px-2 font-semibold text-accent">
      <span className="w-15 text-right tabular-nums">{t.whatIf.percent(shown)}</span>
      <input
        type="range"
        min="1"
        max="100"
        value={shown}
        aria-label={t.whatIf.controls.share}
        aria-valuetext={t.whatIf.percent(shown)}
        onChange={(event) => {
          const { value } = event.currentTarget
          setShown(value)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => set({ share: value }, 'replace'), 80)
        }}
        className="w-28 cursor-pointer accent-(--accent) sm:w-36"
      />
    </span>
  )
}

/** Moves that come before the one being asked. */
function KeptMoves({ question, set }: { question: WhatIfQuestion; set: SetParams }) {
  if (question.also.length === 0) return null
  return (
    <ul aria-label={t.whatIf.keptMoves} className="mb-2 flex flex-wrap gap-2">
      {question.also.map((part, index) => {
        const text = t.whatIf.keptMove(part.share, partText(part), part.target)
        return (
          <li
            key={text}
            className="inline-flex max-w-full items-center gap-2 rounded-md border border-line bg-panel py-0.5 pr-1 pl-2 text-sm"
          >
            <span className="min-w-0 break-words">{text}</span>
            <button
              type="button"
              aria-label={t.whatIf.dropMove(text)}
              className="rounded-sm p-1 text-dim hover:text-ink"
              onClick={() => set({ also: alsoText(question.also.filter((_, place) => place !== index)) })}
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function partText(part: MovePart): string {
  const w = t.whatIf
  return [
    part.model === null ? w.allModels : part.model.slice(part.model.indexOf('/') + 1),
    ...(part.project === null ? [] : [part.project === '' ? w.noProject : part.project]),
    ...(part.key === null ? [] : [part.key]),
    ...(part.tag === null ? [] : [part.tag]),
    ...(part.length === null ? [] : [w.lengths[part.length]]),
    ...(part.hours === null ? [] : [w.hoursOption(part.hours)]),
  ].join(' · ')
}

/** Which of those calls: by key, tag, prompt length and hour; and a further move. */
function NarrowLine({ question, choices, set }: { question: WhatIfQuestion; choices: WhatIfChoices; set: SetParams }) {
  const w = t.whatIf
  const small = 'text-sm font-medium'
  const plain = (values: readonly string[], all: string) => [
    { value: '', label: all },
    ...values.map((value) => ({ value, label: value })),
  ]
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-2 text-sm text-dim">
      <span>{w.only}</span>
      {choices.keys.length === 0 ? null : (
        <Pill
          label={w.controls.key}
          value={question.key ?? ''}
          options={plain(choices.keys, w.anyKey)}
          onChange={(key) => set({ key: key === '' ? null : key })}
          className={small}
        />
      )}
      {choices.tags.length === 0 ? null : (
        <Pill
          label={w.controls.tag}
          value={question.tag ?? ''}
          options={plain(choices.tags, w.anyTag)}
          onChange={(tag) => set({ tag: tag === '' ? null : tag })}
          className={small}
        />
      )}
      <Pill
        label={w.controls.length}
        value={question.length ?? ''}
        options={[
          { value: '', label: w.anyLength },
          ...LENGTHS.map((length) => ({ value: length, label: w.lengths[length] })),
        ]}
        onChange={(length) => set({ length: length === '' ? null : length })}
        className={small}
      />
      <Pill
        label={w.controls.hours}
        value={question.hours ?? ''}
        options={[
          { value: '', label: w.anyHour },
          ...DAY_HOURS.map((hours) => ({ value: hours, label: w.hoursOption(hours) })),
        ]}
        onChange={(hours) =>
          set(
            hours === ''
              ? { hours: null, zone: null }
              : { hours, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
          )
        }
        className={small}
      />
      {question.to === 'own' || question.also.length >= 5 ? null : (
        <button
          type="button"
          className="inline-flex items-center gap-1 rounded-md border border-line px-2 py-0.5 text-ink hover:bg-soft"
          onClick={() =>
            set({
              also: alsoText([...question.also, question]),
              model: null,
              project: null,
              key: null,
              tag: null,
              length: null,
              hours: null,
            })
          }
        >
          <Plus aria-hidden className="size-3.5" />
          {w.addMove}
        </button>
      )}
    </div>
  )
}

function OwnParts({ question, choices, set }: { question: WhatIfQuestion; choices: WhatIfChoices; set: SetParams }) {
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
  className,
}: {
  label: string
  value: string
  options: readonly Option[]
  onChange: (value: string) => void
  className?: string
}): ReactNode {
  const known = options.some((option) => option.value === value)
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={cn(pill, className)}
    >
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
