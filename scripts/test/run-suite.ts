/** Runs one suite in a mocha process of its own, so that a crash, a leak or a hang of one costs only that one. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realServer } from '../../test/controlplane/launch.ts';
import type { Results } from './reporter.ts';
import { type Environment, filesOf, type Suite, titlesOf } from './suites.ts';

export interface RunOptions {
  env: Environment;
  /** Only tests whose full title matches this regular expression. */
  grep?: string;
  /** Where V8 leaves its coverage; none is taken without it. */
  coverageFolder?: string;
  /** Only counts the tests, as skipped, without running them. */
  countOnly?: boolean;
  /** Prints nothing while it runs. */
  isQuiet?: boolean;
}

const mocha = 'node_modules/mocha/bin/mocha.js';

/** Runs the suite and gives its counts; whatever goes wrong around the tests is a failure among them. */
export async function runSuite(suite: Suite, options: RunOptions): Promise<Results> {
  if (suite.kubeconfigIn === undefined || options.countOnly) return runTests(suite, options);
  const server = await realServer({ env: options.env, log: (line) => console.log(`  ${line}`) });
  if (server.kind === 'unavailable') return failedAround(suite, `there is no real kube-apiserver:\n${server.reason}`);
  try {
    const named = Object.fromEntries(suite.kubeconfigIn.map((variable) => [variable, server.kubeconfigPath]));
    return await runTests(suite, { ...options, env: { ...options.env, ...named } });
  } finally {
    await server.stop();
  }
}

async function runTests(suite: Suite, { env, grep, coverageFolder, countOnly, isQuiet }: RunOptions): Promise<Results> {
  const files = await filesOf(suite);
  if (files.length === 0) return failedAround(suite, `no file matches ${suite.files.join(', ')}`);
  const folder = await mkdtemp(join(tmpdir(), 'lateen-test-'));
  const resultsFile = join(folder, 'results.json');
  const titles = titlesOf(suite, grep);
  const args = [
    ...(countOnly ? ['--dry-run'] : suite.requires.flatMap((file) => ['--require', `./${file}`])),
    ...['--reporter', './scripts/test/reporter.ts', '--reporter-option', `file=${resultsFile}`],
    ...(titles === undefined ? [] : ['--grep', titles]),
    ...files.flatMap((file) => ['--spec', file]),
  ];
  try {
    const measuring = coverageFolder !== undefined && suite.isMeasured && !countOnly ? { NODE_V8_COVERAGE: coverageFolder } : {};
    const end = await runNode(
      [mocha, '--no-config', '--forbid-only', '--timeout', '20000', ...args],
      { ...env, ...measuring },
      suite.limitMs,
      isQuiet ? 'ignore' : 'inherit',
    );
    const results = await readFile(resultsFile, 'utf8').then(
      (text): Results => JSON.parse(text),
      () => undefined,
    );
    if (results === undefined) return failedAround(suite, `the tests ended without results (${end})`);
    if (countOnly) return { ...results, passed: 0, skipped: results.passed + results.skipped };
    if (end !== 'code 0' && results.failed === 0)
      return add(results, failedAround(suite, `no test failed, but the process ended with ${end}`));
    if (grep === undefined && results.passed + results.failed + results.skipped === 0) return failedAround(suite, 'no test was found');
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs Node as this process runs, and tells how it ended: `code 0`, `signal SIGKILL`, `no end within 600 s`. */
function runNode(args: readonly string[], env: Environment, limitMs: number, stdio: 'inherit' | 'ignore'): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio, env });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`no end within ${limitMs / 1000} s`);
    }, limitMs);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(signal ? `signal ${signal}` : `code ${code}`);
    });
  });
}

function failedAround(suite: Suite, error: string): Results {
  return { passed: 0, failed: 1, skipped: 0, failures: [{ title: suite.title, error }], skippedTitles: [] };
}

/** The sum of two results. */
export function add(one: Results, other: Results): Results {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    skippedTitles: [...one.skippedTitles, ...other.skippedTitles],
  };
}

export const nothing: Results = { passed: 0, failed: 0, skipped: 0, failures: [], skippedTitles: [] };
