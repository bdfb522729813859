/**
 * Events: one per change of state, at most two per delivery (design.md §4 "Writing"). They are told, never relied on:
 * a write that fails is logged and forgotten.
 */
import type { KubeObject } from '../../api/object.ts';
import { type Clock, toRfc3339 } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { KubeClient } from '../../kube/types.ts';

export interface EventRecorder {
  /** `reason` is CamelCase; `message` a sentence. Does not wait for the API server. */
  tell(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Resolves when everything that was told has been answered. */
  flush(): Promise<void>;
}

/** Longest note the API server takes, in bytes. */
const maxMessage = 1024;

export function createEventRecorder({
  kube,
  clock,
  random,
  log,
}: {
  kube: KubeClient;
  clock: Clock;
  random: Random;
  log: Logger;
}): EventRecorder {
  const pending = new Set<Promise<void>>();

  const write = async (event: KubeObject): Promise<void> => {
    const answer = await kube.create(event, { fieldManager: 'lateen' });
    if (!answer.ok) log.debug('event was not written', { reason: answer.failure.reason, message: answer.failure.message });
  };

  return {
    tell(about, type, reason, message) {
      const now = toRfc3339(clock.now());
      const { namespace = 'default', name, uid, resourceVersion } = about.metadata;
      const event: KubeObject = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `${name}.${random.uuid().replaceAll('-', '').slice(0, 16)}`, namespace },
        involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace, name, uid, resourceVersion },
        type,
        reason,
        message: message.length > maxMessage ? `${message.slice(0, maxMessage - 1)}…` : message,
        source: { component: 'lateen' },
        reportingComponent: 'lateen',
        reportingInstance: 'lateen',
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      };
      const written = write(event).finally(() => pending.delete(written));
      pending.add(written);
    },
    async flush() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
