/** Opens a report by its link, for anybody who has it. Counts attempts, so that secrets cannot be guessed at speed. */
import 'server-only'
import type { FrozenReport } from '../../core/report/what-if-report'
import { hashToken, isLinkText } from '../auth/token-text'
import { pool } from '../db/pool'
import { type LimitRule, takeAttempt } from '../db/rate-limit'
import { findSharedReport } from '../db/report'
import { AppError } from '../errors'

const PER_ADDRESS: LimitRule = { name: 'shared-report', points: 120, windowSeconds: 60, blockSeconds: 60 }

export interface SharedReport {
  readonly content: FrozenReport
  readonly digest: string
}

/**
 * Throws NOT_FOUND with one text for an unknown, expired or revoked link, and TOO_MANY_REQUESTS after 120 requests of an
 * address in a minute. Nothing of the workspace but the report itself is answered.
 */
export async function openSharedReport(input: {
  readonly secret: string
  /** From http/peer.ts. */
  readonly address: string
}): Promise<SharedReport> {
  const wait = await takeAttempt(PER_ADDRESS, input.address)
  if (wait > 0) {
    throw new AppError('TOO_MANY_REQUESTS', 'Too many requests from here.', { retryAfterSeconds: wait })
  }
  const report = isLinkText(input.secret) ? await findSharedReport(pool(), hashToken(input.secret)) : null
  if (report === null) throw new AppError('NOT_FOUND', 'There is no report at this address, or it is no longer shared.')
  return { content: report.content, digest: report.digest }
}
