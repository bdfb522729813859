/**
 * The end of a process that runs until it is told to stop. One key press arrives more than once: the terminal sends
 * it to the whole group, and npm and bin/lateen.js pass it on. Signals that come together are therefore one; only
 * a later one means "at once".
 */

/** Signals within this time belong together, in ms. */
const togetherMs = 400;

export interface Stopping {
  /** Resolves with the signal that asked for the end. */
  asked: Promise<NodeJS.Signals>;
  /** Stops listening to signals. */
  release(): void;
}

/**
 * Listens to SIGINT, SIGTERM and SIGHUP.
 * @param atOnce called when somebody asks a second time.
 */
export function listenForStop(
  atOnce: () => void,
  source: NodeJS.EventEmitter = process,
  now: () => number = () => performance.now(),
): Stopping {
  let first: number | undefined;
  let resolve: (signal: NodeJS.Signals) => void = () => undefined;
  const asked = new Promise<NodeJS.Signals>((done) => {
    resolve = done;
  });
  const listener = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = now();
      resolve(signal);
    } else if (now() - first > togetherMs) atOnce();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) source.on(signal, listener);
  return {
    asked,
    release() {
      for (const signal of signals) source.off(signal, listener);
    },
  };
}

/**
 * Tells when the process that started us is gone. npm and the shell between die of a SIGTERM without passing it on,
 * and what they started would run on, unseen, on the port of the next start.
 */
export function whenOrphaned(then: () => void, parentOf: () => number = () => process.ppid): { cancel(): void } {
  const parent = parentOf();
  const timer = setInterval(() => {
    if (parentOf() === parent) return;
    clearInterval(timer);
    then();
  }, 500);
  timer.unref();
  return { cancel: () => clearInterval(timer) };
}

/** Waits for `work`, at most `limitMs`; says whether it ended. */
export async function endsWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const ended = await Promise.race([work.then(() => true as const), late]);
  clearTimeout(timer);
  return ended;
}
