/** The price book as a person looks through it: models with their rates of now, and one model's whole ledger. */
import 'server-only'
import { listRateEntries, listRateModels, type RateEntryView, type RateModelPage } from '../../core/report/rate-view'
import type { InstantMs } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { loadBook } from '../db/price-book'
import { AppError } from '../errors'

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
  const book = await loadBook(principal.workspaceId)
  const entries = listRateEntries(book.entries, input, input.nowMs)
  if (entries.length === 0) throw new AppError('NOT_FOUND', 'The price book has no such model.')
  return entries
}
