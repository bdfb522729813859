/**
 * The closed union of everything that can go wrong while delivering (design.md §4, "Errors are a closed
 * union"). Each kind maps to one condition reason, one requeue rule and one section of docs/errors.md.
 * Errors are values: a function that can fail returns `Result`; exceptions are for bugs.
 */

/** What can go wrong. `message` is a whole sentence for the user; `path` points into the user's YAML. */
export type Problem =
  /** The other side failed in a way that passes by itself: 429, 5xx, connection lost, a 409 on a stale write. */
  | { kind: 'Transient'; code: string; message: string; retryAfterMs?: number }
  /** Something outside must come first: a CRD, a namespace, quota, a webhook, another object. Looked at again when `on` changes. */
  | { kind: 'Waiting'; code: string; message: string; on?: WaitedFor; retryAfterMs?: number }
  /** The user's input is wrong; nothing but a change of it helps. */
  | { kind: 'Invalid'; code: string; message: string; path?: string }
  /** The API server does not let us (403, or an admission policy). */
  | { kind: 'Denied'; code: string; message: string }
  /** Somebody else owns what we want to write. */
  | { kind: 'Conflict'; code: string; message: string; owner?: string };

/** What a `Waiting` problem waits for, as a point in the API; the watches of that point wake the application. */
export interface WaitedFor {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name?: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });
export const failure = (problem: Problem): { ok: false; problem: Problem } => ({ ok: false, problem });

/** Invalid input, the most frequent problem, in one call. */
export const invalid = (code: string, message: string, path?: string): Problem =>
  path === undefined ? { kind: 'Invalid', code, message } : { kind: 'Invalid', code, message, path };

/** Carries a Problem through code that must throw (a definition's render runs as somebody else's function). */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}
