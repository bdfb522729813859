/**
 * Writes what is generated from the sources, so that it is never edited by hand.
 *
 *   npm run generate            writes the files
 *   npm run generate -- --check writes nothing; exit code 1 and the names of files that differ
 *
 * A generator gives the whole content of the files it owns; a file in its folder that it no longer gives is removed.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateCrds } from './generate/crds.ts';
import { generateDefinitionDocs } from './generate/docs-definitions.ts';

export interface Generator {
  name: string;
  /** Folder it owns, relative to the root of the repository. */
  folder: string;
  /** Files of that folder it owns; others are left alone. */
  owns: (file: string) => boolean;
  /** Content by file name. The same sources give the same bytes. */
  files: () => Map<string, string> | Promise<Map<string, string>>;
}

const generators: readonly Generator[] = [generateCrds, generateDefinitionDocs];

const root = join(import.meta.dirname, '..');

async function current(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Paths that differ from what the generator gives; with `write` they are brought in line. */
async function run(generator: Generator, write: boolean): Promise<string[]> {
  const folder = join(root, generator.folder);
  const wanted = await generator.files();
  const differing: string[] = [];
  if (write) await mkdir(folder, { recursive: true });
  for (const [file, content] of wanted) {
    if ((await current(join(folder, file))) === content) continue;
    differing.push(join(generator.folder, file));
    if (write) await writeFile(join(folder, file), content);
  }
  for (const file of await readdir(folder).catch(() => [])) {
    if (wanted.has(file) || !generator.owns(file)) continue;
    differing.push(join(generator.folder, file));
    if (write) await rm(join(folder, file));
  }
  return differing;
}

const check = process.argv.includes('--check');
let differences = 0;
for (const generator of generators) {
  for (const path of await run(generator, !check)) {
    differences++;
    console.log(check ? `${path} differs: run npm run generate` : `${path} written`);
  }
}
if (check && differences > 0) process.exitCode = 1;
