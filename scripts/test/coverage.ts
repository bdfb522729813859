/** The gate over lines of src/ and sandbox/ that tests ran, from what V8 recorded in all measured suites. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { relative } from 'node:path';

export interface Coverage {
  /** Percent of lines. */
  lines: number;
  gate: number;
  /** Files with the most lines that no test ran, worst first. */
  worst: { file: string; missed: number; lines: number }[];
}

interface Summary {
  [file: string]: { lines: { total: number; covered: number; pct: number } };
}

const configuration = '.c8rc.json';

/** Reads what V8 left in `folder` and writes coverage/lcov.info and coverage/coverage-summary.json. @throws when c8 fails. */
export async function readCoverage(folder: string): Promise<Coverage> {
  const typesOnly = await filesOfTypesOnly();
  const config: { exclude: string[]; lines: number } = JSON.parse(readFileSync(configuration, 'utf8'));
  const excluded = [...config.exclude, ...typesOnly].flatMap((pattern) => ['--exclude', pattern]);
  const c8 = spawnSync(process.execPath, ['node_modules/c8/bin/c8.js', 'report', '--temp-directory', folder, ...excluded], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (c8.status !== 0) throw new Error(`c8 report ended with code ${c8.status}:\n${c8.stdout}${c8.stderr}`);
  const { total, ...files }: Summary = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8'));
  const worst = Object.entries(files)
    .map(([file, { lines }]) => ({ file: relative(process.cwd(), file), missed: lines.total - lines.covered, lines: lines.total }))
    .filter(({ missed }) => missed > 0)
    .sort((one, other) => other.missed - one.missed)
    .slice(0, 10);
  return { lines: total?.lines.pct ?? 0, gate: config.lines, worst };
}

/** Files that hold types alone are never loaded and would count as lines that no test ran. */
async function filesOfTypesOnly(): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(['src/**/*.ts', 'sandbox/**/*.ts'])) if (isTypesOnly(readFileSync(file, 'utf8'))) found.push(file);
  return found;
}

/** Whether nothing is left of a TypeScript source to run when its types and comments are taken out. */
export function isTypesOnly(source: string): boolean {
  const left = stripTypeScriptTypes(source).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return /^(\s|;|export\s*\{\s*\}|export \* from '[^']*';)*$/.test(left);
}
