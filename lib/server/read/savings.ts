/** The largest savings in the last three months with data: the overview's, under what the projects' owners answered. */
import 'server-only'
import type { PriceBook } from '../../core/price/compiled'
import { parsePeriodChoice, shiftMonth } from '../../core/report/period-choice'
import { publicSavings, type SavingsView } from '../../core/report/savings-view'
import { type MixInput, mixSchema } from '../../core/simulate/scenario'
import { floorToHour, HOUR_MS, type InstantMs, isoOf, monthOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { advisorAnswers, type StoredAnswers } from '../db/advisor'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { remembered } from '../db/rollup-memory'
import { usageSpan } from '../db/used-pairs'
import { findMix } from './find-mix'

/** Null without usage. The period is the one that a what-if starts with, so that its answer is this one. */
export async function readSavings(principal: Principal, nowMs: InstantMs): Promise<SavingsView | null> {
  authorise(principal, 'simulate.run')
  const span = await usageSpan(pool(), principal.workspaceId)
  if (span === null) return null
  const last = monthOf(span.endMs - 1)
  const { period } = parsePeriodChoice(`${shiftMonth(last, -2)}..${last}`, nowMs)
  const until = Math.max(period.startMs + HOUR_MS, Math.min(period.endMs, span.endMs, nowMs))
  const from = Math.min(Math.max(period.startMs, span.startMs), until - HOUR_MS)
  const stored = await advisorAnswers(pool(), principal.workspaceId)
  const question: MixInput = {
    baseline: { from: isoOf(from), to: isoOf(until) },
    projects: stored.map(ruleOf),
    others: { quality_floor: 'today' },
  }
  // Every view of the overview asks this; until usage, answers or the book change, it is one and the same.
  const asked = [
    'savings',
    floorToHour(from),
    floorToHour(until),
    question.projects,
    editionOf(await loadBook(principal.workspaceId)),
  ]
  return await remembered(pool(), principal.workspaceId, asked, async () =>
    publicSavings(await findMix(principal, mixSchema.parse(question))),
  )
}

const editions = new WeakMap<PriceBook, number>()
let books = 0

/** A compiled book is the same object until its entries change. */
function editionOf(book: PriceBook): number {
  const known = editions.get(book)
  if (known !== undefined) return known
  books += 1
  editions.set(book, books)
  return books
}

/** A project keeps today's quality unless its owner named a floor; one whose data may not leave is offered no other host. */
function ruleOf({ project, answers }: StoredAnswers): NonNullable<MixInput['projects']>[number] {
  return {
    project,
    quality_floor: answers.best_quality === true ? 'today' : (answers.quality_floor ?? 'today'),
    residency: answers.may_leave === false ? 'own' : 'anywhere',
  }
}
