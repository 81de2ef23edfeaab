/** Where the calls of a what-if come from: the workspace's own hours, or a demand that was stated with the question. */
import 'server-only'
import type { HourDemand } from '../../core/simulate/fleet/demand'
import type { BusiestMinutes } from '../../core/simulate/fleet-question'
import { hourSelected, type MoveSelect } from '../../core/simulate/replay/move-select'
import type { DayProfile } from '../../core/simulate/replay/off-peak'
import type { UsageSlice } from '../../core/simulate/replay/usage-slice'
import { demandOfSlices } from '../../core/simulate/stated-demand'
import type { Period } from '../../core/time/instant'
import { busiestMinutes } from '../db/busiest-minutes'
import { dayProfiles } from '../db/day-profiles'
import { hourlyDemand } from '../db/hourly-demand'
import { pool } from '../db/pool'
import { type HourClass, usageSlices } from '../db/usage-slices'
import { detailOf } from '../db/usage-source'

export interface SimulationData {
  /** Slices of alike hours; told apart by what `selects` ask for. */
  readonly slices: (classes: readonly HourClass[], selects: readonly MoveSelect[]) => Promise<readonly UsageSlice[]>
  readonly demand: (select: MoveSelect | null, fits: readonly number[] | null) => Promise<readonly HourDemand[]>
  readonly profiles: (select: MoveSelect | null) => Promise<readonly DayProfile[]>
  readonly busiest: (select: MoveSelect, demand: readonly HourDemand[]) => Promise<BusiestMinutes | null>
}

export function storedData(workspaceId: number, period: Period, filter: MoveSelect): SimulationData {
  const both = (select: MoveSelect | null) => (select === null ? [filter] : [filter, select])
  return {
    slices: (classes, selects) =>
      usageSlices(pool(), workspaceId, period, filter, classes, detailOf([filter, ...selects])),
    demand: (select, fits) => hourlyDemand(pool(), workspaceId, period, both(select), fits),
    profiles: (select) => dayProfiles(pool(), workspaceId, period, both(select)),
    busiest: (select, demand) => busiestMinutes(pool(), workspaceId, period, both(select), demand),
  }
}

/** Nothing is stored of a stated demand: its hours are the slices themselves, and no project is known. */
export function statedData(slices: readonly UsageSlice[], filter: MoveSelect): SimulationData {
  const kept = slices.filter((slice) => filter.hours === undefined || hourSelected(filter.hours, slice.atMs))
  return {
    slices: async () => kept,
    demand: async (select, fits) => demandOfSlices(kept, select ?? {}, fits),
    profiles: async () => [],
    busiest: async () => null,
  }
}
