/** Who may import whom: the layout of docs/architecture.md, held by a check. */
const TESTS = '(\\.(test|contract)\\.ts$|^test/)'
const NOT_TESTS = { pathNot: '\\.(test|contract)\\.ts$' }

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'shared-is-the-bottom',
      comment: 'Both halves run it, so it may need neither Node nor a browser.',
      severity: 'error',
      from: { path: '^shared/', ...NOT_TESTS },
      to: { pathNot: ['^shared/', '^node_modules/zod/'] },
    },
    {
      name: 'halves-meet-in-shared',
      comment: 'What client and server both need to know lies in shared/.',
      severity: 'error',
      from: { path: '^(client|server)/' },
      to: { path: '^(client|server)/', pathNot: '^$1/' },
    },
    {
      name: 'engine-is-pure',
      comment: 'The fold touches no clock, socket or database, so it can be run again anywhere.',
      severity: 'error',
      from: { path: '^server/engine/', ...NOT_TESTS },
      to: { pathNot: ['^server/engine/', '^shared/'] },
    },
    {
      name: 'connectors-only-translate',
      comment: 'A connector knows its vendor and the contract, and nothing of ours beyond that.',
      severity: 'error',
      from: { path: '^server/connectors/', ...NOT_TESTS },
      to: { path: '^server/', pathNot: '^server/connectors/' },
    },
    {
      name: 'connectors-do-not-share',
      comment: 'A change for one vendor must not be able to break another.',
      severity: 'error',
      from: { path: '^server/connectors/([^/]+)/' },
      to: { path: '^server/connectors/([^/]+)/', pathNot: '^server/connectors/$1/' },
    },
    {
      name: 'only-main-wires',
      comment: 'main.ts joins the parts; a part that imports it would start everything.',
      severity: 'error',
      from: {},
      to: { path: '^(server|client|server/cli)/main\\.ts$' },
    },
    {
      name: 'widgets-get-props-only',
      comment: 'A widget is a function of its props: no socket, no store inside.',
      severity: 'error',
      from: { path: '^client/widgets/', ...NOT_TESTS },
      to: { path: ['^client/live', '^node_modules/socket\\.io-client/'] },
    },
    {
      name: 'redis-stays-behind-the-stream',
      comment: 'What the log is kept in is one folder’s business; others get functions.',
      severity: 'error',
      from: { path: '^server/', pathNot: [TESTS, '^server/stream/'] },
      to: { path: '^node_modules/ioredis/' },
    },
    {
      name: 'charts-alone-know-uplot',
      comment: 'Drawing by a library is behind one component, so that it can be another one.',
      severity: 'error',
      from: { pathNot: '^client/charts/' },
      to: { path: '^node_modules/uplot/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one thing, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-in-product',
      comment: 'What is shipped must not need what is not.',
      severity: 'error',
      from: { path: '^(server|client|shared|scripts)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-unresolvable',
      comment: 'A misspelt import would otherwise slip past every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-needs-what-it-declares',
      comment: 'The server runs on what `npm ci --omit=dev` installs.',
      severity: 'error',
      from: { path: '^server/', ...NOT_TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '/@types/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules/\\.cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
