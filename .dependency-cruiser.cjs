/**
 * The layers of the architecture as a contract (docs/architecture.md draws them): imports go down only. Type-only
 * imports count too, since a type that points upwards is a dependency all the same. `npm run layers` checks it.
 */

/** From the ground up; a folder may import its own layer and those before it. */
const layers = [
  ['api', 'base', 'schema'],
  ['kube'],
  ['definitions', 'renderers', 'policies', 'workflow', 'health', 'plan'],
  ['delivery', 'clusters'],
  ['controllers', 'admission', 'server'],
  ['cli'],
];

const inSource = (folders) => `^src/(${folders.join('|')})/`;

/** Decisions are computed here, from arguments alone: `lateen diff`, admission and a simulator run the same code. */
const pure = layers[2];
const transports = '^(node:)?(net|tls|http|http2|https|dgram|dns|dns/promises)$';
const networkPackages = 'node_modules/(undici|@kubernetes/client-node|ws)/';
const workers = '^(node:)?(worker_threads|child_process|cluster)$';
const ownWork = '^(node:)?(fs|fs/promises)$';

const upwards = layers.slice(0, -1).map((folders, index) => ({
  name: `${folders.join('-')}-imports-nothing-above`,
  severity: 'error',
  comment: `${folders.map((folder) => `src/${folder}`).join(', ')} may not import a higher layer.`,
  from: { path: inSource(folders) },
  to: { path: inSource(layers.slice(index + 1).flat()) },
}));

module.exports = {
  forbidden: [
    ...upwards,
    {
      name: 'every-folder-has-a-layer',
      severity: 'error',
      comment: 'A new folder of src/ has to be given its place among the layers in .dependency-cruiser.cjs first.',
      from: {},
      to: { path: '^src/', pathNot: inSource(layers.flat()) },
    },
    {
      name: 'decisions-open-no-sockets',
      severity: 'error',
      comment: 'What is decided must follow from arguments: the network belongs to src/kube and the entry points.',
      from: { path: inSource(pure) },
      to: { path: [transports, networkPackages] },
    },
    {
      name: 'decisions-read-no-files',
      severity: 'error',
      comment: 'Only src/definitions loads from disk; everything else of this layer gets what it needs as an argument.',
      from: { path: inSource(pure.filter((folder) => folder !== 'definitions')) },
      to: { path: ownWork },
    },
    {
      name: 'only-definitions-start-workers',
      severity: 'error',
      comment: 'Evaluators of definitions (CUE, scripts) live in workers; nothing else below the entry points starts one.',
      from: { path: '^src/', pathNot: ['^src/definitions/', '^src/cli/'] },
      to: { path: workers },
    },
    {
      name: 'sandbox-stands-alone',
      severity: 'error',
      comment: 'The embedded world shares nothing with the operator but src/base and src/schema, or it would share its mistakes.',
      from: { path: '^sandbox/' },
      to: { path: ['^src/', '^bench/', '^scripts/'], pathNot: '^src/(base|schema)/' },
    },
    {
      name: 'operator-knows-no-sandbox',
      severity: 'error',
      comment: 'src/cli/start.ts alone joins the operator and the embedded world.',
      from: { path: ['^src/', '^bin/'], pathNot: '^src/cli/start\\.ts$' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'product-imports-no-tests',
      severity: 'error',
      comment: 'Tests, benches and scripts look at the product, never the other way round.',
      from: { path: '^(src|sandbox|bin)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'nothing-outside-the-project',
      severity: 'error',
      comment: 'A clone must stand alone: nothing beside its folder may be imported.',
      from: {},
      to: { path: '^\\.\\./' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need one another have no order in which a reader could understand them.',
      from: { path: '^(src|sandbox|bin)/' },
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'An import that is not found would escape every other rule.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-needs-only-dependencies',
      severity: 'error',
      comment: 'What src/ imports must be installed with the product: a dependency, not a development dependency.',
      from: { path: '^src/', pathNot: '^src/cli/start\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.d.ts'],
    },
  },
};
