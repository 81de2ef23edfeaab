import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const alias = { '@': root, 'server-only': join(root, 'test/support/server-only.ts') }
const shared = { alias, environment: 'node' as const, testTimeout: 120_000 }
/** The default leaves a core to itself, which is half of a small machine. Processes: some tests measure the memory of theirs. */
const everyCore = { maxWorkers: '100%', pool: 'forks' as const }

export default defineConfig({
  root,
  resolve: { alias },
  test: {
    projects: [
      {
        root,
        resolve: { alias },
        test: {
          ...shared,
          ...everyCore,
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
        },
      },
      {
        root,
        resolve: { alias },
        test: { ...shared, ...everyCore, name: 'golden', include: ['test/golden/**/*.test.ts'] },
      },
      {
        root,
        resolve: { alias },
        test: { ...shared, name: 'architecture', include: ['test/architecture/**/*.test.ts'] },
      },
      {
        root,
        resolve: { alias },
        test: {
          ...shared,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts'],
          // Far above what any takes alone: a machine that does four other things must not fail one.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
