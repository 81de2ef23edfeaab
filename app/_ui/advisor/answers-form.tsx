'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { AdvisorProject } from '../../../lib/core/report/advisor-view'
import { dayText, usdCents } from '../../../lib/core/report/format'
import type { AdvisorQuestion } from '../../../lib/core/simulate/advisor/decide'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Field, Input } from '../kit/field'
import { t } from '../messages/en'

const w = t.advisor
const ASKED = ['needs_ai', 'may_leave', 'best_quality'] as const

/** The questions of one project; what the data answers says so and can be overruled. */
export function AnswersForm({ project, mayAnswer }: { project: AdvisorProject; mayAnswer: boolean }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const { answers, answered, decision } = project
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const choice = (name: string) => (text(name) === '' ? null : text(name) === 'yes')
    setBusy(true)
    const reply = await ask('POST', '/api/v1/advisor', {
      project: project.project,
      answers: {
        needs_ai: choice('needs_ai'),
        may_leave: choice('may_leave'),
        best_quality: choice('best_quality'),
        quality_floor: text('quality_floor') === '' ? null : Number.parseInt(text('quality_floor'), 10),
        monthly_budget: text('monthly_budget') === '' ? null : text('monthly_budget'),
      },
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (reply.ok) router.refresh()
  }
  const budget = decision.steps.find((step) => step.question === 'budget')
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      {ASKED.map((name) => (
        <YesNo key={name} name={name} value={answers[name]} disabled={!mayAnswer} />
      ))}
      <Field
        label={
          budget === undefined
            ? w.questions.budget
            : `${w.questions.budget} ${budget.yes ? w.yes : w.no}${budget.fromData ? `, ${w.fromData}` : ''}`
        }
        hint={w.budgetHint(usdCents(project.spend))}
      >
        {(control) => (
          <Input
            {...control}
            name="monthly_budget"
            inputMode="decimal"
            placeholder={w.budgetField}
            defaultValue={answers.monthly_budget ?? ''}
            disabled={!mayAnswer}
          />
        )}
      </Field>
      <Field label={w.floor} hint={w.floorHint}>
        {(control) => (
          <Input
            {...control}
            name="quality_floor"
            type="number"
            min={0}
            max={100}
            defaultValue={answers.quality_floor ?? ''}
            disabled={!mayAnswer}
          />
        )}
      </Field>
      {why === null ? null : (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        {mayAnswer ? (
          <Button type="submit" tone="primary" busy={busy}>
            {w.save}
          </Button>
        ) : null}
        {answered === null ? null : <p className="text-xs text-dim">{w.savedBy(answered.by, dayText(answered.at))}</p>}
      </div>
    </form>
  )
}

function YesNo({
  name,
  value,
  disabled,
}: {
  name: Exclude<AdvisorQuestion, 'budget'>
  value: boolean | null
  disabled: boolean
}) {
  return (
    <fieldset disabled={disabled}>
      <legend className="text-sm font-medium">{w.questions[name]}</legend>
      <p className="mb-1 text-xs text-dim">{w.hints[name]}</p>
      <div className="flex flex-wrap gap-4">
        {(
          [
            ['yes', w.yes, value === true],
            ['no', w.no, value === false],
            ['', w.unanswered, value === null],
          ] as const
        ).map(([code, label, checked]) => (
          <label key={code} className="flex items-center gap-1.5 text-base">
            <input
              type="radio"
              name={name}
              value={code}
              defaultChecked={checked}
              className="size-4 accent-(--accent)"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
