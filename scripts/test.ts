/**
 * `npm test`: runs every suite (scripts/test/suites.ts), says what could not run and why, holds the coverage against
 * its gate, and ends with one line that stands alone: `N passed, N failed` (and `, N skipped`).
 */
import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCoverage } from './test/coverage.ts';
import type { Results } from './test/reporter.ts';
import { add, nothing, runSuite } from './test/run-suite.ts';
import { obstacleTo, prepare, type Suite, suites } from './test/suites.ts';

const help = `Usage: npm test [-- options]

Runs the unit and property tests and the behaviour tests on the embedded API server, and the same behaviour tests on a
real kube-apiserver where one can be had: TEST_KUBECONFIG names a cluster, KUBEBUILDER_ASSETS a folder with etcd and
kube-apiserver; else the control plane of controlplane/ if it has been built; else k3s in a container.

  --real          a real kube-apiserver must be there (built with Go if need be, about five minutes once; CI=true means it too)
  --unit          only unit and property tests
  --behaviour     only behaviour tests
  --grep REGEX    only tests whose full title matches
  --help          this text

The coverage gate is held against complete runs only.`;

interface Flags {
  real: boolean;
  unit: boolean;
  behaviour: boolean;
  grep: string | undefined;
}

/** @throws with a message for the user when the arguments make no sense. */
function readFlags(args: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      real: { type: 'boolean', default: false },
      unit: { type: 'boolean', default: false },
      behaviour: { type: 'boolean', default: false },
      grep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.grep !== undefined) new RegExp(values.grep);
  return { real: values.real, unit: values.unit, behaviour: values.behaviour, grep: values.grep };
}

function isChosen(suite: Suite, { unit, behaviour }: Flags): boolean {
  return unit === behaviour || (unit ? suite.group === 'unit' : suite.group === 'behaviour');
}

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(0)} s`;

async function run(flags: Flags): Promise<Results> {
  const path = [join(process.cwd(), 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path, ...(flags.real ? { LATEEN_REAL: '1' } : {}) };
  const isComplete = flags.unit === flags.behaviour && flags.grep === undefined;
  const coverageFolder = join('coverage', `v8-${process.pid}`);
  await mkdir(coverageFolder, { recursive: true });
  let sum = nothing;
  try {
    for (const suite of suites.filter((each) => isChosen(each, flags))) {
      const startedAt = performance.now();
      console.log(`\n▶ ${suite.title}`);
      const obstacle = await obstacleTo(suite, env);
      if (obstacle) console.log(`  ! SKIPPED: ${obstacle}`);
      await prepare(suite, env);
      const results = await runSuite(suite, {
        env,
        grep: flags.grep,
        countOnly: obstacle !== undefined,
        ...(isComplete ? { coverageFolder } : {}),
      });
      sum = add(sum, obstacle ? { ...results, skippedTitles: [] } : results);
      console.log(`  ${suite.title}: ${counts(results)} in ${seconds(startedAt)}`);
    }
    return isComplete ? add(sum, await gate(coverageFolder)) : sum;
  } finally {
    await rm(coverageFolder, { recursive: true, force: true });
  }
}

/** A failure when too few lines were run; nothing otherwise. */
async function gate(folder: string): Promise<Results> {
  console.log('\n▶ coverage of src/ and sandbox/');
  const { lines, gate: least, worst } = await readCoverage(folder);
  console.log(`  ${lines} % of lines (gate: ${least} %). Most lines that no test ran:`);
  for (const { file, missed, lines: all } of worst) console.log(`    ${String(missed).padStart(4)} of ${String(all).padStart(4)}  ${file}`);
  if (lines >= least) return nothing;
  return {
    ...nothing,
    failed: 1,
    failures: [{ title: 'coverage gate', error: `${lines} % of lines were run, at least ${least} % must be` }],
  };
}

function counts({ passed, failed, skipped }: Results): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function report({ failures, skippedTitles }: Results): void {
  if (skippedTitles.length > 0) console.log(`\nSkipped:\n${skippedTitles.map((title) => `  - ${title}`).join('\n')}`);
  for (const [index, { title, file, error }] of failures.entries()) {
    if (index === 0) console.log('\nFailed:');
    const where = file ? `\n     ${file.replace(`${process.cwd()}/`, '')}` : '';
    console.log(`\n  ${index + 1}) ${title}${where}\n${error.replace(/^/gm, '     ')}`);
  }
}

async function main(): Promise<void> {
  let flags: Flags | 'help';
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  if (flags === 'help') return console.log(help);
  const startedAt = performance.now();
  const results = await run(flags);
  report(results);
  console.log(`\nin ${seconds(startedAt)}\n${counts(results)}`);
  if (results.failed > 0) process.exitCode = 1;
}

await main();
