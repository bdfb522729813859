/** The same object in another version of its API: custom resources (strategy None), autoscalers and events. */
import { isObject } from '../../src/base/json.ts';
import { convertHpa } from '../../src/schema/index.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

/** A stored object as `resource`'s version shows it. The same object when nothing has to change. */
export function fromStorage(resource: Resource, object: KubeObject): KubeObject {
  if (object.apiVersion === resource.apiVersion) return object;
  if (resource.storage === '/events') return toNewEvent(object);
  if (resource.storage === 'autoscaling/horizontalpodautoscalers') return convertHpa(object, 'autoscaling/v1');
  return { ...object, apiVersion: resource.apiVersion };
}

/** An object of `resource`'s version as it is kept. */
export function toStorage(resource: Resource, object: KubeObject): KubeObject {
  if (object.apiVersion === resource.storageVersion) return object;
  if (resource.storage === '/events') return toOldEvent(object);
  if (resource.storage === 'autoscaling/horizontalpodautoscalers') return convertHpa(object, 'autoscaling/v2');
  return { ...object, apiVersion: resource.storageVersion };
}

/** events.k8s.io/v1 field ← core/v1 field. */
const eventFields: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

function renamed(object: KubeObject, apiVersion: string, names: Map<string, string>): KubeObject {
  const next: KubeObject = { apiVersion, kind: object.kind, metadata: object.metadata };
  for (const [field, value] of Object.entries(object)) {
    if (field === 'apiVersion' || field === 'kind' || field === 'metadata') continue;
    next[names.get(field) ?? field] = value;
  }
  return next;
}

const toNew = new Map(eventFields.map(([newer, older]) => [older, newer]));
const toOld = new Map(eventFields.map(([newer, older]) => [newer, older]));

function toNewEvent(event: KubeObject): KubeObject {
  const newer = renamed(event, 'events.k8s.io/v1', toNew);
  // The older version always writes these, the newer only where they say something.
  for (const field of ['reportingController', 'reportingInstance']) if (newer[field] === '') delete newer[field];
  return newer;
}

function toOldEvent(event: KubeObject): KubeObject {
  const old = renamed(event, 'v1', toOld);
  if (!isObject(old.involvedObject)) old.involvedObject = {};
  if (!isObject(old.source)) old.source = {};
  if (old.firstTimestamp === undefined) old.firstTimestamp = null;
  if (old.lastTimestamp === undefined) old.lastTimestamp = null;
  return old;
}
