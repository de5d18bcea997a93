/**
 * The rooms' direction as CONTRIBUTING.md states it, enforced. `smedbert -> embedding, text, graph`; these `-> nn ->
 * engine` and `-> runs -> formats, settings -> base`. Every rule carries the reason that it is there for.
 */
const ROOMS = {
  base: [],
  settings: ['base'],
  formats: ['base'],
  runs: ['formats', 'settings', 'base'],
  engine: ['formats', 'runs', 'settings', 'base'],
  nn: ['engine', 'formats', 'runs', 'settings', 'base'],
  graph: ['nn', 'engine', 'formats', 'runs', 'settings', 'base'],
  embedding: ['graph', 'nn', 'engine', 'formats', 'runs', 'settings', 'base'],
  text: ['graph', 'nn', 'engine', 'formats', 'runs', 'settings', 'base'],
  medal: ['text', 'graph', 'nn', 'engine', 'formats', 'runs', 'settings', 'base'],
  report: [],
  smedbert: ['embedding', 'text', 'graph', 'nn', 'engine', 'formats', 'runs', 'settings', 'base'],
};

/** A file of theory has no role suffix; these rooms are made of theory, but for what reads and writes artefacts. */
const THEORY = '^src/(graph|embedding|text|smedbert|medal|nn|report)/';
const NOT_THEORY = [
  '[.][a-z]+[.]ts$',
  '^src/graph/(readers/|store/|snapshot-file|load-ranks)',
  '^src/embedding/load-embedding',
  '^src/text/linked-corpus-file',
];

function directionOf([room, allowed]) {
  const below = [room, ...allowed].join('|');
  return {
    name: `${room}-direction`,
    comment: `Data walks one way: ${room} may use ${allowed.join(', ') || 'no other room'}, so that it can be read and tested without the rest.`,
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: '[.]spec[.]ts$' },
    to: { path: '^src/', pathNot: `^src/(${below})/` },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one idea in two places, and load in an order nobody chose.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(ROOMS).map(directionOf),
    {
      name: 'nobody-enters-a-door',
      comment: 'Command line, service and worker are doors: they call in, nothing calls out to them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(api|cli)/|^src/(cli|main|worker|model-worker|stages)[.]ts$|^src/app[.]module[.]ts$' },
      to: { path: '^src/(api|cli)/|^src/(cli|main|worker|model-worker|stages)[.]ts$|^src/app[.]module[.]ts$' },
    },
    {
      name: 'theory-is-pure',
      comment: 'A file without a role suffix takes arrays and options and returns; disk, network and Nest live in files whose suffix says so.',
      severity: 'error',
      from: { path: THEORY, pathNot: NOT_THEORY },
      to: {
        path: [
          '^(node:)?(fs|fs/promises|net|http|https|child_process|worker_threads|os)$',
          'node_modules/(@nestjs|fastify|libsql|pino|commander)/',
        ],
      },
    },
    {
      name: 'stages-meet-through-artefacts',
      comment: 'A stage that calls another would hide a step from the manifest.',
      severity: 'error',
      from: { path: '[.]stage[.]ts$' },
      to: { path: '[.]stage[.]ts$' },
    },
    {
      name: 'nest-stays-in-the-service',
      comment: 'Nest wires the service; the rooms have to run without it, in a worker and on the command line.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(api/|app[.]module[.]ts$)' },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'no-lists-of-exports',
      comment: 'Import the file, not the folder: an index file hides where a thing lives and pulls in the rest.',
      severity: 'error',
      from: {},
      to: { path: '^src/.*/index[.]ts$' },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that is not in package.json is there by accident and will be gone one day.',
      severity: 'error',
      from: { path: '^src/', pathNot: '[.]spec[.]ts$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/engine/kernels/assembly/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
