/**
 * Every suite of `npm test`, in the order it runs. A new folder of tests gets its line here, and
 * test/toolchain/suites.test.ts fails while a test file belongs to none or to two.
 */
import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { matchesGlob } from 'node:path';
import { build, hasGo, isBuilt } from '../../test/controlplane/binaries.ts';
import { rungs } from '../../test/controlplane/ladder.ts';
import { readSettings } from '../../test/controlplane/settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Suite {
  title: string;
  /** What `--unit` and `--behaviour` choose by. */
  group: 'unit' | 'behaviour';
  /** Globs of its test files; what a glob with `!` before it names is left out. */
  files: readonly string[];
  /** Which tests of the files: those that onEachServer declares for a real server, the others, or all. */
  tests: 'all' | 'not on a real server' | 'on a real server';
  /** Modules loaded first (`mocha --require`). */
  requires: readonly string[];
  /** Whether the lines it runs count as covered. What needs a real server does not: the gate must not depend on one. */
  isMeasured: boolean;
  /** After this long the suite is ended and has failed. */
  limitMs: number;
  /** Whether it is nothing without a real API server, or takes one if there is one. */
  realServer?: 'needed' | 'if there';
  /** Variables that get the kubeconfig of a real API server, started for this suite alone. */
  kubeconfigIn?: readonly string[];
}

/** Throws when product code reads the clock, chance or a timer by itself; only where tests live in virtual time. */
const guard = 'test/toolchain/guard.ts';
const rootHooks = 'test/behaviour/root-hooks.ts';
/** Compares src/schema with a real server, write by write; it lies beside the unit tests whose generators it uses. */
const schemaAgreement = 'test/unit/schema/agreement.test.ts';
const minute = 60_000;

export const suites: readonly Suite[] = [
  {
    title: 'unit and property tests',
    group: 'unit',
    files: ['test/unit/**/*.test.ts', 'test/toolchain/**/*.test.ts', `!${schemaAgreement}`],
    tests: 'all',
    requires: [guard],
    isMeasured: true,
    limitMs: 10 * minute,
  },
  {
    title: 'behaviour on the embedded API server',
    group: 'behaviour',
    files: ['test/behaviour/**/*.test.ts'],
    tests: 'not on a real server',
    requires: [guard, rootHooks],
    isMeasured: true,
    limitMs: 10 * minute,
  },
  {
    title: 'behaviour on a real kube-apiserver',
    group: 'behaviour',
    files: ['test/behaviour/**/*.test.ts'],
    tests: 'on a real server',
    requires: [rootHooks],
    isMeasured: false,
    limitMs: 15 * minute,
    realServer: 'needed',
  },
  {
    title: 'agreement of the embedded and a real API server',
    group: 'behaviour',
    files: ['test/agreement/**/*.test.ts', schemaAgreement],
    tests: 'all',
    requires: [],
    isMeasured: false,
    limitMs: 10 * minute,
    realServer: 'needed',
    kubeconfigIn: ['TEST_KUBECONFIG', 'LATEEN_TEST_KUBECONFIG'],
  },
  {
    title: 'the operator killed at every write, as a process',
    group: 'behaviour',
    files: ['test/crash/**/*.test.ts'],
    tests: 'all',
    // No guard: processes live in real time.
    requires: [],
    isMeasured: false,
    limitMs: 10 * minute,
    realServer: 'if there',
  },
  {
    title: 'kubectl, old and new, on the embedded and a real API server',
    group: 'behaviour',
    files: ['test/kubectl/**/*.test.ts'],
    tests: 'all',
    // No guard: kubectl has a clock of its own, so this is played in real time.
    requires: [],
    // Its embedded half, which always runs, is what tries the server behind HTTPS.
    isMeasured: true,
    limitMs: 15 * minute,
    realServer: 'if there',
  },
];

/** The mark that onEachServer puts into the titles of its second half. */
const realMark = '\\(real kube-apiserver\\)';

/** The titles (a regular expression for `mocha --grep`) of a suite that also match `wanted`, or undefined for all. */
export function titlesOf(suite: Suite, wanted: string | undefined): string | undefined {
  const where = { all: '', 'not on a real server': `(?![\\s\\S]*${realMark})`, 'on a real server': `(?=[\\s\\S]*${realMark})` }[
    suite.tests
  ];
  if (where === '' && wanted === undefined) return undefined;
  return `^${where}[\\s\\S]*${wanted === undefined ? '' : `(?:${wanted})`}`;
}

/** The test files of a suite, sorted, so that every machine runs them in the same order. */
export async function filesOf({ files }: Pick<Suite, 'files'>): Promise<string[]> {
  const leftOut = files.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const found: string[] = [];
  for await (const file of glob(files.filter((pattern) => !pattern.startsWith('!')))) {
    if (!leftOut.some((pattern) => matchesGlob(file, pattern))) found.push(file);
  }
  return found.sort();
}

/** Why a suite cannot run here; undefined when it can. Its tests count as skipped then. */
export async function obstacleTo(suite: Suite, env: Environment): Promise<string | undefined> {
  return suite.realServer === 'needed' ? noRealServer(env) : undefined;
}

/**
 * Builds the control plane where a suite will want it, before any clock of a suite or a test runs: on a busy machine
 * that takes longer than a test may. A build that fails is not told here: the suite fails, with every reason.
 */
export async function prepare(suite: Suite, env: Environment): Promise<void> {
  const settings = readSettings(env);
  if (suite.realServer === undefined || !settings.wanted) return;
  const [first] = rungs(settings, { built: isBuilt('kube'), go: await hasGo() });
  if (first?.kind === 'built') await build('kube', (line) => console.log(`  ${line}`)).catch(() => undefined);
}

/**
 * Why no real server can be had without being asked for one. Where one was asked for (CI, `--real`) there is no
 * obstacle: the suite runs, and fails with the reason of every rung that did not hold.
 */
export async function noRealServer(env: Environment): Promise<string | undefined> {
  const settings = readSettings(env);
  if (settings.wanted) return undefined;
  const [first] = rungs(settings, { built: isBuilt('kube'), go: false });
  if (first?.kind !== 'k3s') return undefined;
  if (env.DOCKER_HOST || existsSync('/var/run/docker.sock')) return undefined;
  const how = (await hasGo())
    ? '`npm test -- --real` builds one with Go (about five minutes, once)'
    : 'install Go and run `npm test -- --real`, which builds one';
  return `no real kube-apiserver: none is built, no container engine runs k3s, and TEST_KUBECONFIG and KUBEBUILDER_ASSETS name none. To have one: ${how}.`;
}
