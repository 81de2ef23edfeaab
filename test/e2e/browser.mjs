// Finds a Chromium to test with, or gets one; says loudly when there is none. The browser tests are never skipped.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(fileURLToPath(new URL('.', import.meta.url)), '../..')

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

async function downloadedBrowser() {
  const { chromium } = await import('@playwright/test')
  const path = chromium.executablePath()
  return existsSync(path) ? path : null
}

const installedBrowser = () => INSTALLED.find((path) => existsSync(path)) ?? null

function run(command, args) {
  process.stderr.write(`$ ${command} ${args.join(' ')}\n`)
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], timeout: 600_000 }).status === 0
}

/** Path of a Chromium; installs one when none is found. Throws when that fails too. */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named
    throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`)
  }
  const found = installedBrowser() ?? (await downloadedBrowser())
  if (found !== null) return found
  if (run(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'])) {
    const downloaded = await downloadedBrowser()
    if (downloaded !== null) return downloaded
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update'])
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
    const packaged = installedBrowser()
    if (packaged !== null) return packaged
  }
  throw new Error('No Chromium was found and none could be installed. Set CHROMIUM_PATH to one and run again.')
}

/** What the browser is started with: no sandbox as root, where it cannot work, and no traffic of its own. */
export function launchOptions(executablePath) {
  const isRoot = process.getuid?.() === 0
  return {
    executablePath,
    chromiumSandbox: !isRoot,
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  }
}
