/** Carries out what steps want to read. A read is a point watch too, so that a change of the object wakes us. */

import { classifyFailure } from '../../delivery/classify.ts';
import type { DueEffect, EffectResult } from '../../workflow/types.ts';
import type { World } from './world.ts';

/** Reads the objects of `due` effects from the API server; what cannot be read is a refused effect of that step. */
export async function performReads(due: readonly DueEffect[], world: Pick<World, 'kube'>): Promise<Map<string, EffectResult>> {
  const results = new Map<string, EffectResult>();
  for (const { step, effect } of due) {
    if (effect.kind !== 'read-object') continue;
    const answer = await world.kube.get(effect.ref);
    if (answer.ok) results.set(step, { state: 'read', object: answer.value });
    else if (answer.failure.httpStatus === 404) results.set(step, { state: 'read', object: undefined });
    else results.set(step, { state: 'refused', problem: classifyFailure(answer.failure, effect.ref) });
  }
  return results;
}
