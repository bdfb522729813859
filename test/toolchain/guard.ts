/**
 * `mocha --require`: product code that reads the clock, rolls dice or starts a timer by itself fails the test that runs
 * it. The lint rule (scripts/lint/ambient.grit) sees the plain forms; this sees what hides behind an alias or a default
 * argument. Only the direct caller counts: src/base may, libraries may, tests may.
 */
const root = new URL('../../', import.meta.url).href;
const product = [`${root}src/`, `${root}sandbox/`];
const allowed = [`${root}src/base/`, `${root}src/cli/`];

/** Whether a caller's file (a URL, as stack frames of ES modules name it) has to take time and chance as arguments. */
export function isGuarded(file: string | undefined): boolean {
  return file !== undefined && product.some((folder) => file.startsWith(folder)) && !allowed.some((folder) => file.startsWith(folder));
}

/** The file of whoever called the function `callee`; one frame deep, to be cheap. */
function callerOf(callee: (...args: never[]) => unknown): string | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const seen: { stack?: unknown } = {};
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_, frames) => frames[0]?.getFileName();
  Error.captureStackTrace(seen, callee);
  const file = seen.stack;
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  return typeof file === 'string' ? file : undefined;
}

/** `original`, but throwing when product code calls it. */
export function guarded<Args extends unknown[], Result>(name: string, original: (...args: Args) => Result): (...args: Args) => Result {
  const call = (...args: Args): Result => {
    const file = callerOf(call);
    if (isGuarded(file)) throw new Error(`${file?.slice(root.length)} calls ${name}: take it as an argument (clock, random) instead`);
    return original(...args);
  };
  return Object.assign(call, original);
}

Date.now = guarded('Date.now', Date.now);
Math.random = guarded('Math.random', Math.random);
performance.now = guarded('performance.now', performance.now.bind(performance));
Object.assign(globalThis, {
  setTimeout: guarded('setTimeout', globalThis.setTimeout),
  setInterval: guarded('setInterval', globalThis.setInterval),
});
