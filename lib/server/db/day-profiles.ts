/** How the calls of a project lie over the hours of the day, to find work that runs in one stretch of it. */
import 'server-only'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import type { DayProfile } from '../../core/simulate/replay/off-peak'
import type { Period } from '../../core/time/instant'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'
import { detailOf, usageSource } from './usage-source'

interface ProfileRow {
  project: string | null
  service_tier: string | null
  hour: number
  tokens: string
}

/** Only rows that tell their hour. */
export async function dayProfiles(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
): Promise<readonly DayProfile[]> {
  return await remembered(connection, workspaceId, ['profiles', period, selects], () =>
    readProfiles(connection, workspaceId, period, selects),
  )
}

async function readProfiles(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
): Promise<DayProfile[]> {
  const values: unknown[] = [workspaceId]
  const { from, where } = usageSource(period, selects, detailOf(selects), values)
  const { rows } = await connection.query<ProfileRow>(
    `SELECT p.value AS project, t.value AS service_tier, s.hour, s.tokens::text
     FROM (SELECT u.project_id, u.service_tier_id, extract(hour FROM u.hour AT TIME ZONE 'UTC')::int AS hour,
         sum(u.input_tokens + u.cache_read_tokens + u.output_tokens) AS tokens
       FROM ${from} AS u WHERE ${where} AND u.grain_seconds <= 3600 GROUP BY 1, 2, 3) s
     LEFT JOIN dimension p ON p.workspace_id = $1 AND p.kind = ${DIMENSION.project} AND p.id = s.project_id
     LEFT JOIN dimension t ON t.workspace_id = $1 AND t.kind = ${DIMENSION.service_tier} AND t.id = s.service_tier_id
     ORDER BY 1, 2, 3`,
    values,
  )
  const profiles = new Map<string, { project: string | null; serviceTier: string; tokens: number[] }>()
  for (const row of rows) {
    const serviceTier = row.service_tier ?? 'standard'
    const key = JSON.stringify([row.project, serviceTier])
    const profile = profiles.get(key) ?? { project: row.project, serviceTier, tokens: new Array<number>(24).fill(0) }
    profiles.set(key, profile)
    profile.tokens[row.hour] = Number(row.tokens)
  }
  return [...profiles.values()]
}
