/**
 * Mocha's reporter for `npm test`: one line for each top-level group of tests while they run, and the counts with the
 * failures as JSON in a file for scripts/test.ts, which sums over all suites.
 */
import { writeFileSync } from 'node:fs';
import type { MochaOptions, Runner, Suite, Test } from 'mocha';

export interface Failure {
  title: string;
  file?: string;
  error: string;
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Results extends Counts {
  failures: Failure[];
  /** Full titles. */
  skippedTitles: string[];
}

/** How long a finished suite may keep its process alive before it is told what it left open, and ended. */
const graceMs = 10_000;

/** Stack frames that say nothing about the failure. */
const isNoise = (line: string): boolean => /^\s+at .*(node_modules\/mocha|node:internal|<anonymous>\)?$)/.test(line);

/** An error as a reader wants it: message and the frames of our own code. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${JSON.stringify(error) ?? String(error)}`;
  const stack = error.stack ?? String(error);
  const told = stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeError(error.cause)}`;
  return (
    told
      .split('\n')
      .filter((line) => !isNoise(line))
      .join('\n') + cause
  );
}

export default class Reporter {
  readonly #results: Results = { passed: 0, failed: 0, skipped: 0, failures: [], skippedTitles: [] };
  #atStart: Counts = { passed: 0, failed: 0, skipped: 0 };
  #startedAt = 0;

  constructor(runner: Runner, options: MochaOptions) {
    const file: unknown = options.reporterOptions?.file;
    const isQuiet = options.dryRun === true;
    const results = this.#results;
    runner.on('pass', () => results.passed++);
    runner.on('pending', (test: Test) => {
      results.skipped++;
      results.skippedTitles.push(test.fullTitle());
    });
    runner.on('fail', (test: Test, error: unknown) => {
      results.failed++;
      results.failures.push({ title: test.fullTitle(), file: test.file, error: describeError(error) });
      if (!isQuiet) console.log(`    ✘ ${test.fullTitle()}`);
    });
    runner.on('suite', (suite: Suite) => {
      if (suite.parent?.root) this.#begin();
    });
    runner.on('suite end', (suite: Suite) => {
      if (suite.parent?.root && !isQuiet) this.#end(suite.title);
    });
    runner.on('end', () => {
      if (typeof file === 'string') writeFileSync(file, JSON.stringify(results));
    });
  }

  #begin(): void {
    this.#atStart = { ...this.#results };
    this.#startedAt = performance.now();
  }

  #end(title: string): void {
    const { passed, failed, skipped } = this.#results;
    const counts = {
      passed: passed - this.#atStart.passed,
      failed: failed - this.#atStart.failed,
      skipped: skipped - this.#atStart.skipped,
    };
    const mark = counts.failed > 0 ? '✘' : counts.passed > 0 ? '✔' : '-';
    const parts = Object.entries(counts).filter(([, count]) => count > 0);
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    console.log(`  ${mark} ${title}: ${parts.map(([what, count]) => `${count} ${what}`).join(', ') || 'nothing'} (${seconds} s)`);
  }

  /** Called by mocha at the end. What a test left open must not keep the run from ending, but it must be heard. */
  done(failures: number, finish?: (failures: number) => void): void {
    finish?.(failures);
    setTimeout(() => {
      console.error(
        `  ! the tests have ended, but something they left open keeps the process alive: ${process.getActiveResourcesInfo().join(', ')}`,
      );
      process.exit();
    }, graceMs).unref();
  }
}
