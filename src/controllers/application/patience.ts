/**
 * When what is not well is worth a look at its pods. A new workload progresses for a moment, on a busy cluster for a
 * long one, and a watch opened meanwhile costs two requests and a stream to explain nothing. What is degraded, no
 * longer moves, or moves without getting there, is explained.
 */
import type { KubeObject } from '../../api/object.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Memory } from './memory.ts';
import type { World } from './world.ts';

/**
 * How long until the causes of `verdict` are worth watching, in ms: 0 for now, undefined when there is nothing to explain.
 * @param key of the entry the verdict is about; called for each of them in each pass, so that it is known since when.
 */
export function explainIn(
  key: string,
  verdict: Verdict,
  { metadata: { resourceVersion } }: KubeObject,
  memory: Pick<Memory, 'progress'>,
  { clock, settings }: Pick<World, 'clock' | 'settings'>,
): number | undefined {
  if (verdict.state !== 'progressing') memory.progress.delete(key);
  switch (verdict.state) {
    case 'degraded':
      return 0;
    case 'progressing': {
      const now = clock.monotonic();
      const before = memory.progress.get(key);
      const hasMoved = before?.resourceVersion !== resourceVersion;
      const progress = { since: before?.since ?? now, movedAt: before && !hasMoved ? before.movedAt : now, resourceVersion };
      memory.progress.set(key, progress);
      const due = Math.min(progress.movedAt + settings.explainAfterMs, progress.since + settings.explainAtLastMs);
      return Math.max(0, due - now);
    }
    case 'healthy':
    case 'suspended':
    case 'not-assessed':
      return undefined;
    default:
      return verdict.state satisfies never;
  }
}
