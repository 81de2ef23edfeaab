import { defineConfig } from '@playwright/test'
import { launchOptions } from './browser.mjs'

/** Set by run.mjs, which starts the product and finds the browser: begin with `npm run test:e2e`. */
const { TOKENTAB_E2E_ORIGIN: origin, CHROMIUM_PATH: chromium } = process.env

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results/e2e',
  // One server with one set of books: files run one after another, in the order of their names.
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // A test waits for what it expects; how long that takes is the machine's affair, until something is surely wrong.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['line'], ['json', { outputFile: '../../test-results/e2e.json' }]],
  use: {
    ...(origin === undefined ? {} : { baseURL: origin }),
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    ...(chromium === undefined ? {} : { launchOptions: launchOptions(chromium) }),
  },
})
