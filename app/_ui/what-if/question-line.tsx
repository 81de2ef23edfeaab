'use client'
/** The question as a sentence whose blue parts are controls; each writes the address, so back works and a link is the question. */
import { useEffect, useRef, useState } from 'react'
import { monthTick } from '../../../lib/core/report/format'
import { type PeriodChoice, shiftMonth } from '../../../lib/core/report/period-choice'
import type { WhatIfChoices, WhatIfQuestion } from '../../../lib/core/report/what-if-question'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { KeptMoves, NarrowLine } from './narrow-line'
import { OwnParts } from './own-parts'
import { OwnSettings } from './own-settings'
import { Pill, type PillOption, type SetParams } from './pill'
import { TargetPill } from './target-pill'

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
  const own = question.to !== 'hosted'
  return (
    <div className="mb-5">
      <KeptMoves question={question} set={set} />
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
            { value: 'local', label: t.ownGpus.local },
          ]}
          // Another kind of target has a usual model and precision of its own.
          onChange={(to) => set({ to, open: null, precision: null })}
        />
        {own ? (
          <OwnParts question={question} choices={choices} set={set} />
        ) : (
          <>
            <span>{w.at}</span>
            <TargetPill
              label={w.controls.target}
              value={question.target}
              targets={choices.targets}
              onChange={(target) => set({ target })}
            />
          </>
        )}
        <span className="sr-only" role="status">
          {pending ? w.updating : ''}
        </span>
      </div>
      <NarrowLine question={question} choices={choices} set={set} />
      {own ? <OwnSettings question={question} set={set} /> : null}
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

/** The same last month with 1, 3, 6 and 12 months, and the three months before. */
function periodOptions(choice: PeriodChoice): PillOption[] {
  const { firstMonth, lastMonth } = choice
  const ranges = new Set([`${firstMonth}..${lastMonth}`])
  for (const length of [1, 3, 6, 12]) ranges.add(`${shiftMonth(lastMonth, 1 - length)}..${lastMonth}`)
  ranges.add(`${shiftMonth(lastMonth, -3)}..${shiftMonth(lastMonth, -1)}`)
  return [...ranges].map((text) => {
    const [first = '', last = ''] = text.split('..')
    return { value: text, label: t.whatIf.periods(monthTick(first), monthTick(last)) }
  })
}
