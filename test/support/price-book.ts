/** The shipped price book, read from its files. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileBook } from '../../lib/core/price/book'
import { type BookFile, parseBookFile } from '../../lib/core/price/book-file'
import type { PriceBook } from '../../lib/core/price/compiled'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../prisma/price-book')

export function shippedFileNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
}

export function readShippedFile(name: string): BookFile {
  const parsed = parseBookFile(JSON.parse(readFileSync(join(folder, name), 'utf8')))
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error.map((problem) => problem.message).join('; ')}`)
  return parsed.value
}

/** The book of one host, from its shipped file. */
export function bookOf(name: string): PriceBook {
  const { entries, aliases, host } = readShippedFile(name)
  return compileBook({ entries, aliases, hosts: [host] })
}

export function shippedBook(): { files: readonly BookFile[]; book: PriceBook } {
  const files = shippedFileNames().map(readShippedFile)
  const book = compileBook({
    entries: files.flatMap((file) => file.entries),
    aliases: files.flatMap((file) => file.aliases),
    hosts: files.map((file) => file.host),
  })
  return { files, book }
}
