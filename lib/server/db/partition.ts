/**
 * Month partitions of usage_record. They are made before rows are written, on a connection of their own: attaching a
 * table takes no lock that readers or running imports hold, creating it in place would.
 */
import 'server-only'
import { monthPeriod } from '../../core/time/instant'
import { inTransaction, pool } from './pool'

/** Any number, the same everywhere: who makes partitions takes turns. */
const PARTITION_LOCK = 711_001

/** Months known to exist, by the database they are in; dropping a partition is no operation of the product. */
const made = new WeakMap<object, Set<string>>()

/** Makes the partitions of the months ("2026-09") that do not exist yet. */
export async function makeMonths(months: Iterable<string>): Promise<void> {
  const known = made.get(pool()) ?? new Set<string>()
  made.set(pool(), known)
  for (const month of months) {
    if (known.has(month)) continue
    await makeMonth(month)
    known.add(month)
  }
}

async function makeMonth(month: string): Promise<void> {
  const period = monthPeriod(month)
  if (!period.ok) throw new RangeError(`not a month: ${month}`)
  const table = `usage_record_${month.replace('-', '_')}`
  const from = new Date(period.value.startMs).toISOString()
  const to = new Date(period.value.endMs).toISOString()
  await inTransaction(async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK])
    const { rows } = await connection.query('SELECT 1 FROM pg_class WHERE oid = to_regclass($1)', [table])
    if (rows.length > 0) return
    await connection.query(`CREATE TABLE ${table} (LIKE usage_record INCLUDING ALL)`)
    await connection.query(
      `ALTER TABLE usage_record ATTACH PARTITION ${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
    )
  })
}
