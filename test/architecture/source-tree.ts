/** The source files of the product, read as text for the tests of this folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(fileURLToPath(new URL('.', import.meta.url)), '../..')

export interface SourceFile {
  /** Path from the repository root with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lines: number
}

function walk(directory: string, found: string[]): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'generated' || entry.name.startsWith('.')) continue
    const path = join(directory, entry.name)
    if (entry.isDirectory()) walk(path, found)
    else found.push(path)
  }
}

/** Files below the given top-level folders whose names match; e.g. sourceFiles(['app', 'lib'], /\.tsx?$/). */
export function sourceFiles(folders: readonly string[], name: RegExp): SourceFile[] {
  const found: string[] = []
  for (const folder of folders) walk(join(root, folder), found)
  return found
    .filter((path) => name.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path: relative(root, path).replaceAll('\\', '/'), text, lines: text.split('\n').length }
    })
}

/** The text without comments and string contents, so that a word in prose does not count as code. */
export function codeOnly(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
}
