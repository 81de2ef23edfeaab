/** The `tokentab` command: the same use-cases as the screens, without a browser. */
import { quietLog } from '../server/env'
import { explain, printLine, UsageError } from './output'

interface Command {
  readonly summary: string
  readonly load: () => Promise<{ run: (args: string[]) => Promise<number> }>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { summary: 'serve the dashboard and the API (what npm start does)', load: () => import('./serve') },
  token: { summary: 'token create --name N --scopes a,b [--workspace SLUG]', load: () => import('./token') },
  import: {
    summary: 'import FILE… [--workspace SLUG] [--format ID] [--timezone AREA/CITY]',
    load: () => import('./import'),
  },
  price: { summary: 'price FILE.jsonl: one call a line, nothing is stored', load: () => import('./price') },
  bill: {
    summary: 'bill 2026-09 [--workspace SLUG] [--csv]: a month as its screen shows it',
    load: () => import('./bill'),
  },
  simulate: {
    summary: 'simulate SCENARIO.json [--workspace SLUG]: what the same calls would cost elsewhere',
    load: () => import('./simulate'),
  },
  'check-books': {
    summary: 'rows, rollups and bills must agree to the last digit',
    load: () => import('./check-books'),
  },
  backup: {
    summary: 'backup FILE: every workspace in one file, also beside a running server',
    load: () => import('./backup'),
  },
  restore: { summary: 'restore FILE: into an instance that has nothing yet', load: () => import('./restore') },
  migrate: { summary: 'bring the database to this version', load: () => import('./migrate') },
}
/** Started by the server; not for typing. */
const INTERNAL: Readonly<Record<string, Command>> = {
  work: { summary: 'run the import worker', load: () => import('./work') },
}

/** They run for long, so they tell what they do. */
const SERVERS = ['serve', 'work']

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
  return ['Usage: tokentab COMMAND [--json]', '', ...lines].join('\n')
}

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2)
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    printLine(help())
    return name === undefined ? 2 : 0
  }
  const all = { ...COMMANDS, ...INTERNAL }
  const command = Object.hasOwn(all, name) ? all[name] : undefined
  if (command === undefined) throw new UsageError(`There is no command ${name}.`)
  if (!SERVERS.includes(name)) quietLog()
  const { run } = await command.load()
  return await run(args)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = explain(error)
}
