/** Finds the folder of the installed product from wherever this code was bundled to. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'tokentab')
      return folder
    const parent = dirname(folder)
    if (parent === folder) throw new Error('The folder of Tokentab was not found above its own code.')
    folder = parent
  }
}

export const migrationsDirectory = (): string => join(projectRoot(), 'prisma', 'migrations')

/** The file that Node runs as the command line. */
export const commandScript = (): string => join(projectRoot(), 'dist', 'tokentab.mjs')

/** The program of the thread that sifts session logs, beside it. */
export const siftScript = (): string => join(projectRoot(), 'dist', 'sift-thread.mjs')
