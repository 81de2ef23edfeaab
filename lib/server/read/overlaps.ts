/** Where two sources tell the same calls: `GET /api/v1/imports/overlaps`. */
import 'server-only'
import type { UsageOverlap } from '../../core/report/overlap-view'
import { listFormats } from '../../core/source/registry'
import { tellerOf } from '../../core/source/teller'
import { authorise, type Principal } from '../auth/principal'
import { type OverlapRow, usageOverlaps } from '../db/overlap'
import { readConsistently } from '../db/transaction'

export async function readOverlaps(principal: Principal): Promise<readonly UsageOverlap[]> {
  authorise(principal, 'import.read')
  const formats = listFormats()
  const tellers = formats.map(({ id }) => {
    const { name, tells, agent } = tellerOf(id)
    return { format: id, teller: name, tellsAll: tells === 'all', agent }
  })
  const titles = new Map(formats.map(({ id, title }) => [id, title]))
  const rows = await readConsistently((connection) => usageOverlaps(connection, principal.workspaceId, tellers))
  const hosts = new Map<string, OverlapRow[]>()
  for (const row of rows) hosts.set(row.host, [...(hosts.get(row.host) ?? []), row])
  return [...hosts].map(([host, told]) => ({
    host,
    from: told.map((row) => row.first_day).sort()[0] as string,
    to: told
      .map((row) => row.last_day)
      .sort()
      .at(-1) as string,
    sources: told.map(({ teller, format, days, models, records, cost, imports }) => ({
      source: teller,
      title: titles.get(format) ?? format,
      days,
      models,
      records,
      cost,
      imports: [...imports].sort((a, b) => a.no - b.no),
    })),
  }))
}
