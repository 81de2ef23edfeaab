// Who may import whom. One named rule each; the reason is the rule's comment.
const core = '^lib/core/'
const may = {
  money: [],
  time: [],
  usage: ['money', 'time'],
  source: ['money', 'time', 'usage'],
  price: ['money', 'time', 'usage'],
  rollup: ['money', 'time', 'usage', 'price'],
  simulate: ['money', 'time', 'usage', 'price', 'rollup'],
  report: ['money', 'time', 'usage', 'price', 'rollup', 'simulate'],
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no first step to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-imports-only-core',
      comment: 'The core is pure: it may be run anywhere and tested without anything.',
      severity: 'error',
      from: { path: core },
      to: { pathNot: [core, '^node_modules/zod/'] },
    },
    ...Object.entries(may).map(([room, others]) => ({
      name: `core-order-${room}`,
      comment:
        'Usage flows one way: source → usage → price → rollup → simulate → report. Source and price do not know each other.',
      severity: 'error',
      from: { path: `^lib/core/${room}/` },
      to: { path: core, pathNot: [`^lib/core/(${[room, ...others].join('|')})/`, '^lib/core/result\\.ts$'] },
    })),
    {
      name: 'core-leaves-know-nobody',
      comment: 'result is under everything.',
      severity: 'error',
      from: { path: '^lib/core/result\\.ts$' },
      to: { path: core },
    },
    {
      name: 'lib-never-imports-app',
      comment: 'The command line runs without the web application.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^app/' },
    },
    {
      name: 'only-db-touches-prisma',
      comment: 'SQL and exact numeric types are handled in one place.',
      severity: 'error',
      from: { pathNot: '^(lib/server/db/|prisma/|test/|node_modules/)' },
      to: { path: '^(lib/server/db/generated/|node_modules/(@prisma|prisma|pg|pg-copy-streams)/)' },
    },
    {
      name: 'app-goes-through-use-case-or-read',
      comment: 'Authorisation lives in use-cases and reads, so nothing may go around them.',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^lib/server/', pathNot: '^lib/server/(use-case|read|auth|http)/' },
    },
    {
      name: 'ui-is-client-safe',
      comment: 'Client components draw; a server module in the browser bundle is a leak.',
      severity: 'error',
      from: { path: '^app/_ui/' },
      to: { path: '^(lib/server/|lib/cli/|app/(?!_ui/))' },
    },
    {
      name: 'read-does-not-write',
      comment: 'A read may be repeated, cached and retried.',
      severity: 'error',
      from: { path: '^lib/server/read/' },
      to: { path: '^lib/server/use-case/' },
    },
    {
      name: 'db-below-use-case',
      comment: 'db knows tables, not who asks.',
      severity: 'error',
      from: { path: '^lib/server/db/' },
      to: { path: '^lib/server/(use-case|read|auth|http)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'production-never-imports-test',
      comment: 'Tests are not shipped.',
      severity: 'error',
      from: { path: '^(app|lib|bin)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|dist|lib/server/db/generated/(internal|models))' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs'] },
  },
}
