/**
 * `npm run bundle`: dist/lateen.mjs, the whole command in one file, with the CRDs and the other files it reads beside
 * it. It needs a Node that is new enough and no npm packages; the Dockerfile ships it.
 */
import { chmod, cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
/** `--out FOLDER` writes there instead of dist/; the folder is emptied first. */
const out = resolve(root, parseArgs({ options: { out: { type: 'string', default: 'dist' } } }).values.out);

/** Files that the sources read by a URL of their own: where the bundle has them, beside itself, and where they are now. */
const beside: readonly { read: string; bundled: string; from: string }[] = [
  { read: '../../crds/', bundled: './crds/', from: 'crds' },
  { read: '../../package.json', bundled: './package.json', from: 'package.json' },
  { read: './generated/descriptions.json', bundled: './descriptions.json', from: 'src/schema/generated/descriptions.json' },
];
/** Made at run time, in the working folder of a clone; beside the bundle it would be forgotten with the next one. */
const dataFolder = { read: '../../.lateen', bundled: './.lateen' };

/** In one file everything stands in one folder: URLs that start from a source file start from the bundle instead. */
const movedUrls: Plugin = {
  name: 'moved-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/(src|sandbox)\/[^.]+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (path.includes('/node_modules/') || !text.includes('import.meta.url')) return undefined;
      const contents = text.replace(/new URL\('([^']+)', import\.meta\.url\)/g, (_all, read: string) => {
        const moved = [...beside, dataFolder].find((file) => file.read === read);
        if (!moved) throw new Error(`${path} reads ${read}, which is not beside the bundle: add it to scripts/bundle.ts`);
        return `new URL('${moved.bundled}', import.meta.url)`;
      });
      return { contents, loader: 'ts' };
    });
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  stdin: {
    contents: "import { main } from './src/cli/main.ts';\nawait main(process.argv);\n",
    resolveDir: root,
    sourcefile: 'lateen.ts',
    loader: 'ts',
  },
  outfile: join(out, 'lateen.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // Less than half the size; names are kept, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  // Packages in the older module format ask for `require`.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);",
  },
  plugins: [movedUrls],
  metafile: true,
  logLevel: 'warning',
});
for (const { from, bundled } of beside) await cp(join(root, from), join(out, bundled), { recursive: true });
await chmod(join(out, 'lateen.mjs'), 0o755);
const bytes = Object.values(metafile.outputs).reduce((sum, file) => sum + file.bytes, 0);
console.log(`${relative(root, join(out, 'lateen.mjs'))}: ${(bytes / 1e6).toFixed(1)} MB from ${Object.keys(metafile.inputs).length} files`);
