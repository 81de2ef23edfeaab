import { countText } from '../../../lib/core/report/format'
import type { MappingDraft } from '../../../lib/core/source/mapping/draft'
import { type DateStyle, type MappingSpec, NUMBER_FIELDS, type Question } from '../../../lib/core/source/mapping/spec'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { SegmentedButtons } from '../kit/segmented-control'
import { t } from '../messages/en'
import { NumberChoice, ZoneChoice } from './mapping-reading'

interface Asked {
  readonly draft: MappingDraft
  readonly spec: MappingSpec
  readonly onChange: (spec: MappingSpec) => void
}

/** What only a person can decide, each with the values it is about. */
export function MappingQuestions({ draft, spec, onChange }: Asked) {
  const { questions } = draft
  const cacheAsked = draft.worked !== null && spec.columns.input !== undefined
  const isOpen = questions.length > 0
  // The answer to the cache stays in sight: it moves the most money.
  const others = questions.filter(({ code }) => code !== 'INPUT_INCLUDES_CACHE' || !cacheAsked)
  return (
    <Panel
      title={t.mapping.questionsTitle}
      note={isOpen ? t.mapping.questionsNote : t.mapping.allAnswered}
      {...(isOpen ? { className: 'border-warn/50' } : {})}
    >
      <ul className="flex flex-col gap-4">
        {cacheAsked ? (
          <li>
            <CacheQuestion draft={draft} spec={spec} onChange={onChange} />
          </li>
        ) : null}
        {others.map((question) => (
          <li key={`${question.code} ${question.field}`}>
            <p className="font-medium">
              {t.mapping.questions[question.code]} <Examples draft={draft} question={question} spec={spec} />
            </p>
            <Control question={question} draft={draft} spec={spec} onChange={onChange} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Examples({ draft, question, spec }: { draft: MappingDraft; question: Question; spec: MappingSpec }) {
  const place = question.field === null ? undefined : spec.columns[question.field]
  const column = draft.columns.find((one) => one.place === place)
  if (column === undefined || column.examples.length === 0) return null
  return (
    <span className="font-mono text-sm font-normal text-dim">
      {column.name}: {column.examples.join(' · ')}
    </span>
  )
}

function Control({ question, draft, spec, onChange }: Asked & { readonly question: Question }) {
  if (question.code === 'DATE_ORDER') {
    return (
      <SegmentedButtons<DateStyle | ''>
        label={t.mapping.questions.DATE_ORDER}
        value=""
        options={draft.date_fits.map((style) => ({ value: style, label: t.mapping.dateStyles[style] }))}
        onChange={(style) => {
          if (style !== '') onChange({ ...spec, dates: style })
        }}
        className="mt-1.5"
      />
    )
  }
  if (question.code === 'TIME_ZONE') {
    return (
      <div className="mt-1.5 max-w-80">
        <ZoneChoice spec={spec} onChange={onChange} />
      </div>
    )
  }
  if (question.code === 'NUMBER_STYLE') {
    const field = NUMBER_FIELDS.find((name) => name === question.field)
    return field === undefined ? null : (
      <div className="mt-1.5 max-w-80">
        <NumberChoice field={field} draft={draft} spec={spec} onChange={onChange} />
      </div>
    )
  }
  if (question.code === 'OUTPUT_INCLUDES_REASONING' || question.code === 'INPUT_INCLUDES_CACHE') {
    const isCache = question.code === 'INPUT_INCLUDES_CACHE'
    return (
      <SegmentedButtons<'yes' | 'no' | ''>
        label={t.mapping.questions[question.code]}
        value=""
        options={[
          { value: 'yes', label: isCache ? t.mapping.includes : t.mapping.reasoningIn },
          { value: 'no', label: isCache ? t.mapping.excludes : t.mapping.reasoningOut },
        ]}
        onChange={(value) =>
          onChange({ ...spec, [isCache ? 'input_includes_cache' : 'output_includes_reasoning']: value === 'yes' })
        }
        className="mt-1.5"
      />
    )
  }
  return null
}

/** Whether input includes the cache, with one row of the file worked out for both answers. */
function CacheQuestion({ draft, spec, onChange }: Asked) {
  const { worked } = draft
  if (worked === null) return null
  const { includes, excludes } = worked
  const answer = spec.input_includes_cache
  return (
    <fieldset>
      <legend className="font-medium">{t.mapping.questions.INPUT_INCLUDES_CACHE}</legend>
      <p className="text-sm text-dim">
        {t.mapping.cacheWorked(worked.line, countText(worked.input), countText(worked.cached))}{' '}
        {draft.cache_exceeds_input ? t.mapping.cacheShown : ''}
      </p>
      <div className="mt-2 grid grid-cols-1 gap-2 sm:max-w-180 sm:grid-cols-2">
        <CacheAnswer
          label={t.mapping.includes}
          means={includes === null ? t.mapping.impossible : t.mapping.includesMeans(countText(includes.uncached))}
          cost={includes === null ? null : includes.cost}
          checked={answer === true}
          disabled={includes === null || draft.cache_exceeds_input}
          onChoose={() => onChange({ ...spec, input_includes_cache: true })}
        />
        <CacheAnswer
          label={t.mapping.excludes}
          means={t.mapping.excludesMeans(countText(excludes.uncached))}
          cost={excludes.cost}
          checked={answer === false}
          disabled={false}
          onChoose={() => onChange({ ...spec, input_includes_cache: false })}
        />
      </div>
    </fieldset>
  )
}

function CacheAnswer({
  label,
  means,
  cost,
  checked,
  disabled,
  onChoose,
}: {
  label: string
  means: string
  cost: string | null
  checked: boolean
  disabled: boolean
  onChoose: () => void
}) {
  return (
    <label className="flex items-start gap-2.5 rounded-md border border-line-strong/60 p-3 has-checked:border-accent has-checked:bg-soft">
      <input
        type="radio"
        name="input-includes-cache"
        className="mt-1 accent-(--accent)"
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
      />
      <span>
        <span className="block font-medium">{label}</span>
        <span className="block text-sm text-dim">
          {means}; {t.mapping.worth} {cost === null ? t.mapping.noPrice : <Money amount={cost} as="fine" />}
        </span>
      </span>
    </label>
  )
}
