#!/usr/bin/env node
import { join } from 'node:path'
// `npm start`: installs and builds when that is still to be done, then serves in this same process.
import { pathToFileURL } from 'node:url'
import { ensureBuilt, ensureInstalled, root } from './prepare.mjs'

try {
  await ensureInstalled()
  await ensureBuilt()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
process.env.NODE_ENV ??= 'production'
process.env.NEXT_TELEMETRY_DISABLED = '1'
process.argv.splice(2, process.argv.length, 'serve')
await import(pathToFileURL(join(root, 'dist/tokentab.mjs')).href)
