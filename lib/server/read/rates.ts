/** The price book as a person looks through it: models with their rates of now, and one model's whole ledger. */
import 'server-only'
import {
  listRateEntries,
  listRateModels,
  type NameView,
  type RateEntryView,
  type RateModelPage,
} from '../../core/report/rate-view'
import { type InstantMs, isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { authorsOfPrices, ownNames } from '../db/own-prices'
import { loadBook } from '../db/price-book'
import { AppError } from '../errors'

const SECOND_MS = 1_000

/** `text` is words that all occur in host and model; `matches` of the result counts beyond `limit`. */
export async function readRateModels(
  principal: Principal,
  input: { readonly text: string; readonly host: string | null; readonly limit: number; readonly nowMs: InstantMs },
): Promise<RateModelPage> {
  authorise(principal, 'prices.read')
  const book = await loadBook(principal.workspaceId)
  return listRateModels(book.entries, input)
}

/** Every price of one model, in force first. Throws NOT_FOUND when the book has none. */
export async function readRateEntries(
  principal: Principal,
  input: { readonly host: string; readonly model: string; readonly nowMs: InstantMs },
): Promise<readonly RateEntryView[]> {
  authorise(principal, 'prices.read')
  const [book, authors] = await Promise.all([
    loadBook(principal.workspaceId),
    authorsOfPrices(principal.workspaceId, input),
  ])
  const entries = listRateEntries(book.entries, { ...input, authors })
  if (entries.length === 0) throw new AppError('NOT_FOUND', 'The price book has no such model.')
  return entries
}

/** Names the workspace's people have confirmed for models of the book. */
export async function listNames(principal: Principal): Promise<readonly NameView[]> {
  authorise(principal, 'prices.read')
  const names = await ownNames(principal.workspaceId)
  return names.map((one) => ({
    host: one.host,
    name: one.name,
    model: one.model,
    // A name without a begin is stored with the first instants there are.
    from: one.fromMs < SECOND_MS ? null : isoOf(one.fromMs),
    until: one.toMs === null ? null : isoOf(one.toMs),
    confirmed_by: one.createdBy,
    confirmed_at: isoOf(one.createdAtMs),
  }))
}
