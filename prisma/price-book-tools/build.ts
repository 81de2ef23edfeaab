/**
 * Builds prisma/price-book/*.json: figures curated in ./curated, completed by the genai-prices catalogue.
 * Run by a maintainer: `npx tsx prisma/price-book-tools/build.ts`; the result is reviewed and committed. The same
 * inputs always give the same bytes.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildHost } from './assemble'
import { CURATED } from './curated/hosts'
import { bookFileText } from './write'

const BOOK = join(import.meta.dirname, '..', 'price-book')
const only = process.argv[2]

mkdirSync(BOOK, { recursive: true })
const files = CURATED.filter((curated) => only === undefined || curated.host === only).map((curated) =>
  buildHost(curated),
)
if (only === undefined) {
  for (const name of readdirSync(BOOK)) if (name.endsWith('.json')) rmSync(join(BOOK, name))
}
let models = 0
for (const file of files) {
  models += file.models.length
  writeFileSync(join(BOOK, `${file.host}.json`), bookFileText(file))
}
process.stdout.write(`${files.length} hosts, ${models} models\n`)
