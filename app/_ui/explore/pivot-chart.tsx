'use client'
import { useEffect, useState } from 'react'
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { pivotBars, tickText } from '../../../lib/core/report/chart-series'
import { compactCount, percentOfMyriad, tickUsd } from '../../../lib/core/report/format'
import { isAdditive, MEASURE_UNIT, type Pivot } from '../../../lib/core/report/pivot'
import { seriesColours } from '../../../lib/core/report/series-colour'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'
import { colourOf } from '../spend/series-name'
import { keyName, valueText } from './pivot-words'

const MOST_SERIES = 7
/** Bars without columns: one a line. */
const MOST_BARS = 12

/** The first lines across the columns: stacked where the measure adds up, lines where it is a ratio. The table is its twin. */
export function PivotChart({ pivot, summary }: { pivot: Pivot; summary: string }) {
  // The chart measures its box, so it is drawn in the browser only; until then its shape stands there.
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])
  const { columns, measure } = pivot
  const additive = isAdditive(measure)
  const bars = pivotBars(pivot, columns === null ? MOST_BARS : MOST_SERIES)
  const rest = pivot.lines.slice(MOST_SERIES)
  const series =
    columns === null
      ? [{ key: null, isOther: false, name: t.explore.measures[measure] }]
      : [
          ...pivot.lines
            .slice(0, MOST_SERIES)
            .map((line) => ({ key: line.key, isOther: line.isOther, name: keyName(pivot.rows, line) })),
          ...(rest.length === 0 || !additive
            ? []
            : [
                {
                  key: null,
                  isOther: true,
                  name: t.explore.other(rest.reduce((count, line) => count + line.keys, 0)),
                },
              ]),
        ]
  const colours = seriesColours(pivot.rows, series).map(colourOf)
  const placeName = (place: number) => {
    const key = columns === null ? pivot.lines[place] : pivot.columnKeys[place]
    return key === undefined ? '' : keyName(columns ?? pivot.rows, key, 'short')
  }
  const axes = (
    <>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="place"
        tickLine={false}
        axisLine={{ stroke: 'var(--line)' }}
        interval="equidistantPreserveStart"
        tickFormatter={(place: number) => short(placeName(place))}
        tick={{ fill: 'var(--dim)', fontSize: 12 }}
      />
      <YAxis
        tickLine={false}
        axisLine={false}
        width={56}
        tickFormatter={(value: number) => tick(measure, value)}
        tick={{ fill: 'var(--dim)', fontSize: 12 }}
      />
      <Tooltip
        cursor={{ fill: 'var(--soft)', stroke: 'var(--line)' }}
        isAnimationActive={false}
        content={({ active, label }) =>
          active === true && typeof label === 'number' ? (
            <Card pivot={pivot} place={label} title={placeName(label)} colours={colours} />
          ) : null
        }
      />
    </>
  )
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="h-72">
        {drawn ? (
          <ResponsiveContainer width="100%" height="100%">
            {additive || columns === null ? (
              <BarChart
                data={bars}
                margin={{ top: 8, right: 0, bottom: 4, left: 0 }}
                barCategoryGap="18%"
                title={summary}
              >
                {axes}
                {series.map((one, place) => (
                  <Bar
                    key={one.isOther ? 'other' : `=${one.key}`}
                    dataKey={`s${place}`}
                    name={one.name}
                    stackId="pivot"
                    fill={colours[place] ?? 'var(--series-other)'}
                    stroke="var(--panel)"
                    isAnimationActive={false}
                  />
                ))}
              </BarChart>
            ) : (
              <LineChart data={bars} margin={{ top: 8, right: 8, bottom: 4, left: 0 }} title={summary}>
                {axes}
                {series.map((one, place) => (
                  <Line
                    key={one.isOther ? 'other' : `=${one.key}`}
                    dataKey={`s${place}`}
                    name={one.name}
                    stroke={colours[place] ?? 'var(--series-other)'}
                    strokeWidth={2}
                    dot={{ r: 2.5 }}
                    isAnimationActive={false}
                  />
                ))}
              </LineChart>
            )}
          </ResponsiveContainer>
        ) : (
          <Skeleton className="h-full" label={t.shell.loading} />
        )}
      </div>
      {columns === null ? null : (
        <ul aria-label={t.overview.legend} className="mt-2 flex flex-wrap gap-x-4 text-sm text-dim">
          {series.map((one, place) => (
            <li key={one.isOther ? 'other' : `=${one.key}`} className="flex items-center gap-1.5 wrap-anywhere">
              <span aria-hidden className="size-2.5 shrink-0 rounded-[2px]" style={{ background: colours[place] }} />
              {one.name}
            </li>
          ))}
        </ul>
      )}
    </figure>
  )
}

function Card({
  pivot,
  place,
  title,
  colours,
}: {
  pivot: Pivot
  place: number
  title: string
  colours: readonly string[]
}) {
  const total = pivot.columns === null ? pivot.lines[place]?.total : pivot.columnTotals[place]
  const lines = pivot.columns === null ? [] : pivot.lines.slice(0, MOST_SERIES)
  const text = (value: string | null | undefined) =>
    value === null || value === undefined ? t.explore.unknown : valueText(pivot.measure, value)
  return (
    <div className="max-w-80 min-w-52 rounded-md border border-line bg-panel p-3 text-sm text-ink">
      <p className="mb-1.5 flex justify-between gap-6 font-medium">
        <span>{title}</span>
        <span>{total === null || total === undefined ? '—' : text(total.value)}</span>
      </p>
      {lines.map((line, index) => {
        const value = line.cells[place]
        return value === null || value === undefined ? null : (
          <p key={line.isOther ? 'other' : `=${line.key}`} className="flex justify-between gap-6">
            <span className="flex min-w-0 items-center gap-1.5 wrap-anywhere">
              <span aria-hidden className="size-2.5 shrink-0 rounded-[2px]" style={{ background: colours[index] }} />
              {keyName(pivot.rows, line)}
            </span>
            <span>{text(value.value)}</span>
          </p>
        )
      })}
    </div>
  )
}

const short = (name: string) => (name.length > 14 ? `${name.slice(0, 13)}…` : name)

function tick(measure: Pivot['measure'], value: number): string {
  const unit = MEASURE_UNIT[measure]
  if (unit === 'usd') return tickUsd(tickText(value))
  const whole = Math.round(value)
  return unit === 'count' ? compactCount(String(whole)) : percentOfMyriad(whole)
}
