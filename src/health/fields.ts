/**
 * Reads fields of live objects. What comes from a cluster is unknown: a wrong type reads as absent, because a
 * verdict must never throw on somebody's odd status.
 */
import type { Condition, KubeObject } from '../api/object.ts';
import { isObject, type JsonObject, valueAt } from '../base/json.ts';

const pathOf = (path: string): string[] => path.split('.');

export function numberAt(value: unknown, path: string): number | undefined {
  const found = valueAt(value, pathOf(path));
  return typeof found === 'number' ? found : undefined;
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = valueAt(value, pathOf(path));
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function booleanAt(value: unknown, path: string): boolean | undefined {
  const found = valueAt(value, pathOf(path));
  return typeof found === 'boolean' ? found : undefined;
}

/** The objects of a list; other items are left out. */
export function objectsAt(value: unknown, path: string): JsonObject[] {
  const found = valueAt(value, pathOf(path));
  return Array.isArray(found) ? found.filter(isObject) : [];
}

export function objectAt(value: unknown, path: string): JsonObject | undefined {
  const found = valueAt(value, pathOf(path));
  return isObject(found) ? found : undefined;
}

/** Conditions below `path` that have a type and a known status. */
export function conditionsAt(value: unknown, path = 'status.conditions'): Condition[] {
  const conditions: Condition[] = [];
  for (const item of objectsAt(value, path)) {
    const { type, status } = item;
    if (typeof type !== 'string' || (status !== 'True' && status !== 'False' && status !== 'Unknown')) continue;
    conditions.push({
      type,
      status,
      reason: textAt(item, 'reason'),
      message: textAt(item, 'message'),
      observedGeneration: numberAt(item, 'observedGeneration'),
      lastTransitionTime: textAt(item, 'lastTransitionTime'),
    });
  }
  return conditions;
}

/** The condition of a type in `status.conditions`. */
export function conditionIn(object: unknown, type: string): Condition | undefined {
  return conditionsAt(object).find((condition) => condition.type === type);
}

/** `status.observedGeneration`, also where it is written as text (Argo Rollouts). */
export function observedGenerationOf(object: KubeObject): number | undefined {
  const observed = valueAt(object, ['status', 'observedGeneration']);
  if (typeof observed === 'number') return observed;
  return typeof observed === 'string' && /^\d+$/.test(observed) ? Number(observed) : undefined;
}
