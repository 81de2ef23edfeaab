'use client'
/** Saving against share moved, taking first what saves most for each dollar moved. */
import { useEffect, useState } from 'react'
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { plotted, tickText } from '../../../lib/core/report/chart-series'
import { compactUsd, signedUsd, usdCents } from '../../../lib/core/report/format'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { Skeleton } from '../kit/states'
import { t } from '../messages/en'

type Step = SimulationView['frontier'][number]

const SHOWN = 8

export function FrontierPanel({ answer }: { answer: SimulationView }) {
  const { frontier } = answer
  const best = bestOf(frontier)
  const bestStep = best === -1 ? undefined : frontier[best]
  const rest = frontier.slice(SHOWN)
  const last = rest.at(-1)
  return (
    <Panel
      title={t.whatIf.frontier}
      note={
        bestStep === undefined
          ? t.whatIf.frontierNothing
          : t.whatIf.frontierBest(usdCents(bestStep.saving_per_month_so_far), percent(bestStep.share_so_far))
      }
    >
      <Chart frontier={frontier} best={bestStep} />
      <div className="mt-3">
        <DataTable caption={t.whatIf.frontier}>
          <thead>
            <tr>
              <HeadCell>{t.whatIf.frontierStep}</HeadCell>
              <HeadCell align="right">{t.whatIf.shareSoFar}</HeadCell>
              <HeadCell align="right">{t.whatIf.savingSoFar}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {frontier.slice(0, SHOWN).map((step) => (
              <tr key={`${step.host}/${step.model}/${step.project ?? ''}/${step.target}`}>
                <RowHead className="break-words">
                  {step.model} <span className="text-dim">{step.project ?? t.whatIf.noProject}</span>
                </RowHead>
                <Cell align="right">{percent(step.share_so_far)}</Cell>
                <Cell align="right" title={usdCents(step.saving_so_far)}>
                  {signedUsd(step.saving_per_month_so_far)}
                </Cell>
              </tr>
            ))}
            {last === undefined ? null : (
              <tr>
                <RowHead className="text-dim">{t.whatIf.frontierRest(rest.length)}</RowHead>
                <Cell align="right">{percent(last.share_so_far)}</Cell>
                <Cell align="right">{signedUsd(last.saving_per_month_so_far)}</Cell>
              </tr>
            )}
          </tbody>
        </DataTable>
      </div>
    </Panel>
  )
}

/** The last step that still saves; -1 when none does. */
function bestOf(frontier: readonly Step[]): number {
  let best = -1
  for (const [index, step] of frontier.entries()) if (!step.saving.startsWith('-') && step.saving !== '0') best = index
  return best
}

function percent(share: string): string {
  return `${(plotted(share) * 100).toFixed(0)} %`
}

function Chart({ frontier, best }: { frontier: readonly Step[]; best: Step | undefined }) {
  const [drawn, setDrawn] = useState(false)
  useEffect(() => setDrawn(true), [])
  const points = [
    { share: 0, saving: 0 },
    ...frontier.map((step) => ({
      share: plotted(step.share_so_far) * 100,
      saving: plotted(step.saving_per_month_so_far),
    })),
  ]
  const summary = t.whatIf.frontierSummary(
    frontier.length,
    best === undefined ? null : usdCents(best.saving_per_month_so_far),
    best === undefined ? '' : percent(best.share_so_far),
  )
  return (
    <figure className="m-0 h-52">
      <figcaption className="sr-only">{summary}</figcaption>
      {drawn ? (
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={points} margin={{ top: 10, right: 12, bottom: 0, left: 0 }} title={summary}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="share"
              type="number"
              domain={[0, 100]}
              ticks={[0, 25, 50, 75, 100]}
              tickFormatter={(share: number) => `${share} %`}
              tickLine={false}
              axisLine={{ stroke: 'var(--line)' }}
              tick={{ fill: 'var(--dim)', fontSize: 12 }}
            />
            <YAxis
              tickLine={false}
              axisLine={false}
              width={56}
              tickFormatter={(value: number) => compactUsd(tickText(value))}
              tick={{ fill: 'var(--dim)', fontSize: 12 }}
            />
            <ReferenceLine y={0} stroke="var(--line-strong)" />
            <Tooltip
              isAnimationActive={false}
              content={({ active, payload }) => {
                const point = payload?.[0]?.payload as { share: number; saving: number } | undefined
                return active === true && point !== undefined ? (
                  <div className="rounded-md border border-line bg-panel px-3 py-2 text-sm text-ink">
                    {t.whatIf.frontierPoint(`${point.share.toFixed(0)} %`, compactUsd(tickText(point.saving)))}
                  </div>
                ) : null
              }}
            />
            <Line
              dataKey="saving"
              type="linear"
              stroke="var(--series-3)"
              strokeWidth={2}
              dot={{ r: 2.5, fill: 'var(--series-3)', strokeWidth: 0 }}
              isAnimationActive={false}
            />
            {best === undefined ? null : (
              <ReferenceDot
                x={plotted(best.share_so_far) * 100}
                y={plotted(best.saving_per_month_so_far)}
                r={5}
                fill="var(--panel)"
                stroke="var(--ink)"
                strokeWidth={2}
              />
            )}
          </LineChart>
        </ResponsiveContainer>
      ) : (
        <Skeleton className="h-full" label={t.shell.loading} />
      )}
    </figure>
  )
}
