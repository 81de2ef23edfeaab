/**
 * Fetches what is due of the connections: a job, not a request; whoever made a connection was authorised then. A window of
 * days is fetched whole or not at all, stored as a file, and goes through the ordinary import, whose commit alone makes its
 * days told. May be killed at any point: the lease runs out, and what was not committed is fetched again.
 */
import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { err, ok, type Result } from '../../core/result'
import { isWhole, nextDueMs, nextWindow, type PullPlan, startOfDay } from '../../core/source/pull/days'
import { addressOf, daysOf, type PulledRecord, type PullSource } from '../../core/source/pull/pull-source'
import { pullSource } from '../../core/source/pull/sources'
import {
  addressRefused,
  endless,
  importFailed,
  pauseMs,
  retryAfterMs,
  type Trouble,
  troubleOfStatus,
  unreachable,
  unreadable,
} from '../../core/source/pull/trouble'
import { vanished } from '../../core/source/pull/vanished'
import { DAY_MS, HOUR_MS, isoOf, type Period } from '../../core/time/instant'
import type { Principal } from '../auth/principal'
import { unseal } from '../auth/seal'
import { inTransaction, pool } from '../db/pool'
import {
  type ClaimedConnection,
  claimConnection,
  expectedImport,
  expectImport,
  type FetchedDays,
  forgetExpected,
  type KnownDay,
  knownDays,
  listPullOwners,
  notePullTrouble,
  releaseConnection,
  renewPullLease,
  settleUnchanged,
} from '../db/pull'
import { AppError } from '../errors'
import { fault } from '../fault'
import { log } from '../log'
import { getOutbound } from '../outbound'
import { isGone, processOwner } from '../process-owner'
import { uploadPath } from '../upload-store'
import { keyPlace } from './change-connections'
import { receiveUpload } from './receive-upload'

const PAGE_TIMEOUT_MS = 30_000
const PAGE_MAX_BYTES = 16 * 1024 ** 2
/** Of one list of a window. A window is asked for with a page large enough for all of it. */
const MOST_PAGES = 200
/** How soon an import that waits in the queue is looked after. */
const IMPORT_LOOK_MS = 15_000
/** Connections of one round, so that a worker which ends is not held up. */
const A_ROUND = 20

export type PullOutcome = 'fetched' | 'unchanged' | 'nothing due' | 'importing' | 'failed' | 'given up'

/** Pulls everything that is due now; answers how many connections were worked on. */
export async function pullDue(signal: AbortSignal): Promise<number> {
  let worked = 0
  while (worked < A_ROUND && !signal.aborted && (await pullOnce(signal)) !== null) worked += 1
  return worked
}

/** One connection, one window; null when none is due. Never throws for what a provider does. */
export async function pullOnce(signal: AbortSignal): Promise<PullOutcome | null> {
  const gone = (await listPullOwners(pool())).filter(isGone)
  const claimed = await claimConnection(pool(), processOwner(), gone)
  if (claimed === null) return null
  const outcome = await work(claimed, signal)
  log().info({ connection: claimed.id, outcome }, 'pull ends')
  return outcome
}

async function work(claimed: ClaimedConnection, signal: AbortSignal): Promise<PullOutcome> {
  const source = pullSource(claimed.kind)
  const known = await knownDays(pool(), claimed)
  const plan = planOf(claimed, source, known)
  const window = nextWindow(plan)
  if (claimed.importId !== null) {
    const pending = await lookAfter(claimed, claimed.importId, window === null ? [] : daysOf(window))
    if (pending !== null) return pending
  }
  if (window === null) {
    const nowMs = claimed.now.getTime()
    await releaseConnection(pool(), claimed, Math.max(1_000, nextDueMs(plan) - nowMs))
    return 'nothing due'
  }
  const fail = async (trouble: Trouble, askedMs: number | null): Promise<PullOutcome> => {
    await inTransaction((connection) =>
      notePullTrouble(connection, claimed, daysOf(window), trouble, pauseMs(trouble, claimed.failures + 1, askedMs)),
    )
    return 'failed'
  }
  const answer = await fetchWindow(claimed, source, window, signal)
  if (signal.aborted || (!answer.ok && answer.error === 'lost')) {
    if (signal.aborted) await releaseConnection(pool(), claimed, 0)
    return 'given up'
  }
  if (!answer.ok) {
    return answer.error === 'lost' ? 'given up' : await fail(answer.error.trouble, answer.error.askedMs)
  }
  await fault('pull.fetched')
  return await take(claimed, source, window, known, answer.value, fail)
}

function planOf(claimed: ClaimedConnection, source: PullSource, known: readonly KnownDay[]): PullPlan {
  return {
    source,
    nowMs: claimed.now.getTime(),
    fromDay: claimed.fromDay,
    everyMs: claimed.everyHours * HOUR_MS,
    askedMs: claimed.askedAt === null ? null : claimed.askedAt.getTime(),
    tried: known,
  }
}

/** What becomes of the window fetched before; null when a new one may be fetched. */
async function lookAfter(
  claimed: ClaimedConnection,
  importId: string,
  days: readonly string[],
): Promise<PullOutcome | null> {
  const found = await expectedImport(pool(), importId)
  if (found !== null && ['receiving', 'stored', 'importing'].includes(found.status)) {
    await releaseConnection(pool(), claimed, IMPORT_LOOK_MS)
    return 'importing'
  }
  const isBroken = found !== null && (found.status === 'failed' || found.status === 'cancelled')
  // Broken off before it was stored says nothing about what was fetched.
  if (!isBroken || found.problem?.code === 'UPLOAD_INTERRUPTED') {
    await forgetExpected(pool(), claimed)
    return null
  }
  const trouble = importFailed(found.no, found.problem?.message ?? 'It was cancelled.')
  const pause = pauseMs(trouble, claimed.failures + 1, null)
  await inTransaction((connection) => notePullTrouble(connection, claimed, days, trouble, pause))
  return 'failed'
}

interface Fetched {
  /** Last telling of each bucket, in the order of the answers. */
  readonly records: readonly PulledRecord[]
  readonly fetchedMs: number
}

type FetchFault = 'lost' | { readonly trouble: Trouble; readonly askedMs: number | null }

async function fetchWindow(
  claimed: ClaimedConnection,
  source: PullSource,
  window: Period,
  signal: AbortSignal,
): Promise<Result<Fetched, FetchFault>> {
  const failing = (trouble: Trouble, askedMs: number | null = null) => err({ trouble, askedMs })
  const key = await openKey(claimed)
  if (key === null) return failing(KEY_LOST)
  const records = new Map<string, PulledRecord>()
  for (const request of source.requests(window)) {
    const seen = new Set<string>()
    let page: string | null = null
    do {
      if (!(await renewPullLease(pool(), claimed))) return err('lost')
      const address = addressOf(claimed.baseUrl, request, page)
      const answer = await getOutbound(address, source.headers(key), {
        timeoutMs: PAGE_TIMEOUT_MS,
        maxBytes: PAGE_MAX_BYTES,
        signal,
      })
      if (answer.kind === 'refused') return failing(addressRefused(answer.problem))
      if (answer.kind === 'unreachable') return failing(unreachable(answer.problem))
      if (answer.kind === 'too_large') return failing(unreadable('A page of the answer is larger than 16 MB.'))
      if (answer.status !== 200) {
        return failing(troubleOfStatus(answer.status), retryAfterMs(answer.retryAfter, Date.now()))
      }
      const read = source.readPage(answer.body.toString('utf8'), request, window)
      if (!read.ok) return failing(unreadable(read.error))
      for (const record of read.value.records) {
        records.delete(record.key)
        records.set(record.key, record)
      }
      page = read.value.next
      if (page !== null && seen.has(page)) return failing(endless('The answer names a page that was read already.'))
      if (seen.size >= MOST_PAGES) return failing(endless(`The answer has more than ${MOST_PAGES} pages.`))
      if (page !== null) seen.add(page)
    } while (page !== null)
  }
  return ok({ records: [...records.values()], fetchedMs: claimed.now.getTime() })
}

const KEY_LOST: Trouble = {
  code: 'KEY_REFUSED',
  status: null,
  message: 'The stored key cannot be opened: it was sealed with another secret of this server.',
  remedy: 'Enter the key again.',
}

async function openKey(claimed: ClaimedConnection): Promise<string | null> {
  try {
    return await unseal(claimed.sealed, keyPlace(claimed.workspaceId, claimed.id))
  } catch (error) {
    log().warn({ err: error, connection: claimed.id }, 'the key of a connection cannot be opened')
    return null
  }
}

/** Hands what changed to the import; a window that tells nothing new is settled at once. */
async function take(
  claimed: ClaimedConnection,
  source: PullSource,
  window: Period,
  known: readonly KnownDay[],
  { records, fetchedMs }: Fetched,
  fail: (trouble: Trouble, askedMs: number | null) => Promise<PullOutcome>,
): Promise<PullOutcome> {
  const told = records.filter((record) => !record.isEmpty)
  const knownDay = new Map(known.map((one) => [one.day, one]))
  const days = daysOf(window).map((day) => {
    const texts = told.filter((record) => record.day === day).map((record) => record.text)
    const digest = createHash('sha256').update(texts.toSorted().join('\n')).digest('hex')
    const before = knownDay.get(day)
    const isToldBefore = before !== undefined && before.importId !== null
    const changed = (texts.length > 0 || isToldBefore) && before?.digest !== digest
    return { day, digest, changed, whole: isWhole(source, day, fetchedMs), texts, before: before?.importId ?? null }
  })
  const fetched: FetchedDays = {
    fetched_at: isoOf(fetchedMs),
    days: days.map(({ day, digest, changed, whole }) => ({ day, digest, changed, whole })),
  }
  const changed = days.filter((one) => one.changed)
  if (changed.length === 0) {
    const settled = await inTransaction((connection) => settleUnchanged(connection, claimed, fetched))
    return settled ? 'unchanged' : 'given up'
  }
  const importId = randomUUID()
  if (!(await expectImport(pool(), claimed, importId, fetched))) return 'given up'
  await fault('pull.expected')
  try {
    await receiveUpload(jobPrincipal(claimed), {
      id: importId,
      filename: `${claimed.name}, ${changed[0]?.day} to ${changed.at(-1)?.day}.jsonl`,
      chunks: linesOf(source, changed),
      declaredBytes: null,
      declaredSha256: null,
      options: { format: source.format, host: null, timeZone: null, project: null },
      source: 'pull',
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return await fail(
      {
        code: 'IMPORT_FAILED',
        status: null,
        message: `What was fetched could not be stored: ${error.message}`,
        remedy: error.remedy ?? 'It is tried again.',
      },
      null,
    )
  }
  await releaseConnection(pool(), claimed, IMPORT_LOOK_MS)
  return 'fetched'
}

/** Every day that changed as it is told now, and what was told of it before and is no more, emptied. */
async function* linesOf(
  source: PullSource,
  changed: readonly { readonly day: string; readonly texts: readonly string[]; readonly before: string | null }[],
): AsyncGenerator<Uint8Array> {
  for (const { day, texts, before } of changed) {
    const gone = before === null ? [] : vanished(source, await toldBefore(source, before, day), texts)
    for (const text of [...gone, ...texts]) yield Buffer.from(`${text}\n`, 'utf8')
  }
}

/** Records of a day in the file of an import; none where the file was cleared away. */
async function toldBefore(source: PullSource, importId: string, day: string): Promise<string[]> {
  const startMs = startOfDay(day)
  const window = { startMs, endMs: startMs + DAY_MS }
  const [request] = source.requests(window)
  if (request === undefined) return []
  const texts: string[] = []
  try {
    const file = createInterface({ input: createReadStream(uploadPath(importId)), crlfDelay: Number.POSITIVE_INFINITY })
    for await (const line of file) {
      const read = source.readPage(`{"data":[${line}],"has_more":false}`, request, window)
      if (read.ok) texts.push(...read.value.records.map((record) => record.text))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return texts
}

/** What the imports and the audit log name as their author. */
function jobPrincipal(claimed: ClaimedConnection): Principal {
  return {
    workspaceId: claimed.workspaceId,
    workspaceName: claimed.workspaceName,
    isSample: false,
    userId: null,
    actor: `connection ${claimed.name}`,
    role: 'engineer',
    scopes: ['import'],
  }
}
