/**
 * Who owns what after a change. Source: structured-merge-diff v4, merge (update, apply, prune), as the API
 * server configures it. Managers whose version cannot be converted to are forgotten, as the server does.
 */
import type { KubeObject } from '../api/object.ts';
import { type Comparison, compareObjects } from './compare.ts';
import { FieldSet } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import type { Manager, Managers } from './managers.ts';
import { removeFields, withNamedFields } from './remove.ts';
import type { StructuralSchema } from './structural.ts';

/** An object of another version of its API, with that version's schema; undefined where there is none. */
export type Convert = (object: KubeObject, apiVersion: string) => { object: KubeObject; schema: StructuralSchema } | undefined;

/** What stays the same while one request is worked on. */
export interface Version {
  apiVersion: string;
  schema: StructuralSchema;
  convert?: Convert;
  /** Fields this endpoint does not let its callers own. */
  resetFields: FieldSet;
}

function filtered(comparison: Comparison, reset: FieldSet): Comparison {
  return reset.isEmpty
    ? comparison
    : {
        removed: comparison.removed.recursiveDifference(reset),
        modified: comparison.modified.recursiveDifference(reset),
        added: comparison.added.recursiveDifference(reset),
      };
}

function convertTo(object: KubeObject, apiVersion: string, at: Version): { object: KubeObject; schema: StructuralSchema } | undefined {
  return apiVersion === at.apiVersion ? { object, schema: at.schema } : at.convert?.(object, apiVersion);
}

/** Drops managers of versions that no longer exist; must come first. */
export function forgetLostVersions(managers: Managers, live: KubeObject, at: Version): void {
  for (const [id, manager] of managers) if (convertTo(live, manager.apiVersion, at) === undefined) managers.delete(id);
}

/**
 * Takes from every other manager what the change took from it. `before` and `after` are at this version.
 * Returns the conflicts (by manager identity) without touching anything where there are some and `force` is off.
 */
export function takeOver(
  before: KubeObject,
  after: KubeObject,
  managers: Managers,
  self: string,
  force: boolean,
  at: Version,
): { comparison: Comparison } | { conflicts: Map<string, FieldSet> } {
  const comparison = compareObjects(before, after, at.schema);
  const byVersion = new Map<string, Comparison>([[at.apiVersion, filtered(comparison, at.resetFields)]]);
  const conflicts = new Map<string, FieldSet>();
  const removed = new Map<string, FieldSet>();
  for (const [id, manager] of managers) {
    if (id === self) continue;
    const changed = byVersion.get(manager.apiVersion) ?? compareAt(before, after, manager.apiVersion, at);
    if (changed === undefined) {
      managers.delete(id);
      continue;
    }
    byVersion.set(manager.apiVersion, changed);
    const taken = manager.set.intersection(changed.modified.union(changed.added));
    if (!taken.isEmpty) conflicts.set(id, taken);
    if (!changed.removed.isEmpty) removed.set(id, changed.removed);
  }
  if (!force && conflicts.size > 0) return { conflicts };
  for (const losses of [conflicts, removed]) {
    for (const [id, set] of losses) {
      const manager = managers.get(id);
      if (manager !== undefined) managers.set(id, { ...manager, set: manager.set.difference(set) });
    }
  }
  for (const [id, manager] of managers) if (manager.set.isEmpty) managers.delete(id);
  return { comparison: byVersion.get(at.apiVersion) ?? comparison };
}

function compareAt(before: KubeObject, after: KubeObject, apiVersion: string, at: Version): Comparison | undefined {
  const left = convertTo(before, apiVersion, at);
  const right = convertTo(after, apiVersion, at);
  return left === undefined || right === undefined
    ? undefined
    : filtered(compareObjects(left.object, right.object, left.schema), at.resetFields);
}

/** Records a create, update or patch by `self`: it owns what it changed or added, beside what it owned. */
export function recordUpdate(before: KubeObject, after: KubeObject, managers: Managers, self: string, fresh: Manager, at: Version): void {
  forgetLostVersions(managers, before, at);
  const taken = takeOver(before, after, managers, self, true, at);
  if ('conflicts' in taken) return; // cannot be: force is on
  const { removed, modified, added } = taken.comparison;
  const own = managers.get(self) ?? fresh;
  const set = own.set.difference(removed).union(modified).union(added).recursiveDifference(at.resetFields);
  if (set.isEmpty) managers.delete(self);
  else managers.set(self, { ...own, apiVersion: at.apiVersion, set });
}

/**
 * Removes from the merged object what the applier applied last time, does not apply now, and nobody else owns.
 * `managers` already holds the new set of the applier (`self`).
 */
export function pruneAbandoned(merged: KubeObject, managers: Managers, self: string, last: Manager | undefined, at: Version): KubeObject {
  if (last === undefined || last.set.isEmpty) return merged;
  // The usual case: nothing was given up, so nothing can go.
  const own = managers.get(self);
  if (own !== undefined && own.apiVersion === last.apiVersion && last.set.difference(own.set).isEmpty) return merged;
  const then = convertTo(merged, last.apiVersion, at);
  if (then === undefined) return merged;
  const lastNamed = withNamedFields(last.set, then.schema);
  const all = fieldsOf(then.object, then.schema);
  const candidate = removeFields(then.object, lastNamed, then.schema);
  let kept = withNamedFields(fieldsOf(candidate, then.schema), then.schema);
  const allNamed = withNamedFields(all, then.schema);

  // What others (or the new configuration) own comes back, version by version.
  let result: unknown = candidate;
  const versions = new Map<string, FieldSet>();
  for (const manager of managers.values()) {
    versions.set(manager.apiVersion, (versions.get(manager.apiVersion) ?? FieldSet.empty).union(manager.set));
  }
  const here = versions.get(then.object.apiVersion);
  if (here !== undefined) {
    result = removeFields(then.object, allNamed.difference(kept.union(withNamedFields(here, then.schema))), then.schema);
    versions.delete(then.object.apiVersion);
  }
  for (const [apiVersion, owned] of versions) {
    const all2 = at.convert?.(then.object, apiVersion);
    const kept2 = at.convert?.(result as KubeObject, apiVersion);
    if (all2 === undefined || kept2 === undefined) continue;
    const keptSet = withNamedFields(fieldsOf(kept2.object, all2.schema), all2.schema);
    const gone = withNamedFields(fieldsOf(all2.object, all2.schema), all2.schema).difference(
      keptSet.union(withNamedFields(owned, all2.schema)),
    );
    const back = at.convert?.(removeFields(all2.object, gone, all2.schema) as KubeObject, then.object.apiVersion);
    if (back !== undefined) result = back.object;
  }

  // Fields that only hung below what was removed, and were never ours, come back too.
  kept = withNamedFields(fieldsOf(result, then.schema), then.schema);
  result = removeFields(then.object, allNamed.difference(kept).intersection(lastNamed), then.schema);
  const final = result as KubeObject;
  return last.apiVersion === at.apiVersion ? final : (at.convert?.(final, at.apiVersion)?.object ?? final);
}
