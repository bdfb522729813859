/**
 * The cap on requests in flight to one cluster. There is no rate limit (API Priority and Fairness is the server's
 * job); when the server does say 429 the cap is halved and grows back with success (F09), as TCP does.
 */

export interface Gate {
  /** Resolves when there is room; the caller owns one place until `leave`. Rejects never; false when aborted while waiting. */
  enter(signal?: AbortSignal): Promise<boolean>;
  leave(): void;
  /** The server is overloaded: halves the cap. */
  slowDown(): void;
  /** A request went well: lets the cap grow back by one place per full round. */
  speedUp(): void;
  inFlight(): number;
  limit(): number;
}

/** @param most places at best; it never shrinks below 2. */
export function createGate(most: number): Gate {
  let limit = most;
  let successes = 0;
  let inFlight = 0;
  const waiting = new Set<() => void>();

  const admit = (): void => {
    for (const go of waiting) {
      if (inFlight >= limit) return;
      waiting.delete(go);
      inFlight++;
      go();
    }
  };

  return {
    enter(signal) {
      if (signal?.aborted) return Promise.resolve(false);
      if (inFlight < limit && waiting.size === 0) {
        inFlight++;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const go = (): void => {
          signal?.removeEventListener('abort', leaveQueue);
          resolve(true);
        };
        const leaveQueue = (): void => {
          waiting.delete(go);
          resolve(false);
        };
        signal?.addEventListener('abort', leaveQueue, { once: true });
        waiting.add(go);
      });
    },
    leave() {
      inFlight--;
      admit();
    },
    slowDown() {
      limit = Math.max(2, Math.floor(limit / 2));
      successes = 0;
    },
    speedUp() {
      if (limit >= most || ++successes < limit) return;
      successes = 0;
      limit++;
      admit();
    },
    inFlight: () => inFlight,
    limit: () => limit,
  };
}
