'use client'
import { useState } from 'react'
import { dayText, signedUsd } from '../../../lib/core/report/format'
import { Breadcrumb } from '../kit/breadcrumb'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'

export interface ReportLine {
  readonly id: string
  readonly question: string
  readonly per_month: { readonly saving: { readonly low: string; readonly likely: string; readonly high: string } }
  readonly created_by: string
  readonly created_at: string
  readonly open_links: number
}

/** The questions that somebody kept, newest first. */
export function ReportsScreen({ reports }: { reports: readonly ReportLine[] }) {
  const words = t.report.list
  const [chosen, setChosen] = useState<readonly string[]>([])
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-4))
  return (
    <>
      <TopLine
        left={<Breadcrumb trail={[{ href: '/what-if', label: t.report.backToWhatIf }]} here={t.report.title} />}
      />
      <ScreenTitle sentence={t.report.sentence} />
      {reports.length === 0 ? (
        <EmptyState
          title={words.empty}
          action={
            <LinkButton tone="primary" href="/what-if">
              {words.emptyAction}
            </LinkButton>
          }
        >
          {words.emptyText}
        </EmptyState>
      ) : (
        <Panel
          title={t.report.title}
          note={words.compareHint}
          actions={
            chosen.length < 2 ? undefined : (
              <LinkButton tone="primary" href={`/what-if/compare?ids=${chosen.join(',')}`}>
                {words.compare(chosen.length)}
              </LinkButton>
            )
          }
        >
          <DataTable caption={t.report.title}>
            <thead>
              <tr>
                <HeadCell>{words.choose}</HeadCell>
                <HeadCell>{words.question}</HeadCell>
                <HeadCell align="right">{words.saving}</HeadCell>
                <HeadCell align="right">{words.range}</HeadCell>
                <HeadCell>{words.made}</HeadCell>
                <HeadCell>{words.links}</HeadCell>
              </tr>
            </thead>
            <tbody>
              {reports.map((report) => (
                <tr key={report.id}>
                  <Cell>
                    <input
                      type="checkbox"
                      className="mt-0.75 size-4 accent-(--accent)"
                      aria-label={words.chooseOne(report.question)}
                      checked={chosen.includes(report.id)}
                      onChange={() => toggle(report.id)}
                    />
                  </Cell>
                  <RowHead className="min-w-60">
                    <Link href={`/what-if/reports/${report.id}`} className="text-accent hover:underline">
                      {report.question}
                    </Link>
                  </RowHead>
                  <Cell align="right">{signedUsd(report.per_month.saving.likely)}</Cell>
                  <Cell align="right" className="text-dim">
                    {t.report.band(signedUsd(report.per_month.saving.low), signedUsd(report.per_month.saving.high))}
                  </Cell>
                  <Cell>
                    {dayText(report.created_at)} <span className="block text-xs text-dim">{report.created_by}</span>
                  </Cell>
                  <Cell>{words.live(report.open_links)}</Cell>
                </tr>
              ))}
            </tbody>
          </DataTable>
        </Panel>
      )}
    </>
  )
}
