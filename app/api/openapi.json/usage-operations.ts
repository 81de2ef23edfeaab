/** Usage in and out, accounts and members. */
import { exploreQuery } from '@/lib/server/read/explore'
import { previewMappingInput } from '@/lib/server/read/import-mapping'
import { pageQuery } from '@/lib/server/read/list-page'
import { spendQuery } from '@/lib/server/read/spend'
import { addMemberInput } from '@/lib/server/use-case/add-member'
import { changePasswordInput, switchWorkspaceInput } from '@/lib/server/use-case/change-account'
import { addConnectionInput, changeConnectionInput } from '@/lib/server/use-case/change-connections'
import { changeMemberInput } from '@/lib/server/use-case/change-member'
import { createTokenInput } from '@/lib/server/use-case/create-token'
import { decideSourceInput, reverseDecisionInput } from '@/lib/server/use-case/decide-source'
import { mapImportInput } from '@/lib/server/use-case/map-import'
import { setUpInput } from '@/lib/server/use-case/set-up'
import { callsQuery, exportQuery, importsQuery, uploadQuery } from '../v1/queries'
import type { Operations } from './operation'

const CSV = ['text/csv']
const BYTES = ['application/octet-stream']
const OTLP = ['application/x-protobuf', 'application/json']
const TUS = { 'Tus-Resumable': 'The version of the protocol, 1.0.0.' }

export const USAGE_OPERATIONS: Operations = {
  'v1/imports': {
    GET: { summary: 'Imports, newest first, page by page.', query: importsQuery },
    POST: {
      summary: 'Upload a file: plain, gzip, zstd or zip, recognised from its content.',
      query: uploadQuery,
      bodyIs: BYTES,
      status: 202,
    },
  },
  'v1/connections': {
    GET: { summary: 'Connections to providers’ APIs, with the state of each of their days.' },
    POST: { summary: 'Connect a provider’s usage or cost API.', body: addConnectionInput, status: 201 },
  },
  'v1/connections/[id]': {
    GET: { summary: 'One connection with the state of each of its days. Its key is never answered.' },
    PATCH: { summary: 'Rename, re-key, move, pause or resume a connection.', body: changeConnectionInput },
    DELETE: { summary: 'Forget a connection and its key; what it fetched stays.' },
  },
  'v1/connections/[id]/pull': { POST: { summary: 'Pull now, and the last days again.', status: 202 } },
  'v1/imports/overlaps': { GET: { summary: 'Where two sources tell the same host, model and day.' } },
  'v1/imports/decisions': {
    GET: {
      summary: 'Which source is authoritative for a host and period, as decided; newest first, page by page.',
      query: pageQuery,
    },
    POST: {
      summary: 'Decide which source is authoritative for a host and period, or preview it; the others are set aside.',
      body: decideSourceInput,
    },
  },
  'v1/imports/decisions/[no]/reverse': {
    POST: { summary: 'Reverse a decision: what it set aside counts again.', body: reverseDecisionInput },
  },
  'v1/imports/[id]': {
    GET: { summary: 'One import with its counts.' },
    DELETE: { summary: 'Undo an import, or cancel one that runs.' },
  },
  'v1/imports/[id]/events': {
    GET: { summary: 'The import’s progress as it happens.', replyIs: ['text/event-stream'] },
  },
  'v1/imports/[id]/mapping': {
    GET: { summary: 'A first mapping of a file that no format fits, with its rows priced.' },
    POST: { summary: 'What a mapping would make of the file; writes nothing.', body: previewMappingInput },
    PUT: { summary: 'Save a mapping for the file’s header and import the file.', body: mapImportInput, status: 202 },
  },
  'v1/mappings': { GET: { summary: 'Saved mappings.' } },
  'v1/mappings/[id]': { DELETE: { summary: 'Forget a mapping.', status: 204 } },
  'v1/imports/[id]/rejects.csv': { GET: { summary: 'The rejected rows with line and reason.', replyIs: CSV } },
  'v1/uploads': {
    POST: { summary: 'Begin a resumable upload (tus 1.0).', headers: TUS, status: 201 },
    OPTIONS: { summary: 'What of tus 1.0 is spoken here.', status: 204 },
  },
  'v1/uploads/[id]': {
    HEAD: { summary: 'How much of an upload has arrived (tus 1.0).', headers: TUS },
    PATCH: { summary: 'Send the next part of an upload (tus 1.0).', headers: TUS, bodyIs: BYTES, status: 204 },
    DELETE: { summary: 'Give up an upload (tus 1.0).', headers: TUS, status: 204 },
  },
  'v1/usage': {
    POST: {
      summary: 'Usage records as a JSON array or one a line; answered when they are committed.',
      headers: { 'Idempotency-Key': 'A retry with the same key and body gets the first reply.' },
      bodyIs: ['application/json', 'application/x-ndjson'],
    },
  },
  'v1/otlp/v1/traces': { POST: { summary: 'OTLP/HTTP spans.', bodyIs: OTLP, replyIs: OTLP } },
  'v1/otlp/v1/logs': { POST: { summary: 'OTLP/HTTP log records.', bodyIs: OTLP, replyIs: OTLP } },
  'v1/formats': { GET: { summary: 'Formats, and how each is recognised.' } },
  'v1/formats/template.csv': { GET: { summary: 'An empty file of our own CSV format.', replyIs: CSV } },
  'v1/spend': {
    GET: {
      summary:
        'Sums of cost, calls and tokens by groups. filter.NAME=a,b takes any of the values: one with a comma in double quotes, the empty one for none.',
      query: spendQuery,
    },
  },
  'v1/explore.csv': {
    GET: {
      summary: 'Whole months as rows × columns × measure, every row and column.',
      query: exploreQuery,
      replyIs: CSV,
    },
  },
  'v1/calls': { GET: { summary: 'Records with their charge lines, page by page.', query: callsQuery } },
  'v1/calls.csv': {
    GET: {
      summary: 'Every record as Tokentab CSV, which imports as the same records.',
      query: exportQuery,
      replyIs: CSV,
    },
  },
  'v1/account': { GET: { summary: 'Who is asking, and where.' } },
  'v1/account/password': { POST: { summary: 'Change one’s password.', body: changePasswordInput } },
  'v1/account/sessions/[id]': { DELETE: { summary: 'End one of one’s sessions.' } },
  'v1/account/sign-out-everywhere': { POST: { summary: 'End all of one’s sessions.' } },
  'v1/account/workspace': { POST: { summary: 'Move the session to another workspace.', body: switchWorkspaceInput } },
  'v1/members': {
    GET: { summary: 'Members of the workspace.' },
    POST: { summary: 'Add a member.', body: addMemberInput, status: 201 },
  },
  'v1/members/[id]': {
    PATCH: { summary: 'Change a member’s role or password.', body: changeMemberInput },
    DELETE: { summary: 'Remove a member.' },
  },
  'v1/tokens': {
    GET: { summary: 'API tokens: their prefixes, never the tokens.' },
    POST: { summary: 'Make an API token; it is shown once.', body: createTokenInput, status: 201 },
  },
  'v1/tokens/[id]': { DELETE: { summary: 'Revoke an API token.' } },
  'set-up': { POST: { summary: 'Make the first administrator; refused once there is one.', body: setUpInput } },
}
