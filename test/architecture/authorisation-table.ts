/**
 * Every address of the product and who may ask for it. A route handler or page that is not here, or does not call what
 * its line says, fails the build: a forgotten path is how others lost their users' data.
 */
import type { Permission } from '../../lib/server/auth/principal'

export type RouteLine = Readonly<
  Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS', Permission | 'public'>>
>

/** Path of the folder under app, and the permission each exported method declares. */
export const ROUTES: Readonly<Record<string, RouteLine>> = {
  'api/auth/[...nextauth]': { GET: 'public', POST: 'public' },
  'api/set-up': { POST: 'public' },
  'api/v1/account': { GET: 'account.self' },
  'api/v1/account/password': { POST: 'account.self' },
  'api/v1/account/sessions/[id]': { DELETE: 'account.self' },
  'api/v1/account/sign-out-everywhere': { POST: 'account.self' },
  'api/v1/account/workspace': { POST: 'account.self' },
  'api/v1/allocation/rules': { POST: 'allocation.write' },
  'api/v1/allocation/rules/[id]': { PATCH: 'allocation.write', DELETE: 'allocation.write' },
  'api/v1/allocation/sharing': { POST: 'allocation.write' },
  'api/v1/bills': { GET: 'bills.read' },
  'api/v1/bills/[month]': { GET: 'bills.read' },
  'api/v1/bills/[month]/changes': { GET: 'bills.read' },
  'api/v1/bills/[month]/chargeback': { GET: 'bills.read' },
  'api/v1/bills/[month]/chargeback/[centre]': { GET: 'bills.read' },
  'api/v1/bills/[month]/close': { POST: 'bills.write' },
  'api/v1/bills/[month]/reopen': { POST: 'bills.write' },
  'api/v1/bills/[month]/review': { POST: 'bills.write' },
  'api/v1/calls': { GET: 'usage.read' },
  'api/v1/estimate': { POST: 'simulate.run' },
  'api/v1/formats': { GET: 'import.read' },
  'api/v1/formats/template.csv': { GET: 'import.read' },
  'api/v1/imports': { GET: 'import.read', POST: 'import.create' },
  'api/v1/imports/[id]': { GET: 'import.read', DELETE: 'import.undo' },
  'api/v1/uploads': { POST: 'import.create', OPTIONS: 'import.create' },
  'api/v1/uploads/[id]': { HEAD: 'import.create', PATCH: 'import.create', DELETE: 'import.undo' },
  'api/v1/imports/[id]/events': { GET: 'import.read' },
  'api/v1/imports/[id]/rejects.csv': { GET: 'import.read' },
  'api/v1/members': { GET: 'members.manage', POST: 'members.manage' },
  'api/v1/members/[id]': { PATCH: 'members.manage', DELETE: 'members.manage' },
  'api/v1/otlp/v1/logs': { POST: 'ingest.write' },
  'api/v1/otlp/v1/traces': { POST: 'ingest.write' },
  'api/v1/price': { POST: 'price.use' },
  'api/v1/prices': { GET: 'prices.read', POST: 'prices.write' },
  'api/v1/prices/book': { POST: 'prices.write' },
  'api/v1/prices/[id]': { PATCH: 'prices.write' },
  'api/v1/prices/names': { GET: 'prices.read', POST: 'prices.write', DELETE: 'prices.write' },
  'api/v1/reports': { GET: 'reports.read', POST: 'reports.write' },
  'api/v1/reports/[id]': { GET: 'reports.read', DELETE: 'reports.write' },
  'api/v1/reports/[id]/links': { POST: 'reports.write' },
  'api/v1/reports/[id]/links/[link]': { DELETE: 'reports.write' },
  'api/v1/reprice': { GET: 'prices.read', POST: 'prices.write' },
  'api/v1/reprice/[id]': { DELETE: 'prices.write' },
  'api/v1/shared/[secret]': { GET: 'public' },
  'api/v1/simulate': { POST: 'simulate.run' },
  'api/v1/spend': { GET: 'usage.read' },
  'api/v1/tokens': { GET: 'tokens.own', POST: 'tokens.own' },
  'api/v1/tokens/[id]': { DELETE: 'tokens.own' },
  'api/v1/usage': { POST: 'ingest.write' },
}

/** Path of the folder under app: 'signed-in' pages call requirePagePrincipal before they read anything. */
export const PAGES: Readonly<Record<string, 'signed-in' | 'public'>> = {
  '(app)': 'signed-in',
  '(app)/bills': 'signed-in',
  '(app)/bills/[month]': 'signed-in',
  '(app)/bills/[month]/changes': 'signed-in',
  '(app)/bills/[month]/chargeback': 'signed-in',
  '(app)/bills/[month]/chargeback/[centre]': 'signed-in',
  '(app)/calls': 'signed-in',
  '(app)/imports': 'signed-in',
  '(app)/imports/[id]': 'signed-in',
  '(app)/rates': 'signed-in',
  '(app)/rates/[host]/[...model]': 'signed-in',
  '(app)/settings': 'signed-in',
  '(app)/settings/audit': 'signed-in',
  '(app)/settings/members': 'signed-in',
  '(app)/settings/sign-in': 'signed-in',
  '(app)/settings/tokens': 'signed-in',
  '(app)/what-if': 'signed-in',
  '(app)/what-if/reports': 'signed-in',
  '(app)/what-if/reports/[id]': 'signed-in',
  '(auth)/set-up': 'public',
  '(auth)/sign-in': 'public',
  '(shared)/r/[secret]': 'public',
}
