/**
 * The import worker: takes stored files one after another, and tidies up after processes that went away. It may be
 * killed at any point; whoever comes next finds its imports by their leases.
 */
import 'server-only'
import { sealAuditLog } from '../db/audit-seal'
import { claimImport, failInterrupted, listOwners } from '../db/import'
import { listen } from '../db/notification'
import { pool } from '../db/pool'
import { forgetAround } from '../db/span-around'
import { renewStatistics } from '../db/statistics'
import { log } from '../log'
import { isGone, processOwner } from '../process-owner'
import { dropUpload } from '../upload-store'
import { checkBudgets, deliverAlerts } from '../use-case/check-budgets'
import { completeLeftUploads } from '../use-case/complete-upload'
import { pullDue } from '../use-case/pull-usage'
import { runImport } from '../use-case/run-import'
import { verifyBillsNightly } from '../use-case/verify-bills'

const POLL_MS = 1_000
const PAUSE_AFTER_FAULT_MS = 2_000
/** How often it is asked whether the night's work is done. */
const NIGHTLY_EVERY_MS = 300_000
/** How often it is asked whether usage changed since the budgets were compared with it, and whether a sending is due. */
const BUDGETS_EVERY_MS = 15_000

/** How often it is asked after imports whether tables have grown. */
const STATISTICS_EVERY_MS = 5_000

/** How often new rows of the audit log are sealed. */
const SEALS_EVERY_MS = 30_000

/** How often it is asked whether a connection is due. */
const PULLS_EVERY_MS = 5_000

/** Works until the signal; an import under way is finished or left to its lease, as the caller's patience allows. */
export async function runWorker(signal: AbortSignal): Promise<void> {
  const bell = listen('import_stored')
  let nightlyAtMs = Date.now()
  let budgetsAtMs = Date.now()
  let isRoundUnderWay = false
  let statisticsAtMs: number | null = Date.now()
  let sealsAtMs = Date.now()
  let pullsAtMs = Date.now()
  let arePullsUnderWay = false
  try {
    while (!signal.aborted) {
      try {
        if (!isRoundUnderWay && Date.now() >= budgetsAtMs) {
          budgetsAtMs = Date.now() + BUDGETS_EVERY_MS
          // Not waited for: an import must not stand behind somebody's slow webhook.
          isRoundUnderWay = true
          void alertRound().finally(() => {
            isRoundUnderWay = false
          })
        }
        if (!arePullsUnderWay && Date.now() >= pullsAtMs) {
          pullsAtMs = Date.now() + PULLS_EVERY_MS
          // Nor behind a provider that does not answer.
          arePullsUnderWay = true
          void pullRound(signal).finally(() => {
            arePullsUnderWay = false
          })
        }
        if (statisticsAtMs !== null && Date.now() >= statisticsAtMs) {
          statisticsAtMs = null
          void statisticsRound()
        }
        if (Date.now() >= sealsAtMs) {
          sealsAtMs = Date.now() + SEALS_EVERY_MS
          await sealAuditLog()
        }
        const worked = await workOnce(null)
        if (worked) {
          statisticsAtMs ??= Date.now() + STATISTICS_EVERY_MS
          continue
        }
        if (Date.now() >= nightlyAtMs) {
          nightlyAtMs = Date.now() + NIGHTLY_EVERY_MS
          await verifyBillsNightly()
          await forgetAround(pool())
        }
        await bell.wait(POLL_MS, signal)
      } catch (error) {
        log().warn({ err: error }, 'the worker could not reach its work')
        await bell.wait(PAUSE_AFTER_FAULT_MS, signal)
      }
    }
  } finally {
    await bell.close()
  }
}

async function alertRound(): Promise<void> {
  try {
    await checkBudgets(Date.now())
    await deliverAlerts()
  } catch (error) {
    log().warn({ err: error }, 'budgets could not be compared; it is tried again')
  }
}

async function statisticsRound(): Promise<void> {
  try {
    await renewStatistics(pool())
  } catch (error) {
    log().warn({ err: error }, 'statistics of the tables could not be renewed')
  }
}

async function pullRound(signal: AbortSignal): Promise<void> {
  try {
    await pullDue(signal)
  } catch (error) {
    log().warn({ err: error }, 'connections could not be pulled; it is tried again')
  }
}

/** Imports one file if any waits (`only`: that one alone); false when there was nothing to do. */
export async function workOnce(only: string | null): Promise<boolean> {
  const gone = (await listOwners(pool())).filter(isGone)
  await completeLeftUploads(gone)
  for (const id of await failInterrupted(pool(), gone)) await dropUpload(id)
  const claimed = await claimImport(pool(), processOwner(), gone, only)
  if (claimed === null) return false
  log().info({ import: claimed.no, attempt: claimed.attempts }, 'import begins')
  const outcome = await runImport(claimed)
  log().info({ import: claimed.no, outcome }, 'import ends')
  return true
}
