/**
 * Two controllers must not fight for ever: an object that had to be put right five times within ten minutes is left
 * to the other side, and a condition names it (design.md §4 "Writing", F36).
 */

import { describeRef, type KubeObject, refOf } from '../../api/object.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Memory } from './memory.ts';
import type { World } from './world.ts';

type FightWorld = Pick<World, 'clock' | 'settings'>;

/** Remembers what this pass put right, and which differences a dry run cleared. */
export function noteReverts(memory: Memory, plan: Plan, delivered: Delivered, world: FightWorld): void {
  const now = world.clock.monotonic();
  for (const { key, action, step } of plan.deliver) {
    const outcome = delivered.outcomes.get(key);
    if (outcome?.state === 'cleared') memory.cleared.set(outcome.uid, outcome.fingerprint);
    if (action === 'update' || action === 'create') memory.reverts.delete(key);
    if (step !== undefined || outcome?.state !== 'written') continue;
    memory.reverts.set(key, [...recent(memory, key, world), now]);
  }
}

function recent(memory: Memory, key: string, world: FightWorld): number[] {
  const since = world.clock.monotonic() - world.settings.fightWindowMs;
  return (memory.reverts.get(key) ?? []).filter((at) => at > since);
}

/** True while we leave the object to whoever keeps changing it. */
export function isYielded(memory: Memory, key: string, world: FightWorld): boolean {
  return recent(memory, key, world).length >= world.settings.fightReverts;
}

/** A sentence per object that is yielded, with the managers that write it beside us. */
export function fightsOf(memory: Memory, objects: Iterable<[string, KubeObject | undefined]>, world: FightWorld): string[] {
  const sentences: string[] = [];
  for (const [key, live] of objects) {
    if (!live || !isYielded(memory, key, world)) continue;
    const others = new Set(
      (live.metadata.managedFields ?? []).flatMap(({ manager, subresource }) =>
        manager && manager !== fieldManager && !subresource ? [manager] : [],
      ),
    );
    sentences.push(
      `${describeRef(refOf(live))} was put right ${world.settings.fightReverts} times within ${Math.round(world.settings.fightWindowMs / 60_000)} min and is left alone now; it is also written by ${[...others].join(', ') || 'somebody unknown'}`,
    );
  }
  return sentences;
}
