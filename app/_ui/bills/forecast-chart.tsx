'use client'
import { useEffect, useId, useState } from 'react'
import {
  Bar,
  BarChart,
  type BarShapeProps,
  CartesianGrid,
  ErrorBar,
  Rectangle,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts'
import { forecastBars, tickText } from '../../../lib/core/report/chart-series'
import type { ForecastView } from '../../../lib/core/report/forecast'
import { compactUsd, monthAlone, monthTick, tickUsd } from '../../../lib/core/report/format'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'

/** What was spent is filled, what is still to come is hatched, the band is a whisker. The table is its twin. */
export function ForecastChart({ forecast }: { forecast: ForecastView }) {
  const hatch = useId()
  // The chart measures its box, so it is drawn in the browser only; until then its shape stands there.
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])
  const summary = t.forecast.summary(
    forecast.months.map((month) =>
      t.forecast.monthIs(
        monthAlone(month.month),
        compactUsd(month.forecast),
        month.low === null || month.high === null
          ? t.forecast.noBand
          : t.forecast.bandOf(compactUsd(month.low), compactUsd(month.high)),
      ),
    ),
  )
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="h-56">
        {drawn ? (
          <ResponsiveContainer width="100%" height="100%">
            <BarChart data={forecastBars(forecast)} margin={{ top: 12, right: 0, bottom: 0, left: 0 }} title={summary}>
              <defs>
                <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                  <rect width="6" height="6" fill="var(--panel)" />
                  <rect width="3" height="6" fill="var(--series-1)" />
                </pattern>
              </defs>
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="month"
                interval={0}
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                tickFormatter={(month: string) => monthTick(month)}
                tick={{ fill: 'var(--dim)', fontSize: 11 }}
              />
              <YAxis
                tickLine={false}
                axisLine={false}
                width={52}
                tickFormatter={(value: number) => tickUsd(tickText(value))}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <Bar dataKey="actual" stackId="month" fill="var(--series-1)" isAnimationActive={false} />
              <Bar
                dataKey="remaining"
                stackId="month"
                fill="var(--series-1)"
                isAnimationActive={false}
                shape={(props: BarShapeProps) => (
                  <Rectangle
                    x={props.x}
                    y={props.y}
                    width={props.width}
                    height={props.height}
                    fill={`url(#${hatch})`}
                    stroke="var(--series-1)"
                  />
                )}
              >
                <ErrorBar dataKey="band" direction="y" width={6} stroke="var(--ink)" strokeWidth={1.5} />
              </Bar>
            </BarChart>
          </ResponsiveContainer>
        ) : (
          <Skeleton className="h-full" label={t.shell.loading} />
        )}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-4 text-sm text-dim">
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-[2px] bg-(--series-1)" />
          {t.forecast.actual}
        </li>
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-[2px] border border-(--series-1)" />
          {t.forecast.remaining}
        </li>
        {forecast.months.every((month) => month.low === null) ? null : (
          <li className="flex items-center gap-1.5">
            <span aria-hidden className="h-3 w-px bg-ink" />
            {t.forecast.band}
          </li>
        )}
      </ul>
    </figure>
  )
}
