'use client'
/** The cheapest place for every model and project that its project allows; the rules are controls. */
import { useState } from 'react'
import { signedUsd, usdCents } from '../../../lib/core/report/format'
import type { MixView } from '../../../lib/core/report/mix-view'
import type { MixInput } from '../../../lib/core/simulate/scenario'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { ErrorState, Skeleton } from '../kit/states'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { Pill } from './pill'
import { useLive } from './use-live'

const FLOORS = ['', '40', '50', '60', 'today'] as const
const PLACES = ['anywhere', 'not_cn', 'us', 'eu', 'own'] as const
type Floor = (typeof FLOORS)[number]
type Place = (typeof PLACES)[number]
interface Rule {
  readonly floor: Floor
  readonly place: Place
}

const START: Rule = { floor: '50', place: 'anywhere' }

export function MixPanel({ from, until, projects }: { from: string; until: string; projects: readonly string[] }) {
  const [open, setOpen] = useState(false)
  return (
    <Panel title={t.mix.title} note={t.mix.note} className="xl:col-span-2">
      {open ? (
        <Mix from={from} until={until} projects={projects} />
      ) : (
        <Button onClick={() => setOpen(true)}>{t.mix.search}</Button>
      )}
    </Panel>
  )
}

function Mix({ from, until, projects }: { from: string; until: string; projects: readonly string[] }) {
  const [others, setOthers] = useState(START)
  const [own, setOwn] = useState<Readonly<Record<string, Rule>>>({})
  const question: MixInput = {
    baseline: { from, to: until },
    others: ruleText(others),
    projects: Object.entries(own).map(([project, rule]) => ({ project, ...ruleText(rule) })),
  }
  const { answer, refused, pending } = useLive<MixView>('/api/v1/simulate/mix', question, null, {
    answer: null,
    refused: null,
  })
  return (
    <>
      <ul className="mb-4 flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <RuleLine name={t.mix.allProjects} rule={others} onChange={setOthers} />
        {projects.map((project) => (
          <RuleLine
            key={project}
            name={project === '' ? t.whatIf.noProject : project}
            rule={own[project] ?? others}
            onChange={(rule) => setOwn((before) => ({ ...before, [project]: rule }))}
          />
        ))}
      </ul>
      {refused === null ? null : <ErrorState what={refused.message} remedy={refused.remedy ?? undefined} />}
      {answer === null ? (
        refused === null ? (
          <Skeleton className="h-60" label={t.mix.searching} />
        ) : null
      ) : (
        <div aria-busy={pending} className={pending ? 'opacity-60 transition-opacity delay-200' : undefined}>
          <Result mix={answer} />
        </div>
      )}
    </>
  )
}

function ruleText(rule: Rule) {
  const floor = rule.floor === '' ? null : rule.floor === 'today' ? ('today' as const) : rule.floor
  return { quality_floor: floor, residency: rule.place }
}

function RuleLine({ name, rule, onChange }: { name: string; rule: Rule; onChange: (rule: Rule) => void }) {
  return (
    <li className="flex max-w-full flex-wrap items-center gap-1.5">
      <span className="min-w-0 font-medium wrap-anywhere">{name}</span>
      <Pill
        label={t.mix.floorOf(name)}
        value={rule.floor}
        options={FLOORS.map((value) => ({ value, label: t.mix.floors[value] }))}
        onChange={(floor) => onChange({ ...rule, floor: FLOORS.find((one) => one === floor) ?? '' })}
        className="text-sm font-medium"
      />
      <Pill
        label={t.mix.placeOf(name)}
        value={rule.place}
        options={PLACES.map((value) => ({ value, label: t.mix.places[value] }))}
        onChange={(place) => onChange({ ...rule, place: PLACES.find((one) => one === place) ?? 'anywhere' })}
        className="text-sm font-medium"
      />
    </li>
  )
}

function Result({ mix }: { mix: MixView }) {
  const { data_residency: byPlace, quality_floor: byFloor } = mix.forgone_per_month
  return (
    <>
      <p className="mb-3 text-lg">
        {t.mix.answer(usdCents(mix.per_month.saving.likely))}{' '}
        <span className="text-base text-dim">
          {t.whatIf.range(signedUsd(mix.per_month.saving.low), signedUsd(mix.per_month.saving.high))}
        </span>
      </p>
      <DataTable caption={t.mix.title}>
        <thead>
          <tr>
            <HeadCell>{t.whatIf.model}</HeadCell>
            <HeadCell align="right">{t.mix.quality}</HeadCell>
            <HeadCell align="right">{t.whatIf.before}</HeadCell>
            <HeadCell>{t.mix.cheapest}</HeadCell>
            <HeadCell align="right">{t.mix.quality}</HeadCell>
            <HeadCell align="right">{t.whatIf.after}</HeadCell>
            <HeadCell align="right">{t.whatIf.saving}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {mix.lines.map((line) => (
            <tr key={`${line.host}/${line.model}/${line.project ?? ''}`}>
              <RowHead className="max-w-96 wrap-anywhere">
                {line.model} <span className="text-dim">{line.project ?? t.whatIf.noProject}</span>
              </RowHead>
              <Cell align="right">{qualityText(line.quality)}</Cell>
              <Cell align="right">
                <Money amount={line.before_per_month} />
              </Cell>
              <Cell>
                {line.target === null ? (
                  <span className="text-dim">
                    {line.forgone === null ? t.mix.stays : t.mix.staysFor[line.forgone.reason]}
                  </span>
                ) : (
                  <>
                    {line.target.model} <span className="text-dim">{hostName(line.target.host)}</span>
                  </>
                )}
              </Cell>
              <Cell align="right">{line.target === null ? '' : qualityText(line.target.quality)}</Cell>
              <Cell align="right">
                <Money amount={line.after_per_month} />
              </Cell>
              <Cell align="right">{line.target === null ? '' : signedUsd(line.saving_per_month)}</Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="mt-3 text-sm text-dim">
        {t.mix.searched(mix.targets)} {byFloor === '0' ? '' : t.mix.forgoneFloor(usdCents(byFloor))}{' '}
        {byPlace === '0' ? '' : t.mix.forgonePlace(usdCents(byPlace))} {t.mix.index(mix.quality_checked_on)}
      </p>
    </>
  )
}

function qualityText(quality: MixView['lines'][number]['quality']): string {
  return quality.index === null
    ? t.mix.unknownQuality
    : t.mix.qualityText(quality.index.toFixed(0), ((quality.high - quality.low) / 2).toFixed(0), quality.n)
}
