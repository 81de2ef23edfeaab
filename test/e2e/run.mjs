// `npm run test:e2e`: the real product, the real browser. Arguments are passed on to Playwright.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled } from '../../bin/prepare.mjs'
import { findChromium } from './browser.mjs'
import { ADMIN, removeDataDirectory, root, startProduct } from './server.mjs'

await ensureInstalled()
await ensureBuilt()
const chromium = await findChromium()
const product = await startProduct({
  environment: {
    TOKENTAB_ADMIN_EMAIL: ADMIN.email,
    TOKENTAB_ADMIN_PASSWORD: ADMIN.password,
    TOKENTAB_SAMPLE_DATA: '1',
    // The provider of connections.spec.ts is on the loopback.
    TOKENTAB_OUTBOUND_ALLOW: '127.0.0.1',
  },
})
let status = 1
try {
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/@playwright/test/cli.js'),
      'test',
      '--config',
      'test/e2e/playwright.config.ts',
      ...process.argv.slice(2),
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        CHROMIUM_PATH: chromium,
        TOKENTAB_E2E_ORIGIN: product.origin,
        TOKENTAB_E2E_DATA_DIR: product.dataDir,
        TOKENTAB_E2E_EMAIL: ADMIN.email,
        TOKENTAB_E2E_PASSWORD: ADMIN.password,
      },
    },
  )
  status = result.status ?? 1
} finally {
  await product.stop()
  removeDataDirectory(product.dataDir)
}
process.exit(status)
