/** Where the calls of a what-if come from: the workspace's own hours, or a demand that was stated with the question. */
import 'server-only'
import { type FleetPart, type HourDemand, weightsOf } from '../../core/simulate/fleet/demand'
import type { BusiestMinutes } from '../../core/simulate/fleet-question'
import { hourSelected, type MoveSelect, selects } from '../../core/simulate/replay/move-select'
import type { DayProfile } from '../../core/simulate/replay/off-peak'
import type { UsageSlice } from '../../core/simulate/replay/usage-slice'
import type { OwnLeft } from '../../core/simulate/split-calls'
import { demandOfSlices } from '../../core/simulate/stated-demand'
import type { Period } from '../../core/time/instant'
import { busiestMinutes, busiestOfParts } from '../db/busiest-minutes'
import { dayProfiles } from '../db/day-profiles'
import { demandOfParts, hourlyDemand } from '../db/hourly-demand'
import { pool } from '../db/pool'
import { type HourClass, type StoredSlice, usageSlices } from '../db/usage-slices'
import { detailOf } from '../db/usage-source'

/** How hours become slices: those of one class together, told apart by what `selects` ask for. */
export interface Cut {
  readonly classes: readonly HourClass[]
  readonly selects: readonly MoveSelect[]
}

/** What is left to a fleet, with its hours, and how much busier their busiest minutes are. */
export interface FleetCalls {
  readonly parts: readonly FleetPart[]
  readonly busiest: BusiestMinutes | null
}

type Parts = OwnLeft['parts']

export interface SimulationData {
  readonly slices: (cut: Cut) => Promise<readonly UsageSlice[]>
  /** Hours of what is selected; with length classes, of what own GPUs can take of it. */
  readonly demand: (select: MoveSelect | null, fits: readonly number[] | null) => Promise<readonly HourDemand[]>
  /** What is left to a fleet where its one part is all that is selected and can be taken. */
  readonly evenly: (select: MoveSelect, fits: readonly number[], parts: Parts) => Promise<FleetCalls>
  /** What is left to a fleet, of any parts of the slices of that cut. */
  readonly unevenly: (cut: Cut, parts: Parts) => Promise<FleetCalls>
  readonly profiles: (select: MoveSelect | null) => Promise<readonly DayProfile[]>
}

export function storedData(workspaceId: number, period: Period, filter: MoveSelect): SimulationData {
  const both = (select: MoveSelect | null) => (select === null ? [filter] : [filter, select])
  const stored = ({ classes, selects }: Cut) => ({ classes, detail: detailOf([filter, ...selects]) })
  return {
    slices: (cut) => usageSlices(pool(), workspaceId, period, filter, stored(cut)),
    demand: (select, fits) => hourlyDemand(pool(), workspaceId, period, both(select), fits),
    evenly: async (select, fits, parts) => {
      const demand = await hourlyDemand(pool(), workspaceId, period, both(select), fits)
      return {
        parts: parts.map((part) => ({ ...part, demand })),
        busiest: await busiestMinutes(pool(), workspaceId, period, both(select), fits, demand),
      }
    },
    unevenly: async (cut, parts) => {
      const weights = weightsOf(parts)
      const found = parts.map(({ slices }, no) => ({ slices: slices.filter(isStored), weight: weights[no] as bigint }))
      const hours = await demandOfParts(pool(), workspaceId, period, filter, stored(cut), found)
      const demandAt = (no: number) => hours[no] as readonly HourDemand[]
      const weighed = found.map((part, no) => ({ ...part, demand: demandAt(no) }))
      return {
        parts: parts.map((part, no) => ({ ...part, demand: demandAt(no) })),
        busiest: await busiestOfParts(pool(), workspaceId, period, filter, stored(cut), weighed),
      }
    },
    profiles: (select) => dayProfiles(pool(), workspaceId, period, both(select)),
  }
}

function isStored(slice: UsageSlice): slice is StoredSlice {
  if (!('key' in slice)) throw new TypeError('a slice of stored calls knows its rows')
  return true
}

/** Nothing is stored of a stated demand: its hours are the slices themselves, and no project is known. */
export function statedData(slices: readonly UsageSlice[], filter: MoveSelect): SimulationData {
  const kept = slices.filter((slice) => filter.hours === undefined || hourSelected(filter.hours, slice.atMs))
  const withHours = async (parts: Parts) => ({
    parts: parts.map((part) => ({ ...part, demand: demandOfSlices(part.slices) })),
    busiest: null,
  })
  return {
    slices: async () => kept,
    demand: async (select) => demandOfSlices(select === null ? kept : kept.filter((slice) => selects(select, slice))),
    evenly: async (_select, _fits, parts) => withHours(parts),
    unevenly: async (_cut, parts) => withHours(parts),
    profiles: async () => [],
  }
}
