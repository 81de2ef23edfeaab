import type { Advice, AdvisorOption, AdvisorProject } from '../../../lib/core/report/advisor-view'
import { countText, dayText, usdCents } from '../../../lib/core/report/format'
import { QUALITY_CHECKED_ON, type QualityIndex } from '../../../lib/core/simulate/advisor/quality-index'
import { Badge } from '../kit/badge'
import { Breadcrumb } from '../kit/breadcrumb'
import { LinkButton } from '../kit/button'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { AnswersForm } from './answers-form'

const w = t.advisor

export function EmptyAdvisor() {
  return (
    <>
      <h1 className="sr-only">{w.title}</h1>
      <EmptyState
        title={w.empty}
        action={
          <LinkButton tone="primary" href="/imports">
            {w.emptyAction}
          </LinkButton>
        }
      >
        {w.emptyText}
      </EmptyState>
    </>
  )
}

/** Columns that a phone has no room for: what they say stands under the project or the model there. */
const wide = 'hidden md:table-cell'

const projectName = (project: string) => (project === '' ? w.noProject : project)
const projectLink = (project: string) => `/advisor?project=${encodeURIComponent(project)}`

/** The decision tree of open or closed: all projects, or one with its questions, its advice and every candidate. */
export function AdvisorScreen({
  from,
  until,
  projects,
  advice,
  mayAnswer,
}: {
  from: string
  until: string
  projects: readonly AdvisorProject[]
  advice: Advice | null
  mayAnswer: boolean
}) {
  const period = w.period(dayText(from), dayText(until))
  if (advice === null) {
    return (
      <>
        <TopLine left={period} />
        <ScreenTitle sentence={w.sentence} />
        <Panel>
          <DataTable caption={w.title}>
            <thead>
              <tr>
                <HeadCell>{w.project}</HeadCell>
                <HeadCell align="right">{w.spend}</HeadCell>
                <HeadCell className={wide}>{w.advice}</HeadCell>
              </tr>
            </thead>
            <tbody>
              {projects.map((project) => (
                <tr key={project.project}>
                  <RowHead className="min-w-28 max-w-96">
                    <Link
                      href={projectLink(project.project)}
                      className="wrap-anywhere text-accent underline underline-offset-3"
                    >
                      {projectName(project.project)}
                    </Link>
                    <span className="block text-dim md:hidden">{resultText(project)}</span>
                  </RowHead>
                  <Cell align="right">
                    <Money amount={project.spend} />
                  </Cell>
                  <Cell className={cn(wide, project.decision.state === 'asks' && 'text-dim')}>
                    {resultText(project)}
                  </Cell>
                </tr>
              ))}
            </tbody>
          </DataTable>
        </Panel>
      </>
    )
  }
  const { project, chosen, options } = advice
  const { decision } = project
  return (
    <>
      <TopLine
        left={<Breadcrumb trail={[{ href: '/advisor', label: w.title }]} here={projectName(project.project)} />}
      />
      <ScreenTitle
        sentence={w.adviceFor(projectName(project.project), adviceTitle(advice))}
        context={
          chosen === null
            ? decision.state === 'decided'
              ? decision.results.includes('no_model')
                ? w.noModelText
                : w.noneFits
              : w.hints[decision.question]
            : [
                w.onModel(chosen.model, whereText(chosen)),
                ...(chosen.cost === null ? [] : [w.monthly(usdCents(chosen.cost.likely))]),
                w.insteadOf(usdCents(project.spend)),
              ].join(' · ')
        }
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
        <Panel title={w.answersTitle(projectName(project.project))} note={w.answersNote}>
          <AnswersForm key={project.project} project={project} mayAnswer={mayAnswer} />
        </Panel>
        <Panel title={w.optionsTitle} note={`${w.optionsNote}. ${period}.`}>
          <OptionsTable options={options} chosen={chosen} />
          <h3 className="mt-4 mb-1 text-sm font-semibold">{w.notesTitle}</h3>
          <ul className="list-disc space-y-1 pl-4 text-sm text-dim">
            {[...new Set(options.flatMap((option) => option.notes))].map((note) => (
              <li key={note}>{w.notes[note]}</li>
            ))}
            <li>{w.qualityNote(dayText(QUALITY_CHECKED_ON))}</li>
          </ul>
        </Panel>
      </div>
    </>
  )
}

function resultText({ decision }: AdvisorProject): string {
  return decision.state === 'asks'
    ? w.next(w.questions[decision.question])
    : decision.results.map((result) => w.results[result]).join(w.or)
}

function adviceTitle({ project, chosen }: Advice): string {
  if (chosen !== null) return w.results[chosen.kind]
  return project.decision.state === 'asks' ? w.asksNext(w.questions[project.decision.question]) : resultText(project)
}

function whereText(option: AdvisorOption): string {
  return option.kind === 'self_host' ? option.where : hostName(option.where)
}

function OptionsTable({ options, chosen }: { options: readonly AdvisorOption[]; chosen: AdvisorOption | null }) {
  return (
    <DataTable caption={w.optionsTitle}>
      <thead>
        <tr>
          <HeadCell>{w.model}</HeadCell>
          <HeadCell className={wide}>{w.kind}</HeadCell>
          <HeadCell align="right">{w.cost}</HeadCell>
          <HeadCell>{w.quality}</HeadCell>
          <HeadCell>{w.licence}</HeadCell>
          <HeadCell align="right">{w.context}</HeadCell>
          <HeadCell align="right">{w.vram}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {options.map((option) => (
          <tr key={option.question} className={option === chosen ? 'bg-accent-soft' : undefined}>
            <RowHead className="min-w-32 wrap-anywhere md:min-w-44">
              <Link href={option.question} className="text-accent hover:underline" title={w.inWhatIf}>
                {option.model}
              </Link>{' '}
              {option === chosen ? <Badge tone="good">{w.chosen}</Badge> : null}
              {option.belowFloor ? <Badge tone="warn">{w.belowFloor}</Badge> : null}
              <span className="block text-xs text-dim">{whereText(option)}</span>
              <span className="block text-xs text-dim md:hidden">{w.results[option.kind]}</span>
            </RowHead>
            <Cell className={cn(wide, 'text-dim')}>{w.results[option.kind]}</Cell>
            <Cell align="right">
              {option.cost === null ? (
                <span className="block max-w-48 text-xs whitespace-normal text-warn">{option.refused}</span>
              ) : (
                <>
                  <Money amount={option.cost.likely} />
                  <span className="block text-xs whitespace-normal text-dim md:whitespace-nowrap">
                    {t.report.band(usdCents(option.cost.low), usdCents(option.cost.high))}
                  </span>
                  {option.stays === '0' ? null : (
                    <span className="block text-xs text-dim">{w.staysText(countText(option.stays))}</span>
                  )}
                </>
              )}
            </Cell>
            <Cell>
              <Quality quality={option.quality} />
            </Cell>
            <Cell>{option.licence ?? (option.kind === 'closed_api' ? w.proprietary : w.unknown)}</Cell>
            <Cell align="right">
              {option.contextTokens === null ? w.unknown : countText(String(option.contextTokens))}
            </Cell>
            <Cell align="right">{option.weightsGb === null ? w.unknown : w.gb(option.weightsGb.toFixed(0))}</Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

function Quality({ quality }: { quality: QualityIndex }) {
  return quality.value === null ? (
    <span className="text-dim">
      {w.insufficient}
      <span className="block text-xs">{w.onlyN(quality.benchmarks)}</span>
    </span>
  ) : (
    <>
      <span className="whitespace-nowrap">{w.index(quality.value.index, quality.value.low, quality.value.high)}</span>
      <span className="block text-xs text-dim">
        {w.benchmarks(quality.benchmarks, quality.selfReported, quality.scores)}
      </span>
    </>
  )
}
