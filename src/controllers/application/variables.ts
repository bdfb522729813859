/**
 * Outputs of a run survive a restart in the ConfigMap `workflow-<app>-context`, key `vars` (compat/cue.md §4.7). It is
 * written only when there is something to keep, before the status that says the step is done.
 */

import type { Application } from '../../api/application.ts';
import { workflowContextName } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { isObject, type JsonObject, jsonEqual, valueAt } from '../../base/json.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { notLeader } from '../../delivery/not-leader.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import type { Concluded } from './conclude.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observe.ts';
import type { World } from './world.ts';

/** The outputs of the recorded run: from memory, after a restart from the ConfigMap. */
export async function loadVariables({ application, memory }: Observed, world: Pick<World, 'kube'>): Promise<Result<JsonObject>> {
  const run = application.status?.workflow?.appRevision;
  if (run === undefined || !application.status?.workflow?.contextBackend) return success({});
  if (memory.variables?.run === run) return success(memory.variables.values);
  const ref = contextRef(application);
  const answer = await world.kube.get(ref);
  if (!answer.ok && answer.failure.httpStatus !== 404) return failure(classifyFailure(answer.failure, ref));
  const values = answer.ok ? readVars(answer.value) : {};
  memory.variables = { run, values };
  return success(values);
}

/** Writes what the pass added; memory is as new as the write, so no view is waited for. The status then names the ConfigMap. */
export async function storeVariables(
  application: Application,
  memory: Memory,
  concluded: Concluded | undefined,
  world: Pick<World, 'kube' | 'mayWrite'>,
): Promise<Result<void>> {
  const run = concluded?.machine.status.appRevision;
  const values = concluded?.machine.variables ?? {};
  const before = memory.variables?.run === run ? memory.variables?.values : {};
  if (concluded === undefined || run === undefined || jsonEqual(values, before ?? {})) return success(undefined);
  if (!world.mayWrite()) return failure(notLeader);
  const object = contextObject(application, values);
  const answer = await world.kube.apply(object, { fieldManager, force: true });
  if (!answer.ok) return failure(classifyFailure(answer.failure, refOf(object)));
  memory.variables = { run, values };
  return success(undefined);
}

function contextRef(application: Application): ObjectRef {
  const { name, namespace = 'default' } = application.metadata;
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: workflowContextName(name) };
}

/** Where the outputs are, for `status.workflow.contextBackend`; undefined while there are none. */
export function contextBackend(application: Application, concluded: Concluded): ObjectRef | undefined {
  return Object.keys(concluded.machine.variables).length > 0 ? contextRef(application) : undefined;
}

function contextObject(application: Application, values: JsonObject): KubeObject {
  const { apiVersion, kind, metadata } = application;
  const { namespace, name } = contextRef(application);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true }],
    },
    data: { vars: JSON.stringify(values) },
  };
}

function readVars(object: KubeObject): JsonObject {
  const text = valueAt(object, ['data', 'vars']);
  try {
    // KubeVela writes CUE here; what is not JSON is of a run that it began, and is made anew.
    const values: unknown = JSON.parse(typeof text === 'string' ? text : '{}');
    return isObject(values) ? values : {};
  } catch {
    return {};
  }
}
