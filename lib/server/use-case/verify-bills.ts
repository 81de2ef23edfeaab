/** The nightly comparison of closed bills with their hashes and with the records. The worker runs it, nobody asks. */
import 'server-only'
import { writeAudit } from '../db/audit'
import { checkClosedBills, isVerificationDue, noteVerified } from '../db/bill-verify'
import { inTransaction, pool } from '../db/pool'
import { readConsistently } from '../db/transaction'
import { log } from '../log'

/** Compares every closed bill when some was not compared since last night; the number found wrong, null when none was due. */
export async function verifyBillsNightly(): Promise<number | null> {
  return (await isVerificationDue(pool())) ? await verifyBills() : null
}

/** A difference is noted at the bill, in the audit log and in the log; nothing is mended. */
export async function verifyBills(): Promise<number> {
  const checked = await readConsistently(async (connection) => await checkClosedBills(connection, null), {
    unlimited: true,
  })
  const wrong = checked.filter((bill) => bill.fault !== null)
  await inTransaction(async (connection) => {
    for (const bill of checked) {
      const changed = await noteVerified(connection, bill)
      if (!changed || bill.fault === null) continue
      log().error({ ...bill }, 'a closed bill is not what it was closed as')
      const { workspaceId, month, version, fault } = bill
      await writeAudit(connection, { workspaceId, actor: 'nightly check' }, 'bill.differs', `bill ${month}`, {
        version,
        ...fault,
      })
    }
  })
  if (checked.length > 0) log().info({ bills: checked.length, wrong: wrong.length }, 'closed bills verified')
  return wrong.length
}
