/** A signed-off price book file for the published ledger: what it would change, and the change in one transaction. */
import 'server-only'
import { z } from 'zod'
import { type BookFile, parseBookFile } from '../../core/price/book-file'
import { findNameTies, findTies } from '../../core/price/ties'
import { isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { LedgerContradiction, publishedOfHost, type SyncOutcome, writeBookFiles } from '../db/price-book'
import { shippedBookFiles } from '../db/price-book-files'
import { AppError } from '../errors'

const DEFECTS_SHOWN = 5

export const priceUpdateQuery = z.strictObject({ mode: z.enum(['preview', 'apply']) })

/** A book file as in prisma/price-book, with who signed it off; the file's own reader checks the rest. */
export const priceUpdateInput = z
  .looseObject({
    sign_off: z.strictObject({
      name: z.string().trim().min(1).max(200),
      date: z.iso.date(),
      reason: z.string().trim().min(1).max(1_000),
    }),
  })
  .transform(({ sign_off, ...file }) => ({ signOff: sign_off, file: file as unknown }))

interface PriceUpdateJson {
  readonly host: string
  readonly applied: boolean
  readonly entries_added: number
  readonly entries_closed: number
  readonly names_added: number
  readonly names_closed: number
  /** Sentences; the file is taken only when both lists are empty. */
  readonly contradictions: readonly string[]
  readonly ties: readonly string[]
}

/** Undoes a transaction whose result is wanted all the same. */
class RolledBack extends Error {}

/**
 * A preview writes nothing and lists what stands against the file. Applying takes the whole file or nothing of it: throws
 * CONFLICT for a contradiction with the ledger or a tie, UNPROCESSABLE for a defective file or a host the program lacks.
 */
export async function loadPriceUpdate(
  principal: Principal,
  { mode, signOff, file }: z.output<typeof priceUpdateQuery> & z.output<typeof priceUpdateInput>,
): Promise<PriceUpdateJson> {
  authorise(principal, 'prices.write')
  // The published book is shared by every workspace, so a finance role is not enough.
  if (principal.role !== 'admin') {
    throw new AppError('FORBIDDEN', 'Only an administrator may load a price update.', { reason: 'MISSING_ROLE' })
  }
  if (principal.isSample && mode === 'apply') {
    throw new AppError('FORBIDDEN', 'The published book is not updated from a workspace of sample data.', {
      reason: 'SAMPLE_WORKSPACE',
      remedy: 'Switch to your own workspace.',
    })
  }
  const book = readFile(file)
  const host = book.host.host
  const nothing: SyncOutcome = { entriesAdded: 0, entriesClosed: 0, namesAdded: 0, namesClosed: 0 }
  let changes = nothing
  let ties: readonly string[] = []
  let contradictions: readonly string[] = []
  try {
    await inTransaction(async (connection) => {
      changes = await writeBookFiles(connection, [book], { createdBy: principal.actor })
      const merged = await publishedOfHost(connection, host)
      ties = [
        ...findTies(merged.entries).map(
          ({ a, b }) => `${host}/${a.model} ${a.meter}: the prices ${lineOf(a)} and ${lineOf(b)} would hold at once.`,
        ),
        ...findNameTies(merged.aliases).map(
          ([a, b]) => `The name "${a.pattern}" at ${host} would mean ${a.model} and ${b.model} at once.`,
        ),
      ]
      if (mode === 'preview' || ties.length > 0) throw new RolledBack()
      await writeAudit(connection, principal, 'price.update', host, {
        sign_off: signOff,
        entries_added: changes.entriesAdded,
        entries_closed: changes.entriesClosed,
        names_added: changes.namesAdded,
        names_closed: changes.namesClosed,
      })
    })
  } catch (error) {
    if (error instanceof LedgerContradiction) contradictions = error.contradictions
    else if (!(error instanceof RolledBack)) throw error
  }
  if (mode === 'apply') refuseUnlessClean(contradictions, ties)
  return {
    host,
    applied: mode === 'apply',
    entries_added: changes.entriesAdded,
    entries_closed: changes.entriesClosed,
    names_added: changes.namesAdded,
    names_closed: changes.namesClosed,
    contradictions,
    ties,
  }
}

function readFile(file: unknown): BookFile {
  const parsed = parseBookFile(file)
  if (!parsed.ok) {
    const defects = parsed.error.slice(0, DEFECTS_SHOWN).map((problem) => problem.message)
    throw new AppError('UNPROCESSABLE', `The file is not a price book file: ${defects.join('; ')}`, {
      reason: 'BOOK_FILE_INVALID',
      remedy: 'Correct the file and load it again.',
    })
  }
  const { host } = parsed.value.host
  if (!shippedBookFiles().some((one) => one.host.host === host)) {
    throw new AppError('UNPROCESSABLE', `This version of the program does not know the host ${host}.`, {
      reason: 'HOST_UNKNOWN',
      remedy: 'A new host comes with a new version; until then enter its prices as contract rates.',
    })
  }
  return parsed.value
}

function refuseUnlessClean(contradictions: readonly string[], ties: readonly string[]): void {
  const against = [...contradictions, ...ties]
  if (against.length === 0) return
  throw new AppError('CONFLICT', against.slice(0, DEFECTS_SHOWN).join(' '), {
    reason: contradictions.length > 0 ? 'LEDGER_CONTRADICTION' : 'PRICE_TIE',
    remedy: 'Nothing of the file was taken. A preview lists everything that stands against it.',
  })
}

function lineOf(entry: { readonly id: string; readonly fromMs: number }): string {
  return `${entry.id} from ${isoOf(entry.fromMs)}`
}
