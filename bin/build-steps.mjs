// The whole build: Prisma's client, the pages by Next, and the command line in one file that Node runs as it is.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './prepare.mjs'

function run(script, args, environment = {}) {
  const result = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...environment },
  })
  if (result.status === 0) return
  // What a step says is of interest only when it fails.
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  throw new Error(`${script} ${args.join(' ')} failed (${result.error?.message ?? result.status ?? result.signal}).`)
}

export function generateClient() {
  run('bin/generate.mjs', [])
}

function buildPages() {
  // A build sees no configuration of the machine it runs on: pages read it when they are asked for.
  run('node_modules/next/dist/bin/next', ['build'], {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: '',
  })
}

/** Marks modules for Next; outside it there is no client that could import them. */
export const serverOnly = {
  name: 'server-only',
  setup(build) {
    build.onResolve({ filter: /^server-only$/ }, () => ({ path: 'server-only', namespace: 'empty' }))
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }))
  },
}

export async function bundleCommand() {
  const esbuild = await import('esbuild')
  const before = new Set(chunks())
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'lib/cli/main.ts', out: 'tokentab' },
      { in: 'lib/server/sift-thread.ts', out: 'sift-thread' },
    ],
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins: [serverOnly],
    tsconfig: 'tsconfig.json',
    sourcemap: 'linked',
    logLevel: 'warning',
    metafile: true,
  })
  // Its helper process would stay for as long as the server runs.
  await esbuild.stop()
  for (const file of Object.keys(metafile.outputs)) before.delete(file.replace(/^dist\//, ''))
  for (const file of before) rmSync(join(root, 'dist', file), { force: true })
}

/** Chunks of an earlier bundle, which nothing imports any more after the next one. */
function chunks() {
  return readdirSync(join(root, 'dist')).filter((name) => /^chunk-.*\.mjs(\.map)?$/.test(name))
}

export async function buildAll() {
  generateClient()
  await bundleCommand()
  buildPages()
}
