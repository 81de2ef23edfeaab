'use client'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import {
  type AskedMove,
  alsoText,
  DAY_HOURS,
  LENGTHS,
  type MovePart,
  plainName,
  type WhatIfChoices,
  type WhatIfQuestion,
} from '../../../lib/core/report/what-if-question'
import { t } from '../messages/en'
import { OwnCardsDialog } from './own-cards-dialog'
import { Pill, type SetParams } from './pill'

/** Moves that come before the one being asked. */
export function KeptMoves({ question, set }: { question: WhatIfQuestion; set: SetParams }) {
  if (question.also.length === 0) return null
  return (
    <ul aria-label={t.whatIf.keptMoves} className="mb-2 flex flex-wrap gap-2">
      {question.also.map((part, index) => {
        const text = t.whatIf.keptMove(part.share, partText(part), goalText(part))
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

function goalText(move: AskedMove): string {
  if (move.to === 'hosted') return move.target
  const model = plainName(move.open)
  return move.to === 'local'
    ? t.whatIf.localTarget(model, t.ownGpus.machines[move.machine])
    : t.whatIf.ownTargetOn(model, plainName(move.gpu))
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
export function NarrowLine({
  question,
  choices,
  set,
}: {
  question: WhatIfQuestion
  choices: WhatIfChoices
  set: SetParams
}) {
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
      {question.to !== 'hosted' ? <OwnCards choices={choices} /> : null}
      {question.also.length >= 5 ? null : (
        <button
          type="button"
          className="inline-flex items-center gap-1 rounded-md border border-line px-2 py-0.5 text-ink hover:bg-soft"
          onClick={() =>
            set({
              also: alsoText([...question.also, question]),
              // Of calls that another move takes in part no fleet can be sized, so the next begins with a host.
              to: null,
              model: null,
              project: null,
              key: null,
              tag: null,
              length: null,
              hours: null,
              fine: null,
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

/** The way to the cards that the workspace described itself. */
function OwnCards({ choices }: { choices: WhatIfChoices }) {
  const [open, setOpen] = useState(false)
  if (!choices.mayDescribe) return null
  return (
    <>
      <button
        type="button"
        className="inline-flex items-center gap-1 rounded-md border border-line px-2 py-0.5 text-ink hover:bg-soft"
        onClick={() => setOpen(true)}
      >
        <Plus aria-hidden className="size-3.5" />
        {t.ownGpus.describe}
      </button>
      <OwnCardsDialog open={open} onOpenChange={setOpen} cards={choices.ownCards} />
    </>
  )
}
