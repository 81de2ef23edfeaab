/** Files into workspaces, through the product's own doors, for integration tests. */
import type { PriceEntry } from '../../lib/core/price/entry'
import type { ImportView } from '../../lib/core/report/import-view'
import type { Meter } from '../../lib/core/usage/meter'
import type { Principal } from '../../lib/server/auth/principal'
import type { ImportOptions } from '../../lib/server/db/import'
import { pool } from '../../lib/server/db/pool'
import { insertEntries } from '../../lib/server/db/price-book'
import { workOnce } from '../../lib/server/job/worker'
import { checkBooks } from '../../lib/server/read/check-books'
import { getImport } from '../../lib/server/read/imports'
import { receiveUpload } from '../../lib/server/use-case/receive-upload'
import { makeWorkspace } from './account'

/** An administrator of a new workspace, as the server's command line would be. */
export async function commandLineOf(slug: string): Promise<Principal> {
  const workspaceId = await makeWorkspace(slug)
  return {
    workspaceId,
    workspaceName: slug,
    isSample: false,
    userId: null,
    actor: 'command line',
    role: 'admin',
    scopes: null,
  }
}

/** Rates of the tests, in dollars per million tokens: exact, so that expected sums can be written down. */
const RATES: Readonly<Record<string, Partial<Record<Meter, string>>>> = {
  'gpt-5': { input: '1.25', cache_read: '0.125', output: '10' },
  'gpt-5-mini': { input: '0.25', cache_read: '0.025', output: '2' },
}

export async function insertTestPrices(): Promise<void> {
  const entries = Object.entries(RATES).flatMap(([model, rates]) =>
    Object.entries(rates).map(
      ([meter, amount]): PriceEntry => ({
        id: `test-${model}-${meter}`,
        host: 'openai',
        model,
        meter: meter as Meter,
        kind: 'rate',
        per: 1_000_000n,
        amount,
        currency: 'USD',
        fromMs: Date.UTC(2025, 0, 1),
        toMs: null,
        conditions: {},
        book: 'list',
        priority: 0,
        sourceUrl: 'https://example.com/prices',
        checkedOn: '2026-11-01',
        confidence: 'provider',
      }),
    ),
  )
  await insertEntries(pool(), 0, entries)
}

export const NO_OPTIONS: ImportOptions = { format: null, host: null, timeZone: null, project: null }

export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export async function upload(
  principal: Principal,
  content: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<string> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const { id } = await receiveUpload(principal, {
    filename: 'usage.csv',
    chunks: inChunks(bytes),
    declaredBytes: bytes.length,
    declaredSha256: null,
    options: { ...NO_OPTIONS, ...options },
    source: 'upload',
  })
  return id
}

/** Uploads, lets the worker do everything that waits, and answers what became of it. */
export async function importFile(
  principal: Principal,
  content: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<ImportView> {
  const id = await upload(principal, content, options)
  await drain()
  return (await getImport(principal, { id })).import
}

export async function drain(): Promise<void> {
  while (await workOnce(null)) {
    // Until nothing waits.
  }
}

/** Throws with every difference; call after each step. */
export async function requireBalancedBooks(principal: Principal): Promise<void> {
  const differences = await checkBooks(principal, { all: true, files: true })
  if (differences.length > 0) throw new Error(`the books do not balance:\n${JSON.stringify(differences, null, 2)}`)
}

export interface RowFields {
  readonly id?: string
  readonly timestamp: string
  readonly end?: string
  readonly model?: string
  readonly project?: string
  readonly user?: string
  readonly input: number | string
  readonly output: number | string
  readonly requests?: number | string
  readonly cost?: string
}

export function usageCsv(rows: readonly RowFields[]): string {
  const header =
    'id,timestamp,end_timestamp,host,model,project,user,requests,input_tokens,output_tokens,reported_cost,reported_currency'
  const lines = rows.map((row) =>
    [
      row.id ?? '',
      row.timestamp,
      row.end ?? '',
      'openai',
      row.model ?? 'gpt-5',
      row.project ?? '',
      row.user ?? '',
      row.requests ?? '',
      row.input,
      row.output,
      row.cost ?? '',
      row.cost === undefined ? '' : 'USD',
    ].join(','),
  )
  return [header, ...lines, ''].join('\n')
}
