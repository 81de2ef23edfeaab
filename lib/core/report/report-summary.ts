/** One line of the list of saved reports, as the API answers it. */
import type { FrozenReport, Switch } from './what-if-report'

export function reportSummary(report: {
  readonly id: string
  readonly content: FrozenReport
  readonly digest: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly switched: Switch | null
  readonly liveLinks: number
}) {
  const { asked, title, data } = report.content
  return {
    id: report.id,
    title,
    kind: asked.answer.kind,
    from: asked.answer.from,
    to: asked.answer.to,
    per_month: asked.answer.per_month,
    created_by: report.createdBy,
    created_at: report.createdAt.toISOString(),
    digest: report.digest,
    data_sha256: data.sha256,
    open_links: report.liveLinks,
    switched: report.switched,
  }
}
