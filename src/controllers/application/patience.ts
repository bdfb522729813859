/**
 * When what is not well is worth a look at its pods. A new workload progresses for a moment, and a watch opened in that
 * moment costs two requests and a stream to explain nothing; what is degraded, or progresses for longer, is explained.
 */
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
  memory: Pick<Memory, 'progressingSince'>,
  { clock, settings }: Pick<World, 'clock' | 'settings'>,
): number | undefined {
  if (verdict.state !== 'progressing') memory.progressingSince.delete(key);
  switch (verdict.state) {
    case 'degraded':
      return 0;
    case 'progressing': {
      const now = clock.monotonic();
      const since = memory.progressingSince.get(key) ?? now;
      memory.progressingSince.set(key, since);
      return Math.max(0, settings.explainAfterMs - (now - since));
    }
    case 'healthy':
    case 'suspended':
    case 'not-assessed':
      return undefined;
    default:
      return verdict.state satisfies never;
  }
}
