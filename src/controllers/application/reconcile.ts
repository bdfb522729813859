/**
 * One pass over one application, left to right: observe, decide, deliver, assess, conclude, report (design.md §2).
 * Nothing flows back except through the API server.
 */

import type { Application } from '../../api/application.ts';
import { type Result, success } from '../../base/errors.ts';
import { deliver } from '../../delivery/deliver.ts';
import { assess } from './assess.ts';
import { assessInput, liveAfter } from './assess-input.ts';
import { conclude } from './conclude.ts';
import { decide } from './decide.ts';
import { decideInput } from './decide-input.ts';
import { ensureRevision } from './ensure-revision.ts';
import { fateOnDelete } from './fate.ts';
import { noteReverts } from './fights.ts';
import { frozenApplication } from './frozen.ts';
import { hold } from './hold.ts';
import { type Hooks, hooksFor } from './hooks.ts';
import { keepUp } from './keep-up.ts';
import { leaveAlone } from './leave-alone.ts';
import { nextLook } from './next-look.ts';
import { type Key, type Next, type Observed, observe } from './observe.ts';
import { performReads } from './reads.ts';
import { recoverRecord } from './recover-record.ts';
import { report } from './report.ts';
import { retire } from './retire.ts';
import { statusInput, statusOf } from './status.ts';
import { waitedFor } from './surroundings.ts';
import { tellOf } from './tell.ts';
import { loadVariables, storeVariables } from './variables.ts';
import type { World } from './world.ts';

export async function reconcile(key: Key, world: World): Promise<Result<Next>> {
  const observed = observe(key, world);
  switch (observed.state) {
    case 'absent':
      return success(forget(key, world));
    case 'behind':
      return success(await catchUp(key, observed.next, world));
    case 'current': {
      const hooks = hooksFor(observed, world);
      if (observed.deleting) return retire(observed, world, { wrote: hooks.wrote, fateOf: fateOnDelete(observed.application) });
      if (observed.paused) return success({ when: 'event' });
      if (observed.isKubeVelas) return leaveAlone(observed, world, hooks);
      const frozen = await frozenApplication(observed, world);
      return frozen.ok ? carryOn({ ...observed, application: frozen.value }, world, hooks) : frozen;
    }
  }
}

/** What a pass does for an application that is wanted. */
async function carryOn(observed: Observed, world: World, hooks: Hooks): Promise<Result<Next>> {
  const { memory } = observed;
  const variables = await loadVariables(observed, world);
  if (!variables.ok) return variables;
  const seen = decideInput(observed, variables.value, world);
  const record = await recoverRecord(observed, seen, world, hooks);
  if (!record.ok) return record;
  const input = { ...seen, record: record.value };
  const decision = await decide(input);
  // Neither needs the other, and both stand before the first object: the revision goes with the application by its owner.
  const [held, revised] = await Promise.all([hold(observed, world, hooks), ensureRevision(observed.application, decision, world, hooks)]);
  if (!held.ok) return held;
  if (!revised.ok) return revised;
  const application: Application = { ...observed.application, metadata: held.value.metadata };

  const delivered = await deliver(decision.plan, application, record.value, hooks.delivery(decision.delivery?.resolved.policies)); // the only writer of objects
  const reads = await performReads(decision.delivery?.advanced.due ?? [], world);
  noteReverts(memory, decision.plan, delivered, world);

  const assessment = await assess(assessInput(observed, decision, delivered, world)); // what was delivered and what is kept
  world.points.set(observed.key, [...assessment.points, ...waitedFor(delivered)]);
  const concluded =
    decision.delivery && conclude(decision.delivery, delivered, assessment, reads, (entry) => liveAfter(entry, delivered, world));

  const stored = await storeVariables(application, memory, concluded, world);
  if (!stored.ok) return stored;

  const status = statusOf(statusInput(observed, decision, concluded, assessment, delivered, world));
  const reported = await report(application, status, memory, world, hooks.wrote); // the only writer of status
  if (!reported.ok) return reported;
  if (reported.value.state === 'written') tellOf(application, reported.value.application, world);

  const kept = await keepUp({ observed, input, decision, delivered, status }, world, hooks);
  if (!kept.ok) return kept;
  return nextLook(
    {
      application,
      decision,
      concluded,
      reported: reported.value,
      status,
      explainInMs: assessment.explainInMs,
      againInMs: kept.value,
      delivered,
    },
    world,
  );
}

/** The application is gone: nothing of it stays in memory. */
function forget(key: Key, world: World): Next {
  world.points.set(key, []);
  world.expectations.forget(key);
  return { when: 'event' };
}

/** The caches lag behind our own writes; after ten seconds the API server is asked once. */
async function catchUp(key: Key, next: Next, world: World): Promise<Next> {
  if (world.expectations.overdue(key).length === 0) return next;
  await world.expectations.ask(key, world.kube);
  return { when: 'now' };
}
