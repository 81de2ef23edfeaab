'use client'
/** The question and its answer, alive: a control changes the address, and the answer follows without leaving the page. */
import { useRouter, useSearchParams } from 'next/navigation'
import { type ReactNode, useMemo, useState } from 'react'
import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import {
  parseQuestion,
  QUESTION_PARAMS,
  scenarioOf,
  type WhatIfChoices,
  type WhatIfQuestion,
} from '../../../lib/core/report/what-if-question'
import { addressWith } from '../kit/address'
import { LinkButton } from '../kit/button'
import { cn } from '../kit/class-name'
import { EmptyState, ErrorState } from '../kit/states'
import { TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { AssumptionsPanel, MonthsPanel, MovedPanel, StaysPanel, TornadoPanel } from './answer-panels'
import { FleetsPanel } from './fleets-panel'
import { FrontierPanel } from './frontier-panel'
import { HoursPanel, type HoursView } from './hours-panel'
import { LoadCostPanel } from './load-cost-panel'
import { MixPanel } from './mix-panel'
import { QuestionLine } from './question-line'
import { SaveReport } from './save-report'
import { SavingPanel } from './saving-panel'
import { type Live, useLive } from './use-live'

const PATH = '/what-if'

export interface LiveWhatIfProps {
  /** What the server answered. */
  readonly question: WhatIfQuestion
  readonly first: Live<SimulationView>
  readonly choice: PeriodChoice
  readonly choices: WhatIfChoices
  /** Hours that count, RFC 3339. */
  readonly from: string
  readonly until: string
  readonly topLine: ReactNode
}

export function LiveWhatIf({ question: firstQuestion, first, choice, choices, from, until, topLine }: LiveWhatIfProps) {
  const router = useRouter()
  const search = useSearchParams()
  const params = useMemo(() => {
    const known: Partial<Record<(typeof QUESTION_PARAMS)[number], string>> = {}
    for (const name of QUESTION_PARAMS) {
      const value = search.get(name)
      if (value !== null) known[name] = value
    }
    return known
  }, [search])
  const question = useMemo(() => parseQuestion(params), [params])
  const period = useMemo(() => ({ startMs: Date.parse(from), endMs: Date.parse(until) }), [from, until])
  const scenario = useMemo(() => scenarioOf(question, period), [question, period])
  // The same calls the other way, for the report to set beside.
  const other = useMemo(
    () => scenarioOf({ ...question, to: question.to === 'hosted' ? 'own' : 'hosted', fine: {} }, period),
    [question, period],
  )
  const firstScenario = useMemo(() => scenarioOf(firstQuestion, period), [firstQuestion, period])
  const { answer, refused, pending } = useLive('/api/v1/simulate', scenario, firstScenario, first)
  const [view, setView] = useState<HoursView>(params.view === 'table' ? 'table' : 'chart')
  const go = (change: Readonly<Record<string, string | null>>, how: 'push' | 'replace') => {
    const address = addressWith({ path: PATH, params }, change)
    if (how === 'push') window.history.pushState(null, '', address)
    else window.history.replaceState(null, '', address)
  }
  return (
    <>
      <TopLine
        left={topLine}
        right={
          <>
            <LinkButton href="/what-if/reports">{t.report.open}</LinkButton>
            {answer === null || refused !== null ? null : <SaveReport scenario={scenario} other={other} />}
          </>
        }
      />
      <h1 className="sr-only">{t.whatIf.title}</h1>
      <QuestionLine
        question={question}
        choice={choice}
        choices={choices}
        pending={pending}
        set={(change, how = 'push') => go(change, how)}
        onPeriod={(chosen) => router.push(addressWith({ path: PATH, params }, { period: chosen }), { scroll: false })}
      />
      {refused === null ? null : (
        <ErrorState
          className="mb-4"
          what={`${t.whatIf.refused} ${refused.message}`}
          remedy={refused.remedy ?? undefined}
        />
      )}
      {answer === null ? null : (
        <div className={cn('transition-opacity delay-200', pending && 'opacity-60')} aria-busy={pending}>
          <Answer
            answer={answer}
            question={question}
            from={from}
            until={until}
            projects={choices.projects}
            view={view}
            onView={(next) => {
              setView(next)
              go({ view: next === 'chart' ? null : next }, 'replace')
            }}
          />
        </div>
      )}
    </>
  )
}

function Answer({
  answer,
  question,
  from,
  until,
  projects,
  view,
  onView,
}: {
  answer: SimulationView
  question: WhatIfQuestion
  from: string
  until: string
  projects: readonly string[]
  view: HoursView
  onView: (view: HoursView) => void
}) {
  const empty = answer.baseline_cost === '0' && answer.moved.length === 0 && answer.cannot_move.length === 0
  if (empty) return <EmptyState title={t.whatIf.emptyPeriod} />
  const hosted = answer.kind === 'hosted'
  const tornado = answer.tornado.length === 0 ? null : <TornadoPanel answer={answer} />
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <SavingPanel answer={answer} question={question} />
      <HoursPanel answer={answer} view={view} onView={onView} />
      {hosted ? <FrontierPanel answer={answer} /> : (tornado ?? <MonthsPanel answer={answer} />)}
      <div className="grid min-w-0 grid-cols-1 content-start gap-4">
        <StaysPanel answer={answer} />
        {answer.moved.length > 0 ? <MovedPanel answer={answer} /> : null}
      </div>
      {hosted ? <MixPanel from={from} until={until} projects={projects} /> : null}
      {tornado === null ? null : (
        <>
          <div className="min-w-0">
            <MonthsPanel answer={answer} />
          </div>
          <div className="min-w-0">
            {hosted ? (
              tornado
            ) : answer.fleets.length > 1 ? (
              <FleetsPanel fleets={answer.fleets} />
            ) : answer.fleet === null ? null : (
              <LoadCostPanel fleet={answer.fleet} />
            )}
          </div>
        </>
      )}
      <div className="min-w-0 xl:col-span-2">
        <AssumptionsPanel answer={answer} />
      </div>
    </div>
  )
}
