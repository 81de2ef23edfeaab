'use client'
/**
 * An average week, hour by hour in the viewer's own time: what is served, what spills over, the planned capacity and the
 * target's dear hours.
 */
import { useEffect, useState } from 'react'
import {
  Bar,
  BarChart,
  CartesianGrid,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'
import { type LocalWeek, localName, localSlot, rateText } from './week-text'

interface Slot {
  /** Hour of the viewer's week. */
  readonly slot: number
  readonly served: number
  readonly spilled: number
  readonly dear: boolean
}

export function WeekChart({
  hours,
  week,
  capacityText,
}: {
  hours: SimulationView['hours']
  week: LocalWeek
  capacityText: string
}) {
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])
  const rows = slotsOf(hours, week)
  const most = rows.reduce(
    (best, row) => (row.served + row.spilled > best.served + best.spilled ? row : best),
    rows[0] as Slot,
  )
  const summary = t.whatIf.chartSummary(
    rateText(most.served + most.spilled),
    localName(week, most.slot),
    week.zone,
    hours.capacity === null ? null : rateText(hours.capacity),
  )
  const own = hours.served !== null
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="h-60">
        {drawn ? (
          <ResponsiveContainer width="100%" height="100%">
            <BarChart data={rows} margin={{ top: 14, right: 2, bottom: 0, left: 0 }} barCategoryGap={1} title={summary}>
              {dearSpans(rows).map(([from, to]) => (
                <ReferenceArea
                  key={from}
                  x1={from}
                  x2={to}
                  fill="var(--series-5)"
                  fillOpacity={0.18}
                  strokeOpacity={0}
                />
              ))}
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="slot"
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                ticks={[12, 36, 60, 84, 108, 132, 156]}
                interval={0}
                tickFormatter={(slot: number) => t.whatIf.weekdays[Math.floor(slot / 24)] ?? ''}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <YAxis
                tickLine={false}
                axisLine={false}
                width={46}
                domain={[0, (top: number) => Math.max(top, hours.capacity ?? 0) * 1.08]}
                tickFormatter={(value: number) => rateText(value)}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <Tooltip
                cursor={{ fill: 'var(--soft)' }}
                isAnimationActive={false}
                content={({ active, label }) =>
                  active === true && typeof label === 'number' ? (
                    <SlotCard row={rows[label] as Slot} own={own} week={week} />
                  ) : null
                }
              />
              <Bar dataKey="served" stackId="hour" fill="var(--series-1)" isAnimationActive={false} />
              <Bar dataKey="spilled" stackId="hour" fill="var(--series-2)" isAnimationActive={false} />
              {hours.capacity === null || hours.capacity <= 0 ? null : (
                <ReferenceLine
                  y={hours.capacity}
                  stroke="var(--ink)"
                  strokeWidth={1.5}
                  label={{
                    value: t.whatIf.capacity(capacityText),
                    position: 'insideBottomRight',
                    offset: 6,
                    fill: 'var(--ink)',
                    fontSize: 12,
                  }}
                />
              )}
            </BarChart>
          </ResponsiveContainer>
        ) : (
          <Skeleton className="h-full" label={t.shell.loading} />
        )}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-dim">
        <Key colour="var(--series-1)" text={own ? t.whatIf.servedHere : t.whatIf.moved} />
        {own && rows.some((row) => row.spilled > 0) ? <Key colour="var(--series-2)" text={t.whatIf.spills} /> : null}
        {hours.dear.includes(true) ? <Key colour="var(--series-5)" text={t.whatIf.dear} /> : null}
      </ul>
    </figure>
  )
}

function Key({ colour, text }: { colour: string; text: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className="size-2.5 rounded-[2px]" style={{ background: colour }} />
      {text}
    </li>
  )
}

function SlotCard({ row, own, week }: { row: Slot; own: boolean; week: LocalWeek }) {
  return (
    <div className="min-w-44 rounded-md border border-line bg-panel p-3 text-sm text-ink">
      <p className="mb-1 font-medium">
        {localName(week, row.slot)} {week.zone}
      </p>
      <p className="flex justify-between gap-6">
        <span>{own ? t.whatIf.servedHere : t.whatIf.moved}</span>
        <span>
          {rateText(row.served)} {t.whatIf.tokensPerSecond}
        </span>
      </p>
      {row.spilled > 0 ? (
        <p className="flex justify-between gap-6">
          <span>{t.whatIf.spills}</span>
          <span>
            {rateText(row.spilled)} {t.whatIf.tokensPerSecond}
          </span>
        </p>
      ) : null}
      {row.dear ? <p className="mt-1 text-dim">{t.whatIf.dear}</p> : null}
    </div>
  )
}

function slotsOf(hours: SimulationView['hours'], week: LocalWeek): Slot[] {
  return Array.from({ length: 168 }, (_, slot) => {
    const utc = localSlot(week, Math.floor(slot / 24), slot % 24)
    const rate = hours.average_week[utc] as number
    const served = hours.served === null ? rate : (hours.served[utc] as number)
    return { slot, served, spilled: Math.max(0, rate - served), dear: hours.dear[utc] === true }
  })
}

function dearSpans(rows: readonly Slot[]): [number, number][] {
  const spans: [number, number][] = []
  for (const { slot, dear } of rows) {
    const last = spans.at(-1)
    if (!dear) continue
    if (last !== undefined && last[1] === slot - 1) last[1] = slot
    else spans.push([slot, slot])
  }
  return spans
}
