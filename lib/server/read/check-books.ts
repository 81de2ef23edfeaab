/** Do the books balance? For `tokentab check-books` and the tests. */
import 'server-only'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { authorise, type Principal } from '../auth/principal'
import { checkClosedBills } from '../db/bill-verify'
import { type BookDifference, bookDifferences, listStoredFiles } from '../db/books'
import { readConsistently } from '../db/transaction'
import { uploadPath } from '../upload-store'

export type { BookDifference } from '../db/books'

export interface CheckBooksInput {
  /** Every workspace instead of the principal's own: for the server's command line. */
  readonly all: boolean
  /** Recompute the SHA-256 of every stored file. */
  readonly files: boolean
}

/** Empty when everything balances. Reads one consistent state of the database. */
export async function checkBooks(principal: Principal, input: CheckBooksInput): Promise<BookDifference[]> {
  authorise(principal, 'audit.read')
  const all = input.all && principal.userId === null
  const workspaceId = all ? null : principal.workspaceId
  return await readConsistently(
    async (connection) => {
      const found = await bookDifferences(connection, workspaceId)
      for (const { workspaceId: id, month, version, fault } of await checkClosedBills(connection, workspaceId)) {
        if (fault === null) continue
        const { what, expected, actual } = fault
        found.push({
          rule: 'I6',
          place: `workspace ${id}, bill ${month} version ${version}: ${what}`,
          expected,
          actual,
        })
      }
      if (input.files) {
        for (const file of await listStoredFiles(connection, workspaceId)) {
          const actual = await digestOf(uploadPath(file.id))
          const expected = `${file.bytes} bytes, ${file.sha256}`
          if (actual !== expected) found.push({ rule: 'I5', place: `file of import #${file.no}`, expected, actual })
        }
      }
      return found
    },
    { unlimited: true },
  )
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
  } catch (error) {
    return `unreadable (${(error as NodeJS.ErrnoException).code})`
  }
  return `${bytes} bytes, ${hash.digest('hex')}`
}
