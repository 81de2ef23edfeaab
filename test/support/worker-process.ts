/**
 * An import worker in a process of its own, to be killed by the crash tests. Ends by itself when nothing waits. With "pull"
 * it pulls one window of a connection first.
 */
import { pool } from '../../lib/server/db/pool'
import { workOnce } from '../../lib/server/job/worker'
import { pullOnce } from '../../lib/server/use-case/pull-usage'

const mode = process.argv[2]
if (mode === 'pull') await pullOnce(new AbortController().signal)
let idle = 0
while (mode === 'forever' || idle < 1) idle = (await workOnce(null)) ? 0 : idle + 1
await pool().end()
