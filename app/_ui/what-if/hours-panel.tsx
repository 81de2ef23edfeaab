'use client'
/** When the calls run: for a hosted target against its clock, for own GPUs against their capacity. */
import { useEffect, useState } from 'react'
import { signedUsd, usdCents } from '../../../lib/core/report/format'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Panel } from '../kit/panel'
import { SegmentedButtons } from '../kit/segmented-control'
import { t } from '../messages/en'
import { HeatMap, WeekTable } from './heat-map'
import { WeekChart } from './week-chart'
import { type LocalWeek, localClock, localWeekAt, UTC_WEEK } from './week-text'

export type HoursView = 'chart' | 'table'

export function HoursPanel({
  answer,
  view,
  onView,
}: {
  answer: SimulationView
  view: HoursView
  onView: (view: HoursView) => void
}) {
  const { fleet } = answer
  const own = fleet !== null
  const week = useLocalWeek(answer.to)
  const title = own ? t.whatIf.yourHours : t.whatIf.yourHoursHosted
  return (
    <Panel
      title={title}
      note={noteOf(answer, week.zone)}
      actions={
        <SegmentedButtons
          label={title}
          value={view}
          options={[
            { value: 'chart', label: t.whatIf.showChart },
            { value: 'table', label: t.whatIf.showTable },
          ]}
          onChange={onView}
        />
      }
    >
      {view === 'table' ? (
        <WeekTable hours={answer.hours} week={week} />
      ) : own ? (
        <WeekChart hours={answer.hours} week={week} capacityText={t.ownGpus.fleet(fleet)} />
      ) : (
        <HeatMap hours={answer.hours} week={week} />
      )}
      <OffPeak answer={answer} week={week} />
      {fleet === null ? null : fleet.gpus === 0 ? (
        <p className="mt-3 font-medium">{t.ownGpus.fleet(fleet)}</p>
      ) : (
        <FleetFacts fleet={fleet} />
      )}
    </Panel>
  )
}

/** Of several fleets the first is drawn. */
function noteOf({ fleet, fleets }: SimulationView, zone: string): string {
  if (fleet === null) return t.whatIf.hoursNoteHosted(zone)
  return fleets.length > 1 ? t.whatIf.hoursNoteFirst(`${fleet.model}, ${fleet.gpu}`, zone) : t.whatIf.hoursNoteOwn(zone)
}

/** UTC until the page is alive, then the browser's own zone: the grid keeps its size. */
function useLocalWeek(until: string): LocalWeek {
  const [week, setWeek] = useState(UTC_WEEK)
  useEffect(() => setWeek(localWeekAt(until)), [until])
  return week
}

function OffPeak({ answer, week }: { answer: SimulationView; week: LocalWeek }) {
  const all = answer.off_peak_saving_per_month
  if (all === null || all === '0' || all.startsWith('-')) return null
  return (
    <div className="mt-3 space-y-1">
      {answer.off_peak.slice(0, 3).map((batch) => (
        <p key={`${batch.project ?? ''} ${batch.service_tier}`} className="font-medium">
          {t.whatIf.offPeakBatch(
            batch.project ?? t.whatIf.noProject,
            `${localClock(week, batch.from_hour_utc)}–${localClock(week, batch.to_hour_utc)}`,
            localClock(week, batch.start_hour_utc),
            usdCents(batch.saving_per_month),
          )}
        </p>
      ))}
      <p className="text-dim">{t.whatIf.offPeak(signedUsd(all))}</p>
    </div>
  )
}

function FleetFacts({ fleet }: { fleet: NonNullable<SimulationView['fleet']> }) {
  return (
    <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-dim">
      <Fact name={t.whatIf.utilisation} value={`${(fleet.utilisation * 100).toFixed(0)} %`} />
      {fleet.cost_per_million_output === null ? null : (
        <Fact
          name={t.whatIf.perMillion}
          value={usdCents(fleet.cost_per_million_output)}
          note={
            fleet.cost_per_million_output_full === null
              ? ''
              : t.whatIf.atThat(usdCents(fleet.cost_per_million_output_full))
          }
        />
      )}
      {fleet.cost_per_million_tokens === null ? null : (
        <Fact name={t.whatIf.perMillionAll} value={usdCents(fleet.cost_per_million_tokens)} />
      )}
      {fleet.time_per_output_token_ms === null ? null : (
        <Fact name={t.whatIf.pace} value={t.whatIf.paceText(fleet.time_per_output_token_ms.toFixed(0))} />
      )}
      {fleet.time_to_first_token_ms_rough === null ? null : (
        <Fact
          name={t.whatIf.firstToken}
          value={t.whatIf.firstTokenText((fleet.time_to_first_token_ms_rough / 1000).toFixed(1))}
        />
      )}
      <Fact name={t.whatIf.idle} value={usdCents(fleet.idle_cost_per_month)} note={t.whatIf.perMonth} />
    </dl>
  )
}

function Fact({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div className="flex gap-1.5">
      <dt>{name}</dt>
      <dd>
        <span className="font-semibold text-ink">{value}</span>
        {note === undefined || note === '' ? null : ` ${note}`}
      </dd>
    </div>
  )
}
