/**
 * The integration tests' PostgreSQL: the product's own embedded server in a folder of its own, with one migrated
 * template database that every test worker clones.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../lib/server/db/embedded/supervisor'
import { migrateDatabase } from '../../lib/server/db/migrate'

export const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), '../../prisma/migrations')

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the template database. */
    templateUrl: string
  }
}

/** Makes an empty folder that the database account can pass through. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tokentab-test-'))
  chmodSync(directory, 0o711)
  return directory
}

/** Removes a data directory and whatever root put outside it. */
export function removeDataDirectory(directory: string): void {
  try {
    const note = JSON.parse(readFileSync(join(directory, 'postgres/cluster.json'), 'utf8')) as { cluster_root: string }
    if (note.cluster_root.startsWith('/var/lib/tokentab/')) rmSync(note.cluster_root, { recursive: true, force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  rmSync(directory, { recursive: true, force: true })
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = temporaryDirectory()
  const server = await startEmbedded({ dataDir: directory, sharedBuffers: '128MB' })
  const stop = async () => {
    await server.stop()
    removeDataDirectory(directory)
  }
  try {
    const admin = new pg.Client({ connectionString: server.url() })
    await admin.connect()
    await admin.query('CREATE DATABASE template_tokentab')
    await admin.end()
    const template = server.url().replace(/\/tokentab$/, '/template_tokentab')
    await migrateDatabase(template, MIGRATIONS)
    project.provide('templateUrl', template)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
