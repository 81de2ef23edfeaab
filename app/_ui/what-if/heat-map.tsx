'use client'
/** The week of the moved calls, weekday by hour in the viewer's own time, with the target's dear hours outlined. */
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { t } from '../messages/en'
import { clockText, type LocalWeek, localName, localSlot, rateText } from './week-text'

type Hours = SimulationView['hours']

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

export function HeatMap({ hours, week }: { hours: Hours; week: LocalWeek }) {
  const most = Math.max(...hours.average_week, 0)
  const busiest = hours.average_week.indexOf(most)
  const summary = t.whatIf.heatSummary(rateText(most), slotText(week, busiest), hours.dear.filter(Boolean).length)
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div aria-hidden className="grid grid-cols-[2.25rem_repeat(24,minmax(0,1fr))] gap-px sm:gap-0.5">
        {t.whatIf.weekdays.map((day, weekday) => (
          <Day key={day} day={day} weekday={weekday} hours={hours} most={most} week={week} />
        ))}
        <span />
        {HOURS.map((hour) => (
          <span key={hour} className="overflow-visible whitespace-nowrap text-[11px] leading-4 text-dim">
            {hour % 6 === 0 ? clockText(hour, week.minute) : ''}
          </span>
        ))}
      </div>
      <ul className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-dim">
        <li className="flex items-center gap-1.5">
          {t.whatIf.fewer}
          {[8, 30, 55, 80, 100].map((percent) => (
            <span key={percent} aria-hidden className="size-2.5 rounded-[2px]" style={{ background: shade(percent) }} />
          ))}
          {t.whatIf.moreCalls}
        </li>
        {hours.dear.includes(true) ? (
          <li className="flex items-center gap-1.5">
            <span aria-hidden className="size-3 rounded-[2px] border-2 border-warn" />
            {t.whatIf.dearOutlined}
          </li>
        ) : null}
      </ul>
    </figure>
  )
}

function Day({
  day,
  weekday,
  hours,
  most,
  week,
}: {
  day: string
  weekday: number
  hours: Hours
  most: number
  week: LocalWeek
}) {
  return (
    <>
      <span className="self-center text-xs text-dim">{day}</span>
      {HOURS.map((hour) => {
        const slot = localSlot(week, weekday, hour)
        const rate = hours.average_week[slot] ?? 0
        const dear = hours.dear[slot] === true
        return (
          <span
            key={hour}
            title={t.whatIf.heatCell(`${day} ${clockText(hour, week.minute)}`, rateText(rate), dear)}
            className="h-6 rounded-[2px]"
            style={{
              background: rate > 0 ? shade(Math.max(6, (rate / most) * 100)) : 'var(--soft)',
              boxShadow: dear ? 'inset 0 0 0 1.5px var(--warn)' : undefined,
            }}
          />
        )
      })}
    </>
  )
}

function shade(percent: number): string {
  return `color-mix(in oklab, var(--series-1) ${percent.toFixed(0)}%, var(--soft))`
}

function slotText(week: LocalWeek, slot: number): string {
  return localName(week, (slot + week.hours + 168) % 168)
}

/** The same figures as 24 rows of 7 days. */
export function WeekTable({ hours, week }: { hours: Hours; week: LocalWeek }) {
  return (
    <DataTable caption={t.whatIf.hoursNoteOwn(week.zone)}>
      <thead>
        <tr>
          <HeadCell>{t.whatIf.hour(week.zone)}</HeadCell>
          {t.whatIf.weekdays.map((day) => (
            <HeadCell key={day} align="right">
              {day}
            </HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {HOURS.map((hour) => (
          <tr key={hour}>
            <RowHead>{clockText(hour, week.minute)}</RowHead>
            {t.whatIf.weekdays.map((day, weekday) => {
              const slot = localSlot(week, weekday, hour)
              return (
                <Cell key={day} align="right">
                  {rateText(hours.average_week[slot] ?? 0)}
                  {hours.dear[slot] === true ? '*' : ''}
                </Cell>
              )
            })}
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}
