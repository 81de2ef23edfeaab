'use client'
/** A model's rates per million over time, one stepped line a meter; the ledger tables of the screen are its table twin. */
import { useEffect, useState } from 'react'
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { type RateSteps, tickText } from '../../../lib/core/report/chart-series'
import { dayText, monthTick, tickUsd, unitPrice } from '../../../lib/core/report/format'
import { isoOf } from '../../../lib/core/time/instant'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'

const COLOURS = 7
/** Dash patterns of the lines in their order: with the colours they repeat after 35 lines only. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4']

const colourOf = (place: number) => `var(--series-${(place % COLOURS) + 1})`
const dashOf = (place: number) => DASHES[place % DASHES.length] ?? ''

export function RateStepChart({ chart, nowMs }: { chart: RateSteps; nowMs: number }) {
  // The chart measures its box, so it is drawn in the browser only; until then its shape stands there.
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])
  const names = chart.lines.map((line) => t.rates.stepsMeters(line.meters.map(t.rates.meterName)))
  const last = chart.steps.at(-1)
  const summary = t.rates.stepsSummary(
    dayText(isoOf(chart.fromMs)),
    dayText(isoOf(chart.toMs)),
    names.map((name, place) => ({ name, amount: amountText(last?.amounts[place] ?? null, chart.currency) })),
  )
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="h-64">
        {drawn ? (
          <ResponsiveContainer width="100%" height="100%">
            <LineChart data={chart.steps} margin={{ top: 14, right: 12, bottom: 0, left: 0 }} title={summary}>
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="at"
                type="number"
                scale="time"
                domain={[chart.fromMs, chart.toMs]}
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                minTickGap={28}
                tickFormatter={(ms: number) => monthTick(isoOf(ms).slice(0, 7))}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <YAxis
                tickLine={false}
                axisLine={false}
                width={56}
                domain={[0, 'auto']}
                tickFormatter={(value: number) =>
                  chart.currency === 'USD' ? tickUsd(tickText(value)) : tickText(value)
                }
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <Tooltip
                cursor={{ stroke: 'var(--line-strong)' }}
                isAnimationActive={false}
                content={({ active, label }) =>
                  active === true && typeof label === 'number' ? (
                    <StepCard chart={chart} names={names} at={label} />
                  ) : null
                }
              />
              {chart.toMs > nowMs ? (
                <ReferenceLine
                  x={nowMs}
                  stroke="var(--line-strong)"
                  label={{ value: t.rates.stepsNow, position: 'top', fill: 'var(--dim)', fontSize: 12 }}
                />
              ) : null}
              {chart.lines.map((line, place) => (
                <Line
                  key={line.meters.join()}
                  type="stepAfter"
                  dataKey={`l${place}`}
                  name={names[place] ?? ''}
                  stroke={colourOf(place)}
                  strokeDasharray={dashOf(place)}
                  strokeWidth={2}
                  dot={false}
                  connectNulls={false}
                  isAnimationActive={false}
                />
              ))}
            </LineChart>
          </ResponsiveContainer>
        ) : (
          <Skeleton className="h-full" label={t.shell.loading} />
        )}
      </div>
      <ul aria-label={t.rates.stepsLegend} className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-dim">
        {chart.lines.map((line, place) => (
          <li key={line.meters.join()} className="flex items-center gap-1.5">
            <Stroke place={place} />
            {line.meters.map(t.rates.meterName).join(', ')} {amountText(last?.amounts[place] ?? null, chart.currency)}
          </li>
        ))}
      </ul>
    </figure>
  )
}

function amountText(amount: string | null, currency: string): string {
  if (amount === null) return t.rates.stepsNone
  return currency === 'USD' ? unitPrice(amount) : `${amount} ${currency}`
}

function Stroke({ place }: { place: number }) {
  return (
    <svg aria-hidden width="26" height="8" className="shrink-0">
      <line x1="0" x2="26" y1="4" y2="4" stroke={colourOf(place)} strokeDasharray={dashOf(place)} strokeWidth="2" />
    </svg>
  )
}

/** What holds from an instant on. */
function StepCard({ chart, names, at }: { chart: RateSteps; names: readonly string[]; at: number }) {
  const step = chart.steps.findLast((one) => one.at === at)
  if (step === undefined) return null
  return (
    <div className="min-w-52 rounded-md border border-line bg-panel p-3 text-sm text-ink">
      <p className="mb-1.5 font-medium">{t.rates.stepsFrom(dayText(isoOf(at)))}</p>
      {names.map((name, place) => (
        <p key={name} className="flex justify-between gap-6">
          <span className="flex items-center gap-1.5">
            <Stroke place={place} />
            {name}
          </span>
          <span>{amountText(step.amounts[place] ?? null, chart.currency)}</span>
        </p>
      ))}
    </div>
  )
}
