/** Words of the connections to providers' APIs. */
import type { ConnectionDayView, ConnectionState } from '../../../lib/core/report/connection-view'

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

const state: Record<ConnectionState, string> = { good: 'in order', failing: 'failing', paused: 'paused', new: 'new' }
const dayStatus: Record<ConnectionDayView['status'], string> = {
  complete: 'complete',
  pending: 'pending',
  failed: 'failed',
}

export const connections = {
  title: 'Connections',
  tabsLabel: 'Ways in',
  tabs: { files: 'Files', connections: 'Connections' },
  answerNone: 'Connect a provider, and its usage comes by itself',
  answer: (count: number) =>
    `${plural(count, 'connection pulls', 'connections pull')} by ${count === 1 ? 'itself' : 'themselves'}`,
  answerFailing: (count: number, failing: number) =>
    `${failing} of ${plural(count, 'connection', 'connections')} ${failing === 1 ? 'is' : 'are'} failing`,
  context:
    'A connection asks a provider’s own API for usage or billed cost, stores each answer as a file and imports it like any other: every pull is in the history of Files and can be undone.',
  mayNotWrite: 'Administrators and engineers add and change connections.',
  add: 'Add connection',
  emptyTitle: 'No connection yet',
  emptyText:
    'With an admin key of OpenAI or Anthropic, or a management key of OpenRouter, usage is fetched every few hours, and the last three days are fetched again, because providers still add to them. Connect the cost report of the same provider as well: the bill then shows where the two differ.',
  emptyNote: 'Nothing is ever fetched without a connection.',
  kinds: 'What can be connected',
  kindsNote: 'The key is encrypted, sent to the address of the connection alone, and never shown again.',
  kind: 'What',
  tells: 'Tells',
  layer: { usage: 'usage, by the hour', billed: 'billed cost, by the day' },
  daily: 'usage, by the day, once it is over',
  keyOf: 'Key',
  makeKey: 'Make a key',
  makeKeyOf: (title: string) => `Make a key for ${title}`,
  state,
  dayStatus,
  keyEnding: (last4: string) => (last4 === '' ? 'key is set' : `key ends in ${last4}`),
  every: (hours: number) => (hours === 1 ? 'every hour' : hours === 24 ? 'once a day' : `every ${hours} hours`),
  since: (day: string) => `from ${day}`,
  customAddress: (host: string) => `at ${host}`,
  neverPulled: 'Nothing was pulled yet',
  firstPull: 'The first pull begins in a moment',
  lastGood: (when: string) => `Last good pull ${when}`,
  failingSince: (when: string, problem: string) => `failing since ${when} (${problem})`,
  problem: (status: number | null, message: string) => {
    const short = message.replace(/\.$/, '')
    return status === null ? short : `${status}: ${short}`
  },
  next: (when: string) => `Next pull ${when}`,
  fetching: 'Fetching now',
  importing: (no: number) => `Import #${no} is being read`,
  daysLabel: 'Days',
  days: (complete: number, pending: number, failed: number) =>
    [
      `${plural(complete, 'day', 'days')} complete`,
      pending === 0 ? '' : `${pending} pending`,
      failed === 0 ? '' : `${failed} failed`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  stripLabel: (name: string, summary: string) => `Days of ${name}: ${summary}`,
  strip: (count: number) => `the last ${count} days`,
  completeTo: (day: string) => `Complete up to ${day}`,
  showDays: 'Show days as a table',
  day: 'Day (UTC)',
  status: 'State',
  importedAs: 'Told by',
  note: 'Note',
  noUsage: 'no usage',
  rejected: (rows: string) => `${rows} ${rows === '1' ? 'row' : 'rows'} could not be read`,
  outOfReach: 'The provider tells it no more',
  pull: 'Pull now',
  pullOf: (name: string) => `Pull ${name} now`,
  pulled: 'The pull begins in a moment',
  pause: 'Pause',
  pauseOf: (name: string) => `Pause ${name}`,
  paused: (name: string) => `${name} is paused`,
  resume: 'Resume',
  resumeOf: (name: string) => `Resume ${name}`,
  resumed: (name: string) => `${name} pulls again`,
  edit: 'Edit',
  editOf: (name: string) => `Edit ${name}`,
  remove: 'Remove',
  removeOf: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: 'Its key is forgotten and nothing more is fetched. What it brought stays until its imports are undone.',
  removed: (name: string) => `${name} is removed`,
  addTitle: 'Add a connection',
  addText: 'The key is tried at once; what it may not read is said here.',
  editTitle: (name: string) => `Edit ${name}`,
  editText: 'A change of key or address is tried at once.',
  name: 'Name',
  key: 'Key',
  keyHint: (hint: string) => `Begins with ${hint}`,
  keyKept: (last4: string) =>
    last4 === '' ? 'Leave empty to keep the stored key.' : `Leave empty to keep the key that ends in ${last4}.`,
  keyAgain: 'Another address needs the key again: the stored one is not sent to a new place.',
  address: 'Address',
  addressHint: 'The provider’s own. Another one, such as a proxy of yours, must be public, or opened by an operator.',
  from: 'First day',
  fromHint: (reach: number | null) =>
    reach === null ? 'UTC. At most 400 days back.' : `UTC. The provider tells the last ${reach} days.`,
  everyLabel: 'Fetch',
  save: 'Save',
  added: (name: string) => `${name} is connected`,
  saved: (name: string) => `${name} is saved`,
} as const
