'use client'
import { useEffect, useState } from 'react'
import {
  Bar,
  BarChart,
  type BarShapeProps,
  CartesianGrid,
  Rectangle,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts'
import type { BillChangeView } from '../../../lib/core/report/bill-change'
import { EFFECTS } from '../../../lib/core/report/bridge'
import { tickText, type WaterfallBar, waterfallOf } from '../../../lib/core/report/chart-series'
import { compactUsd, monthTick, signedUsd, tickUsd, usdCents } from '../../../lib/core/report/format'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'

const COLOUR = { total: 'var(--series-other)', more: 'var(--bad)', less: 'var(--good)' } as const

/** From the one month's total to the other's, one step an effect. The table twin is its other view. */
export function WaterfallChart({ change }: { change: BillChangeView }) {
  // The chart measures its box, so it is drawn in the browser only; until then its shape stands there.
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])
  const { bars, floor, top, ticks } = waterfallOf(change)
  const isEffect = (key: string): key is keyof typeof change.effects => key in change.effects
  const nameOf = (key: string) =>
    isEffect(key) ? t.change.effects[key] : monthTick(key === 'before' ? change.before_month : change.month)
  const amountOf = (key: string) =>
    isEffect(key) ? signedCompact(change.effects[key]) : compactUsd(key === 'before' ? change.before : change.after)
  const summary = t.change.summary(
    usdCents(change.before),
    usdCents(change.after),
    EFFECTS.map((effect) => `${t.change.effects[effect]} ${signedUsd(change.effects[effect])}`),
  )
  return (
    <figure className="m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="h-64">
        {drawn ? (
          <ResponsiveContainer width="100%" height="100%">
            <BarChart
              data={[...bars]}
              margin={{ top: 20, right: 0, bottom: 0, left: 0 }}
              barCategoryGap="22%"
              title={summary}
            >
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="key"
                interval={0}
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                height={24}
                tickFormatter={nameOf}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <YAxis
                tickLine={false}
                axisLine={false}
                width={52}
                domain={[floor, top]}
                ticks={[...ticks]}
                interval={0}
                allowDataOverflow
                tickFormatter={(value: number) => tickUsd(tickText(value))}
                tick={{ fill: 'var(--dim)', fontSize: 12 }}
              />
              <Bar
                dataKey="span"
                isAnimationActive={false}
                shape={(props: BarShapeProps) => <Step {...props} textOf={amountOf} />}
              />
            </BarChart>
          </ResponsiveContainer>
        ) : (
          <Skeleton className="h-full" label={t.shell.loading} />
        )}
      </div>
      {floor === 0 ? null : <p className="mt-1 text-xs text-dim">{t.change.axisFrom(compactUsd(tickText(floor)))}</p>}
    </figure>
  )
}

const signedCompact = (amount: string) =>
  amount === '0' ? '$0' : `${amount.startsWith('-') ? '' : '+'}${compactUsd(amount)}`

function Step({ textOf, ...props }: BarShapeProps & { textOf: (key: string) => string }) {
  const bar = props.payload as WaterfallBar
  const { x, y, width, height } = props
  const top = height < 0 ? y + height : y
  const tall = Math.max(2, Math.abs(height))
  return (
    <g>
      <Rectangle
        x={x}
        y={top}
        width={width}
        height={tall}
        fill={bar.key === 'after' ? 'var(--series-1)' : COLOUR[bar.kind]}
      />
      <text x={x + width / 2} y={top - 6} textAnchor="middle" fontSize={11} fill="var(--ink)">
        {textOf(bar.key)}
      </text>
    </g>
  )
}
