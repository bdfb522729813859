/**
 * What the controller remembers of an application between passes. Nothing here is needed for safety: after a
 * restart it begins empty, which costs at most one dry run or one wait.
 */

import type { Application } from '../../api/application.ts';
import type { JsonObject } from '../../base/json.ts';

/** An object that progresses: since when, and when it last changed (monotonic ms). */
export interface Progress {
  since: number;
  movedAt: number;
  resourceVersion: string | undefined;
}

export interface Memory {
  /** Fingerprints that a dry run has cleared, by uid of the object. */
  cleared: Map<string, string | undefined>;
  /** Times (monotonic ms) of reverts, by entry key. */
  reverts: Map<string, number[]>;
  /** uids of objects that are proved to be gone. */
  gone: Set<string>;
  /** Generation and publishVersion last seen, and when they were first seen (monotonic ms). */
  specSeen: { mark: string; at: number } | undefined;
  /** Mark of the revision and record for which nothing is left to prune. */
  prunedMark: string | undefined;
  /** When the status was last written (monotonic ms). */
  statusWrittenAt: number;
  /** The spec a publishVersion holds fast, by revision name. */
  frozen: { revision: string; spec: Application['spec'] } | undefined;
  /** Outputs of the run, as they stand in its context ConfigMap. */
  variables: { run: string; values: JsonObject } | undefined;
  /** Since when every pass has met a problem that ought to pass by itself (monotonic ms). */
  transientSince: number | undefined;
  /** Since when a running application has been merely progressing again (monotonic ms). */
  unwellSince: number | undefined;
  /** Objects that are progressing, by entry key. */
  progress: Map<string, Progress>;
  /** When deletion began to wait (monotonic ms). */
  retiringSince: number | undefined;
}

export interface MemoryStore {
  of(uid: string): Memory;
  forget(uid: string): void;
}

export function createMemoryStore(): MemoryStore {
  const byUid = new Map<string, Memory>();
  return {
    of(uid) {
      let memory = byUid.get(uid);
      if (!memory) {
        memory = {
          cleared: new Map(),
          reverts: new Map(),
          gone: new Set(),
          specSeen: undefined,
          prunedMark: undefined,
          statusWrittenAt: Number.NEGATIVE_INFINITY,
          frozen: undefined,
          variables: undefined,
          transientSince: undefined,
          unwellSince: undefined,
          progress: new Map(),
          retiringSince: undefined,
        };
        byUid.set(uid, memory);
      }
      return memory;
    },
    forget: (uid) => void byUid.delete(uid),
  };
}
