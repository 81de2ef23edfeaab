/** The price book files that came with this version, read from prisma/price-book. */
import 'server-only'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type BookFile, parseBookFile } from '../../core/price/book-file'

let shipped: readonly BookFile[] | null = null

/** Parsed once a process. Throws when a file is defective: the tests let no such file be shipped. */
export function shippedBookFiles(): readonly BookFile[] {
  shipped ??= readBookFiles(bookDirectory())
  return shipped
}

export function readBookFiles(directory: string): BookFile[] {
  return bookFileNames(directory).map((name) => {
    const parsed = parseBookFile(JSON.parse(readFileSync(join(directory, name), 'utf8')))
    if (parsed.ok) return parsed.value
    const defects = parsed.error.slice(0, 5).map((problem) => problem.message)
    throw new Error(`price book file ${name}: ${defects.join('; ')}`)
  })
}

/** SHA-256 of the shipped files, names included: equal digests are equal books. */
export function shippedBookDigest(): Buffer {
  const directory = bookDirectory()
  const hash = createHash('sha256')
  for (const name of bookFileNames(directory)) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(directory, name)))
      .update('\0')
  }
  return hash.digest()
}

function bookFileNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
}

/** prisma/price-book of the product, above the running script or the working folder. */
function bookDirectory(): string {
  const script = process.argv[1]
  const starts = [...(script !== undefined && existsSync(script) ? [dirname(realpathSync(script))] : []), process.cwd()]
  for (const start of starts) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      const directory = join(folder, 'prisma', 'price-book')
      if (existsSync(directory)) return directory
      if (dirname(folder) === folder) break
    }
  }
  throw new Error('The folder prisma/price-book was not found above the running program.')
}
