'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useId, useState, useSyncExternalStore } from 'react'
import {
  Bar,
  BarChart,
  type BarShapeProps,
  CartesianGrid,
  Rectangle,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { type StackedMonth, stackedMonths, stackTicks, tickText } from '../../../lib/core/report/chart-series'
import type { ForecastMonth } from '../../../lib/core/report/forecast'
import { compactUsd, countText, monthName, monthTick, tickUsd, usdCents } from '../../../lib/core/report/format'
import { seriesColours } from '../../../lib/core/report/series-colour'
import type { SpendChart, SpendGroup } from '../../../lib/core/report/spend-overview'
import { Link } from '../kit/link'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'
import { callsLink } from './drill'
import { colourOf, seriesName } from './series-name'

const CHART_HEIGHT = 'h-72'

const reducedMotion = '(prefers-reduced-motion: reduce)'
function usePrefersReducedMotion(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(reducedMotion)
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => window.matchMedia(reducedMotion).matches,
    () => true,
  )
}

/** Monthly spend, stacked. The unfinished month is hatched and its forecast outlined above it; months with calls that have no rate carry a mark. */
export function SpendChartView({
  chart,
  by,
  forecast,
}: {
  chart: SpendChart
  by: SpendGroup
  /** Of the unfinished month. */
  forecast: ForecastMonth | null
}) {
  const router = useRouter()
  const hatch = useId()
  const still = usePrefersReducedMotion()
  // The chart measures its box, so it is drawn in the browser only; until then its shape stands there.
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])

  const rows = stackedMonths(chart, forecast)
  const ticks = stackTicks(rows, chart.series.length)
  const colours = seriesColours(by, chart.series).map(colourOf)
  const first = chart.months[0]
  const last = chart.months.at(-1)
  const largest = chart.series[0]
  if (first === undefined || last === undefined) return null
  const summary = t.overview.chartSummary(
    monthName(first),
    monthName(last),
    usdCents(chart.total),
    largest === undefined ? t.kit.none : `${seriesName(by, largest)} ${usdCents(largest.total)}`,
  )
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className={CHART_HEIGHT}>
        {drawn ? (
          <ResponsiveContainer width="100%" height="100%">
            <BarChart
              data={rows}
              margin={{ top: 8, right: 0, bottom: 4, left: 0 }}
              barCategoryGap="18%"
              title={summary}
            >
              <defs>
                {colours.map((colour, place) => (
                  <pattern
                    key={colour}
                    id={`${hatch}-${place}`}
                    width="6"
                    height="6"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                  >
                    <rect width="6" height="6" fill="var(--panel)" />
                    <rect width="3" height="6" fill={colour} />
                  </pattern>
                ))}
              </defs>
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="month"
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                interval="equidistantPreserveStart"
                height={40}
                tick={<MonthTick unpriced={new Set(rows.filter((row) => row.hasUnpriced).map((row) => row.month))} />}
              />
              <YAxis
                tickLine={false}
                axisLine={false}
                width={52}
                domain={[0, ticks.at(-1) ?? 'auto']}
                ticks={ticks}
                interval={0}
                tickFormatter={(value: number) => tickUsd(tickText(value))}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <Tooltip
                cursor={{ fill: 'var(--soft)' }}
                isAnimationActive={!still}
                content={({ active, label }) =>
                  active === true && typeof label === 'string' ? (
                    <MonthCard chart={chart} by={by} month={label} forecast={forecast} />
                  ) : null
                }
              />
              {chart.series.map((series, place) => (
                <Bar
                  key={series.isOther ? 'other' : `=${series.key}`}
                  dataKey={`s${place}`}
                  name={seriesName(by, series)}
                  stackId="spend"
                  fill={colours[place] ?? 'var(--series-other)'}
                  isAnimationActive={!still}
                  animationDuration={250}
                  className="cursor-pointer"
                  shape={(props: BarShapeProps) => (
                    <Segment
                      {...props}
                      hatch={`url(#${hatch}-${place})`}
                      colour={colours[place] ?? 'var(--series-other)'}
                    />
                  )}
                  onClick={(_, index) => {
                    const month = chart.months[index]
                    if (month !== undefined) router.push(callsLink(month, month, { by, series }))
                  }}
                />
              ))}
              {forecast === null ? null : (
                <Bar
                  dataKey="ahead"
                  name={t.overview.forecast}
                  stackId="spend"
                  fill="none"
                  isAnimationActive={false}
                  shape={(props: BarShapeProps) => <Ahead {...props} />}
                />
              )}
            </BarChart>
          </ResponsiveContainer>
        ) : (
          <Skeleton className="h-full" label={t.shell.loading} />
        )}
      </div>
      <ul aria-label={t.overview.legend} className="mt-2 flex flex-wrap gap-x-4 text-sm">
        {chart.series.map((series, place) => (
          <li key={series.isOther ? 'other' : `=${series.key}`} className="flex items-center gap-1.5 wrap-anywhere">
            <span aria-hidden className="size-2.5 shrink-0 rounded-[2px]" style={{ background: colours[place] }} />
            {series.isOther ? (
              <span className="text-dim">
                {seriesName(by, series)} {compactUsd(series.total)}
              </span>
            ) : (
              <Link
                href={callsLink(first, last, { by, series })}
                className="inline-block py-0.75 text-dim hover:text-ink hover:underline"
              >
                {seriesName(by, series)} {compactUsd(series.total)}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </figure>
  )
}

function Segment({ hatch, colour, ...props }: BarShapeProps & { hatch: string; colour: string }) {
  const unfinished: unknown = props.payload?.unfinished
  return (
    <Rectangle
      x={props.x}
      y={props.y}
      width={props.width}
      height={props.height}
      fill={unfinished === true ? hatch : colour}
      stroke={unfinished === true ? colour : 'var(--panel)'}
      strokeWidth={1}
    />
  )
}

function MonthTick({
  x,
  y,
  payload,
  unpriced,
}: {
  x?: number
  y?: number
  payload?: { value: string }
  unpriced: ReadonlySet<string>
}) {
  if (payload === undefined) return null
  return (
    <g transform={`translate(${x ?? 0},${(y ?? 0) + 12})`}>
      <text textAnchor="middle" fontSize={12} fill="var(--dim)">
        {monthTick(payload.value)}
      </text>
      {unpriced.has(payload.value) ? (
        <text textAnchor="middle" y={15} fontSize={11} fill="var(--warn)">
          △
        </text>
      ) : null}
    </g>
  )
}

/** The rest of the forecast as an outline, with the band as a whisker through its top. */
function Ahead({ x, y, width, height, payload }: BarShapeProps) {
  const { ahead, band } = payload as StackedMonth
  if (ahead === null || height <= 0) return null
  const middle = x + width / 2
  const perDollar = height / ahead
  return (
    <g stroke="var(--dim)" fill="none">
      <rect x={x + 0.5} y={y} width={width - 1} height={height} strokeDasharray="3 3" />
      {band === null ? null : (
        <line x1={middle} x2={middle} y1={y + band[0] * perDollar} y2={y - band[1] * perDollar} />
      )}
    </g>
  )
}

function MonthCard({
  chart,
  by,
  month,
  forecast,
}: {
  chart: SpendChart
  by: SpendGroup
  month: string
  forecast: ForecastMonth | null
}) {
  const index = chart.months.indexOf(month)
  const total = chart.totals[index]
  const unpriced = chart.unpricedRequests[index]
  const colours = seriesColours(by, chart.series).map(colourOf)
  if (total === undefined) return null
  return (
    <div className="max-w-80 min-w-52 rounded-md border border-line bg-panel p-3 text-sm text-ink">
      <p className="mb-1.5 flex justify-between gap-6 font-medium">
        <span>
          {monthName(month)}
          {month === chart.unfinishedMonth ? ` (${t.overview.unfinished})` : ''}
        </span>
        <span>{usdCents(total)}</span>
      </p>
      {chart.series.map((series, place) => {
        const value = series.values[index]
        return value === undefined || value === '0' ? null : (
          <p key={series.isOther ? 'other' : `=${series.key}`} className="flex justify-between gap-6">
            <span className="flex min-w-0 items-center gap-1.5 wrap-anywhere">
              <span aria-hidden className="size-2.5 shrink-0 rounded-[2px]" style={{ background: colours[place] }} />
              {seriesName(by, series)}
            </span>
            <span>{usdCents(value)}</span>
          </p>
        )
      })}
      {forecast === null || forecast.month !== month ? null : (
        <p className="mt-1 flex justify-between gap-6 text-dim">
          <span>{t.overview.forecast}</span>
          <span>{compactUsd(forecast.forecast)}</span>
        </p>
      )}
      {unpriced === undefined || unpriced === '0' ? null : (
        <p className="mt-1 flex justify-between gap-6 text-warn">
          <span>△ {t.overview.noRate}</span>
          <span>{t.overview.noRateCalls(countText(unpriced))}</span>
        </p>
      )}
    </div>
  )
}
