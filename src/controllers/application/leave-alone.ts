/** An application that KubeVela delivered is not touched until it is handed over: two controllers would fight. */
import { toRfc3339 } from '../../base/clock.ts';
import { type Result, success } from '../../base/errors.ts';
import type { Hooks } from './hooks.ts';
import type { Next, Observed } from './observe.ts';
import { report } from './report.ts';
import type { World } from './world.ts';

const message = 'this application was delivered by KubeVela, whose ResourceTrackers it still has; it is left alone until it is handed over';

export async function leaveAlone({ application, memory }: Observed, world: World, hooks: Hooks): Promise<Result<Next>> {
  const before = application.status ?? {};
  const type = 'Adopted';
  const known = before.conditions?.find((condition) => condition.type === type);
  if (known?.status === 'False') return success({ when: 'event' });
  const condition = {
    type,
    status: 'False' as const,
    reason: 'ManagedByKubeVela',
    message,
    lastTransitionTime: toRfc3339(world.clock.now()),
  };
  const others = (before.conditions ?? []).filter((one) => one.type !== type);
  const reported = await report(application, { ...before, conditions: [...others, condition] }, memory, world, hooks.wrote);
  return reported.ok ? success({ when: 'event' }) : reported;
}
