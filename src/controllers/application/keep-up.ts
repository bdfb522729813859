/** What follows a delivery that succeeded: the revision learns of it, old revisions go, and what nobody wants is pruned. */
import type { ApplicationStatus } from '../../api/application.ts';
import { type Result, success } from '../../base/errors.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import type { DecideInput, Decision } from './decide.ts';
import { fateOnUpdate } from './fate.ts';
import type { Hooks } from './hooks.ts';
import { keepPruned } from './keep-pruned.ts';
import { keepRevisions } from './keep-revisions.ts';
import type { Observed } from './observe.ts';
import type { World } from './world.ts';

export interface KeepUpInput {
  observed: Observed;
  input: DecideInput;
  decision: Decision;
  delivered: Delivered;
  status: ApplicationStatus;
}

/** @returns milliseconds after which to look again, or undefined. */
export async function keepUp(
  { observed, input, decision, delivered, status }: KeepUpInput,
  world: World,
  hooks: Hooks,
): Promise<Result<number | undefined>> {
  const { delivery, revision } = decision;
  if (!delivery || delivered.problem) return success(undefined);
  const { policies } = delivery.resolved;
  const limit = policies.revisionLimit ?? world.settings.revisionLimit;
  const revised = await keepRevisions(
    { application: input.application, revisions: observed.revisions, record: delivered.record, revision, status, limit },
    world,
    hooks,
  );
  if (!revised.ok) return revised;
  return keepPruned(
    {
      application: input.application,
      memory: observed.memory,
      delivery,
      render: {
        application: input.application,
        resolved: delivery.resolved,
        revision,
        definitions: input.definitions,
        cluster: input.cluster,
      },
      record: delivered.record,
      predecessors: observed.predecessors,
      fateOf: (entry) => fateOnUpdate(entry, policies),
    },
    world,
    hooks,
  );
}
