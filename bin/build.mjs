// `npm run build`: installs what is missing and builds this state of the sources.
import { ensureBuilt, ensureInstalled } from './prepare.mjs'

await ensureInstalled()
await ensureBuilt()
