/** What sources told of a host and period, what a decision between them would change, and the decisions made. */
import 'server-only'
import { subtractUsd, usdFromText, usdToText } from '../../core/money/usd'
import type { DecisionEffect, SourceDecisionView } from '../../core/report/source-decision-view'
import { listFormats } from '../../core/source/registry'
import { tellerOf } from '../../core/source/teller'
import { isoOf, monthsIn } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { closedMonths } from '../db/bill-month'
import { type Connection, joinInBulk, pool } from '../db/pool'
import { type DecisionScope, decidedSums, listDecisions, toldBySource } from '../db/source-decision'
import { numberOf, type Page, type PageQuery, pageOf } from './list-page'

const SHOWN = 200

/** Of the first listed format of a source; a source that no format lists has its own name. */
function titleOf(source: string, format: string | null = null): string {
  const formats = listFormats()
  const found = formats.find(({ id }) => id === format) ?? formats.find(({ id }) => tellerOf(id).name === source)
  return found?.title ?? source
}

/** Reads inside the caller's transaction, so that what is shown is what is changed. */
export async function effectOf(
  connection: Connection,
  principal: Principal,
  scope: DecisionScope & { readonly source: string },
): Promise<DecisionEffect> {
  const { workspaceId } = principal
  const { sources, matched, sums } = await joinInBulk(connection, async () => ({
    ...(await toldBySource(connection, workspaceId, scope)),
    sums: await decidedSums(connection, workspaceId, scope),
  }))
  const closed = await closedMonths(connection, workspaceId)
  const told = new Set(sources.find(({ source }) => source === scope.source)?.days ?? [])
  const without = new Set(sources.flatMap(({ days }) => days).filter((day) => !told.has(day)))
  return {
    host: scope.host,
    from: isoOf(scope.fromMs).slice(0, 10),
    to: isoOf(scope.toMs).slice(0, 10),
    source: scope.source,
    sources: sources.map(({ format, days, ...one }) => ({
      ...one,
      title: titleOf(one.source, format),
      days: String(days.length),
    })),
    matched,
    days_without: String(without.size),
    ...sums,
    difference: usdToText(subtractUsd(usdFromText(sums.after), usdFromText(sums.before))),
    closed_months: monthsIn({ startMs: scope.fromMs, endMs: scope.toMs }).filter((month) => closed.has(month)),
  }
}

/** Newest first, reversed ones too. */
export async function readSourceDecisions(
  principal: Principal,
  query: PageQuery = {},
): Promise<Page<SourceDecisionView>> {
  authorise(principal, 'import.read')
  const limit = query.limit ?? SHOWN
  const before = numberOf(query.cursor)
  const found = await listDecisions(pool(), principal.workspaceId, { before, limit: limit + 1 })
  const { rows, next } = pageOf(found, limit, (row) => String(row.no))
  const views = rows.map(({ from_at, to_at, at, reversed_at, ...row }) => ({
    ...row,
    from: isoOf(from_at.getTime()).slice(0, 10),
    to: isoOf(to_at.getTime()).slice(0, 10),
    title: titleOf(row.source),
    at: isoOf(at.getTime()),
    reversed_at: reversed_at === null ? null : isoOf(reversed_at.getTime()),
  }))
  return { rows: views, next }
}
