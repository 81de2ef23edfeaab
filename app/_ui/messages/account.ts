/** Words of sign-in, set-up and settings. */

/** Refusals by the code the server gives; an unknown code gets the last text. */
const refusals = {
  SIGN_IN_REFUSED: 'E-mail address and password do not match an account.',
  TOO_MANY_ATTEMPTS: 'Too many failed sign-ins from here.',
  NO_WORKSPACE: 'This account belongs to no workspace. Ask an administrator to add you.',
  OIDC_EMAIL_UNVERIFIED:
    'Your identity provider does not say that your e-mail address is verified. Verify it there, then sign in again.',
  OIDC_UNKNOWN_EMAIL: 'Nobody here has your e-mail address. Ask an administrator to add you as a member first.',
  OIDC_DISABLED: 'This account is disabled. Ask an administrator.',
  OIDC_OTHER_IDENTITY:
    'Another identity of your provider is already linked to this account. Ask an administrator to remove and add you.',
  SIGN_IN_FAILED: 'Signing in did not work. Nothing was changed; try again. The server log holds the cause.',
} as const

export type RefusalCode = keyof typeof refusals

const roles = { admin: 'Administrator', finance: 'Finance', engineer: 'Engineer', viewer: 'Viewer' } as const
const roleRights = {
  admin: 'Everything but closing bills: members, prices, imports, tokens.',
  finance: 'Reads everything, imports, sets prices, closes bills.',
  engineer: 'Reads everything, imports, makes tokens.',
  viewer: 'Reads everything, changes nothing.',
} as const
const scopes = {
  price: 'Price calls without storing them',
  import: 'Import files and undo its own imports',
  ingest: 'Send usage records and traces',
  read: 'Read usage, spend and prices',
  bills: 'Read and close bills',
  simulate: 'Run what-if comparisons',
  admin: 'Everything an administrator may do over the API',
} as const

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

export const account = {
  refusals,
  roles,
  roleRights,
  scopes,
  waitMinutes: (minutes: number) => `Try again in ${plural(minutes, 'minute', 'minutes')}.`,
  networkLost:
    'No answer came from the server. It may have been done all the same: load the page again and look before you repeat it.',
  unreadable:
    'The server answered something unexpected. It may have been done all the same: load the page again and look before you repeat it.',

  signInTitle: 'Sign in to see the bill',
  email: 'E-mail address',
  password: 'Password',
  signIn: 'Sign in',
  or: 'or',
  singleSignOn: (issuer: string) => `Continue with ${issuer}`,
  lostPassword:
    'Lost your password? An administrator of your workspace can give you a new one under Settings, Members.',

  setUpTitle: 'Set up this server',
  setUpText: 'You become its first administrator. It takes one minute and stays on this machine.',
  setUpCode: 'Set-up code',
  setUpCodeHint: 'The server printed it when it started: the address that ends in /set-up?code=…',
  workspaceName: 'Company or team',
  workspaceNameDefault: 'My company',
  yourName: 'Your name',
  optional: 'optional',
  passwordHint: 'At least 12 characters. A sentence of several words is easiest.',
  withSample: 'Add a workspace with sample data to look around',
  withSampleHint: '14 months of an invented company, marked as sample data on every screen.',
  setUpDo: 'Create administrator and continue',
  setUpSampleSlow: 'Preparing the sample data takes up to a minute.',
  setUpDone: 'This server is already set up.',
  toSignIn: 'Go to sign-in',

  settingsTitle: 'Settings',
  tabs: {
    account: 'Your account',
    tokens: 'API tokens',
    members: 'Members',
    currency: 'Currency',
    signIn: 'Sign-in',
    audit: 'Audit log',
  },
  notYours: 'Your role does not open this part.',
  notYoursRemedy: (role: string) => `You are here as ${role}. Ask an administrator of this workspace.`,

  accountSentence: (workspace: string, role: string) => `You are in ${workspace} as ${role}`,
  workspaces: 'Workspaces',
  workspacesNote: 'One at a time; each has its own data, members and tokens.',
  workspace: 'Workspace',
  role: 'Role',
  here: 'here now',
  switchTo: 'Switch',
  switchToNamed: (name: string) => `Switch to ${name}`,
  sessions: 'Where you are signed in',
  sessionsNote: 'Each line is one browser. A session ends by itself seven days after signing in.',
  browser: 'Browser',
  unknownBrowser: 'Unknown browser',
  signedInAt: 'Signed in',
  lastSeen: 'Last seen',
  never: 'never',
  thisSession: 'this one',
  endSession: 'End',
  endSessionOf: (browser: string) => `End the session in ${browser}`,
  sessionEnded: 'That session has ended.',
  signOutEverywhere: 'Sign out everywhere',
  signOutEverywhereText: 'Every session of yours ends at once, also this one. API tokens go on working.',
  changePassword: 'Change password',
  changePasswordNote: 'Every other session of yours ends.',
  noPassword: 'You sign in by single sign-on; this account has no password.',
  currentPassword: 'Present password',
  newPassword: 'New password',
  passwordChanged: 'Password changed. Your other sessions have ended.',

  tokensSentence: (count: number) =>
    count === 0 ? 'No API token yet' : `${plural(count, 'API token', 'API tokens')} can reach this workspace`,
  tokensContext: 'A token does what both its scopes and its owner’s role allow. Revoking one counts at once.',
  newToken: 'New token',
  tokenName: 'Name',
  tokenNameHint: 'What will use it, for example "gateway export".',
  tokenScopes: 'It may',
  tokenExpiry: 'It ends',
  expiryNever: 'never',
  expiryDays: (days: number) => (days === 365 ? 'in a year' : `in ${days} days`),
  makeToken: 'Make token',
  scopeMissing: 'Choose at least one.',
  tokenMade: (name: string) => `Token ${name} is made`,
  tokenOnce: 'Copy it now: it is not stored and will not be shown again.',
  token: 'the token',
  tokenCurl: 'Send a usage file with it:',
  tokenCurlReading: 'Read this year’s spend with it:',
  curl: 'the command',
  done: 'Done',
  tokenColumn: 'Token',
  scopesColumn: 'Scopes',
  owner: 'Owner',
  commandLine: 'command line',
  created: 'Made',
  lastUsed: 'Last used',
  expires: 'Ends',
  revoke: 'Revoke',
  revokeOf: (name: string) => `Revoke token ${name}`,
  revokeTitle: (name: string) => `Revoke token ${name}?`,
  revokeText: 'Whatever uses it is refused from its next request on. This cannot be taken back.',
  revoked: (name: string) => `Token ${name} is revoked.`,
  tokensEmpty: 'Let a machine send usage',
  tokensEmptyText:
    'A gateway, a nightly job or your own script sends files or records with a token instead of a person.',
  actions: 'Actions',

  membersSentence: (count: number, admins: number) =>
    `${plural(count, 'member', 'members')}, ${plural(admins, 'administrator', 'administrators')}`,
  membersContext: 'A changed role counts on the very next request.',
  addMember: 'Add member',
  addMemberText:
    'There is no mail server: hand the first password over yourself. An account that exists keeps its own.',
  firstPassword: 'First password',
  firstPasswordHint: 'At least 12 characters. Leave it empty for somebody who signs in by single sign-on.',
  memberAdded: (email: string) => `${email} is a member now.`,
  member: 'Member',
  state: 'State',
  you: 'you',
  disabled: 'disabled',
  active: 'active',
  noPasswordYet: 'single sign-on only',
  roleOf: (email: string) => `Role of ${email}`,
  roleChanged: (email: string, role: string) => `${email} is ${role} now.`,
  manage: 'Manage',
  manageOf: (email: string) => `Manage ${email}`,
  manageText: 'What happens here counts at once.',
  giveNewPassword: 'New password for this member',
  givePassword: 'Set password',
  passwordGiven: (email: string) => `${email} has a new password; every session has ended.`,
  disable: 'Disable account',
  disableText: 'Signed out everywhere, tokens refused; can be enabled again.',
  enable: 'Enable account',
  enableText: 'May sign in again with the same password and role.',
  remove: 'Remove from workspace',
  removeText: 'The account stays, its sessions and tokens in this workspace end.',
  memberDisabled: (email: string) => `${email} is disabled.`,
  memberEnabled: (email: string) => `${email} may sign in again.`,
  memberRemoved: (email: string) => `${email} is no longer a member.`,

  signInSentence: (oidc: boolean) =>
    oidc ? 'People sign in by password or single sign-on' : 'People sign in by password',
  passwordPanel: 'Password',
  passwordFacts:
    'Stored as argon2id (19 MiB, two passes). Ten failures of one account from one address lock that pair for 15 minutes; a restart forgives nothing.',
  oidcPanel: 'Single sign-on (OpenID Connect)',
  oidcOn: 'It is on. A member is linked at the first sign-in by the e-mail address the provider calls verified.',
  oidcIssuer: 'Issuer',
  oidcRedirect: 'Redirect address to register at the provider',
  oidcOff: 'It is off. Set these three variables and start again; the provider must send email_verified.',
  oidcVariables: 'the variables',

  auditSentence: 'Who changed what',
  auditContext: 'Newest first. Every change writes its line in the same transaction.',
  at: 'When',
  actor: 'Who',
  action: 'What',
  subject: 'Of what',
  detail: 'Detail',
  older: 'Older',
  auditEmpty: 'Nothing has been changed yet.',
} as const

export function refusalText(code: string): string {
  const [name = '', seconds] = code.split(':')
  const text = name in refusals ? refusals[name as RefusalCode] : refusals.SIGN_IN_FAILED
  if (name !== 'TOO_MANY_ATTEMPTS' || seconds === undefined || !/^\d{1,6}$/.test(seconds)) return text
  return `${text} ${account.waitMinutes(Math.max(1, Math.ceil(Number.parseInt(seconds, 10) / 60)))}`
}
