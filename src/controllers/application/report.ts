/**
 * The only writer of an application's status: one patch per pass, only if something differs. A change of phase or
 * condition is written at once, text that only tells of progress at most once a second per application.
 */

import type { Application, ApplicationStatus } from '../../api/application.ts';
import { refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { isObject, jsonEqual } from '../../base/json.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { notLeader } from '../../delivery/not-leader.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import { createMergePatch } from '../../schema/index.ts';
import type { Memory } from './memory.ts';
import type { World } from './world.ts';

export type Reported = { state: 'unchanged' } | { state: 'postponed'; ms: number } | { state: 'written'; application: Application };

/**
 * Brings the status of `application` to `status`. The patch carries the resourceVersion it was computed from: a
 * status edited meanwhile (`vela workflow suspend`, a second replica) makes it a Transient problem, never a lost edit.
 */
export async function report(
  application: Application,
  status: ApplicationStatus,
  memory: Memory,
  world: Pick<World, 'clock' | 'kube' | 'settings' | 'mayWrite'>,
  wrote: (application: Application) => void,
): Promise<Result<Reported>> {
  const before = application.status ?? {};
  if (jsonEqual(before, status)) {
    memory.unwellSince = undefined;
    return success({ state: 'unchanged' });
  }
  const sinceMs = world.clock.monotonic() - memory.statusWrittenAt;
  if (sinceMs < world.settings.progressTextMs && jsonEqual(withoutText(before), withoutText(status))) {
    return success({ state: 'postponed', ms: world.settings.progressTextMs - sinceMs });
  }
  const blipMs = blipLeft(before, status, memory, world);
  if (blipMs > 0) return success({ state: 'postponed', ms: blipMs });
  if (!world.mayWrite()) return failure(notLeader);
  const ref = refOf(application);
  const patch = {
    metadata: { resourceVersion: application.metadata.resourceVersion },
    status: createMergePatch(toJson(before), toJson(status)),
  };
  const answer = await world.kube.patch(ref, { type: 'merge', body: patch }, { subresource: 'status', fieldManager });
  if (!answer.ok) return failure(classifyFailure(answer.failure, ref));
  memory.statusWrittenAt = world.clock.monotonic();
  const written = answer.value as Application;
  wrote(written);
  return success({ state: 'written', application: written });
}

/** How much longer a running application that merely progresses again is given before it is reported, in ms. */
function blipLeft(
  before: ApplicationStatus,
  status: ApplicationStatus,
  memory: Memory,
  { clock, settings }: Pick<World, 'clock' | 'settings'>,
): number {
  const isBlip =
    before.status === 'running' &&
    status.status === 'unhealthy' &&
    before.observedGeneration === status.observedGeneration &&
    isReconciling(status);
  if (!isBlip) {
    memory.unwellSince = undefined;
    return 0;
  }
  memory.unwellSince ??= clock.monotonic();
  return settings.blipMs - (clock.monotonic() - memory.unwellSince);
}

function isReconciling(status: ApplicationStatus): boolean {
  return status.conditions?.some(({ type, status: is }) => type === 'Reconciling' && is === 'True') ?? false;
}

/** What only tells of progress: sentences, and when a step was last looked at. */
const progressFields = new Set(['message', 'lastExecuteTime']);

function withoutText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutText);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (progressFields.has(key) ? [] : [[key, withoutText(inner)]])));
}

/** A status is JSON: written by us, or read from the API server. */
function toJson(status: ApplicationStatus) {
  return JSON.parse(JSON.stringify(status));
}
