/** An import worker in a process of its own, to be killed by the crash tests. Ends by itself when nothing waits. */
import { pool } from '../../lib/server/db/pool'
import { workOnce } from '../../lib/server/job/worker'

const mode = process.argv[2]
let idle = 0
while (mode === 'forever' || idle < 1) idle = (await workOnce(null)) ? 0 : idle + 1
await pool().end()
