#!/usr/bin/env node
// The `tokentab` command; its own text is on stdout, everything about preparing it on stderr.
import { pathToFileURL } from 'node:url'
import { ensureBundle, ensureInstalled } from './prepare.mjs'

process.env.NODE_ENV ??= 'production'
let bundle
try {
  await ensureInstalled()
  bundle = await ensureBundle()
} catch (error) {
  process.stderr.write(`tokentab: ${error.message}\n`)
  process.exit(1)
}
await import(pathToFileURL(bundle).href)
