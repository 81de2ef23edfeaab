'use client'
import {
  OWN_CARD,
  OWN_PRECISIONS,
  POLICIES,
  REALISM,
  type WhatIfChoices,
  type WhatIfQuestion,
} from '../../../lib/core/report/what-if-question'
import { LOCAL_MACHINES, LOCAL_RUNTIMES } from '../../../lib/core/simulate/local-machine'
import { cn } from '../kit/class-name'
import { t } from '../messages/en'
import { Pill, type PillOption, pillClass, type SetParams } from './pill'
import { TargetPill } from './target-pill'

/** The parts of the question that are about own GPUs. */
export function OwnParts({
  question,
  choices,
  set,
}: {
  question: WhatIfQuestion
  choices: WhatIfChoices
  set: SetParams
}) {
  const w = t.whatIf
  return (
    <>
      <span>{w.with}</span>
      <Pill
        label={w.controls.open}
        value={question.open}
        options={named(choices, 'model', choices.openModels)}
        onChange={(open) => set({ open, precision: null })}
      />
      <span>{w.at}</span>
      <Pill
        label={w.controls.precision}
        value={question.precision}
        options={OWN_PRECISIONS.map((value) => ({ value, label: value.toUpperCase() }))}
        onChange={(precision) => set({ precision })}
      />
      {question.to === 'local' ? (
        <LocalParts question={question} set={set} />
      ) : (
        <FleetParts {...{ question, choices, set }} />
      )}
    </>
  )
}

/** The workspace's own cards first. */
function named(choices: WhatIfChoices, kind: 'model' | 'gpu', names: readonly string[]): PillOption[] {
  const own = choices.ownCards
    .filter((card) => card.kind === kind)
    .map(({ name }) => ({ value: `${OWN_CARD}${name}`, label: `${name} · ${t.ownGpus.yours}` }))
  return [...own, ...names.map((value) => ({ value, label: value }))]
}

function LocalParts({ question, set }: { question: WhatIfQuestion; set: SetParams }) {
  const o = t.ownGpus
  return (
    <>
      <span>{t.whatIf.on}</span>
      <Pill
        label={o.machine}
        value={question.machine}
        options={LOCAL_MACHINES.map((value) => ({ value, label: o.machines[value] }))}
        onChange={(machine) => set({ machine })}
      />
      <span>{o.under}</span>
      <Pill
        label={o.runtime}
        value={question.runtime}
        options={LOCAL_RUNTIMES.map((value) => ({ value, label: o.runtimes[value] }))}
        onChange={(runtime) => set({ runtime })}
      />
    </>
  )
}

function FleetParts({ question, choices, set }: { question: WhatIfQuestion; choices: WhatIfChoices; set: SetParams }) {
  const w = t.whatIf
  return (
    <>
      <span>{w.on}</span>
      <Pill
        label={w.controls.gpu}
        value={question.gpu}
        options={named(choices, 'gpu', choices.gpus)}
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
            className={cn(pillClass, 'w-20 cursor-text')}
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
      {question.policy === 'floor_spillover' ? (
        <>
          <span>{w.spillTo}</span>
          <TargetPill
            label={w.controls.spill}
            value={question.spill ?? ''}
            targets={choices.targets}
            none={w.spillToday}
            onChange={(spill) => set({ spill: spill === '' ? null : spill })}
          />
        </>
      ) : null}
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
