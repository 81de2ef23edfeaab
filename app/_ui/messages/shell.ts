/** Words of the frame around every screen and of the kit's own controls. */
import { elapsed } from '../../../lib/core/report/format'

export const product = {
  name: 'Tokentab',
  description:
    'Prices every LLM call exactly, bills the month, and replays your usage on another model or your own GPUs.',
} as const

export const shell = {
  navigation: 'Main',
  overview: 'Overview',
  bills: 'Bills',
  budgets: 'Budgets',
  imports: 'Imports',
  calls: 'Calls',
  whatIf: 'What-if',
  advisor: 'Advisor',
  rates: 'Rates',
  settings: 'Settings',
  workspace: 'Workspace',
  workspaces: 'Workspaces',
  sampleData: 'sample data',
  sampleExplained: 'This workspace holds generated sample data, not a real bill.',
  unpricedModels: (count: number) => (count === 1 ? '1 model without a rate' : `${count} models without a rate`),
  openMenu: 'Open menu',
  closeMenu: 'Close menu',
  menu: 'Menu',
  skip: 'Skip to content',
  signOut: 'Sign out',
  signedInAs: 'Signed in as',
  theme: 'Theme',
  themeSystem: 'System',
  themeLight: 'Light',
  themeDark: 'Dark',
  palette: 'Go to',
  paletteOpen: 'Search and go to',
  paletteHint: 'Type a page, a model or a host',
  paletteNothing: 'Nothing of that name.',
  palettePages: 'Pages',
  paletteModels: 'Models',
  paletteHosts: 'Hosts',
  dataTo: (text: string) => `Data to ${text}`,
  noDataYet: 'No data yet',
  ago: (iso: string, nowMs: number) => {
    const { unit, count } = elapsed(iso, nowMs)
    if (unit === 'now') return 'just now'
    return `${count} ${{ minute: 'min', hour: 'h', day: count === 1 ? 'day' : 'days' }[unit]} ago`
  },
  breadcrumb: 'You are here',
  notFoundTitle: 'There is no such page',
  notFoundText: 'The link may be old, or the thing it names was undone or belongs to another workspace.',
  toOverview: 'Go to the overview',
  errorWhat: 'This screen could not be shown.',
  errorKept: 'Nothing was changed: reading a screen writes nothing.',
  errorRemedy: 'Try again. If it stays, the server log holds the cause under this number:',
  tryAgain: 'Try again',
  loading: 'Loading',
} as const

export const kit = {
  cancel: 'Cancel',
  close: 'Close',
  kept: 'Kept:',
  toDo: 'To do:',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'Select and copy',
  copyOf: (label: string) => `Copy ${label}`,
  period: 'Period',
  periods: {
    'this-month': 'This month',
    'last-month': 'Last month',
    '3m': '3 mo',
    '6m': '6 mo',
    '12m': '12 mo',
  },
  custom: 'Custom',
  customRange: (from: string, to: string) => (from === to ? from : `${from} – ${to}`),
  firstMonth: 'First month',
  lastMonth: 'Last month',
  apply: 'Apply',
  rangeWrong: 'The first month must not be after the last.',
  utc: 'UTC',
  utcExplained: 'Months begin and end at midnight UTC.',
  nextPage: 'Next page',
  firstPage: 'First page',
  none: 'none',
} as const
