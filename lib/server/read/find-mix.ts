/** The cheapest mix of targets for the workspace's own hours. Reads only. */
import 'server-only'
import type { PriceBook } from '../../core/price/compiled'
import { rulesFrom } from '../../core/simulate/quality/project-rule'
import { cheapestMix, type MixLine } from '../../core/simulate/replay/cheapest-mix'
import { hoursClassed } from '../../core/simulate/replay/hour-class'
import { type HostedTarget, isEmbedding, soldSpan } from '../../core/simulate/replay/target-price'
import type { MixQuestion } from '../../core/simulate/scenario'
import { floorToHour, HOUR_MS, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { usageSlices } from '../db/usage-slices'
import { detailOf } from '../db/usage-source'
import { stepwise } from '../in-turns'
import { isOpenTarget, targetFiles } from './hosted-targets'

export interface Mix {
  readonly period: Period
  readonly lines: readonly MixLine[]
  readonly targets: number
}

export async function findMix(principal: Principal, question: MixQuestion): Promise<Mix> {
  authorise(principal, 'simulate.run')
  const { from, to, filter } = question.baseline
  const period: Period = { startMs: floorToHour(from), endMs: floorToHour(to + HOUR_MS - 1) }
  const book = await loadBook(principal.workspaceId)
  const targets = candidates(book, question.targets, period)
  const moves = targets.map((target) => ({ select: {}, target }))
  const classes = hoursClassed(book, moves, period, filter)
  const slices = await usageSlices(pool(), principal.workspaceId, period, filter, {
    classes,
    detail: detailOf([filter]),
  })
  const rules = rulesFrom(question.projects, question.others)
  return {
    period,
    lines: await stepwise(cheapestMix(slices, targets, rules, book, question.assumptions)),
    targets: targets.length,
  }
}

/** Models that can be bought throughout the end of the period, at hosts that serve them themselves. */
function candidates(book: PriceBook, kind: MixQuestion['targets'], period: Period): HostedTarget[] {
  return targetFiles().flatMap(({ host, models }) =>
    models.flatMap(({ model, contextTokens }) => {
      if (isEmbedding(model) || (kind === 'open' && !isOpenTarget(model))) return []
      const sold = soldSpan(book, { host: host.host, model })
      const isSold = sold !== null && (sold.toMs === null || sold.toMs > period.endMs)
      return isSold ? [{ kind: 'hosted' as const, host: host.host, model, serviceTier: 'standard', contextTokens }] : []
    }),
  )
}
