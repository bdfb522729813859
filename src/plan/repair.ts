/**
 * What a repair sends. A repair enforces what was accepted, with one courtesy: replicas that somebody set through
 * the scale subresource (an autoscaler, `kubectl scale`) stay as they are until the application itself changes
 * (design.md §4 "Writing": repair yields fields owned through the `scale` subresource).
 */
import type { KubeObject } from '../api/object.ts';
import { isObject, valueAt } from '../base/json.ts';
import { parsePath } from '../workflow/paths.ts';

/** True when another manager owns `spec.replicas` through the scale subresource. */
export function isScaledByOthers(live: KubeObject): boolean {
  return (live.metadata.managedFields ?? []).some(
    (entry) => entry.subresource === 'scale' && valueAt(entry.fieldsV1, ['f:spec', 'f:replicas']) !== undefined,
  );
}

/** `accepted`, without the fields that the live object's other owners keep. */
export function repairManifest(accepted: KubeObject, live: KubeObject): KubeObject {
  if (!isScaledByOthers(live) || !isObject(accepted.spec)) return accepted;
  const { replicas: _kept, ...spec } = accepted.spec;
  return { ...accepted, spec };
}

/**
 * `manifest` with the live values at `paths` (policy apply-once), so that what others set there stays.
 * Undefined when the paths cover the whole object: then nothing is sent. Paths are written as `spec.template.spec.containers[0].image`.
 */
export function leaving(manifest: KubeObject, live: KubeObject | undefined, paths: readonly string[]): KubeObject | undefined {
  if (!live || paths.length === 0) return manifest;
  if (paths.includes('*')) return undefined;
  let left = manifest;
  for (const text of paths) {
    const path = parsePath(text);
    const value = path && valueAt(live, path);
    if (path && value !== undefined) left = withValue(left, path, value) as KubeObject;
  }
  return left;
}

/** A copy with one value replaced; where the path leads nowhere in the manifest it is as it was. */
function withValue(current: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof head === 'number')
    return Array.isArray(current) && head < current.length ? current.with(head, withValue(current[head], rest, value)) : current;
  if (!isObject(current)) return rest.length === 0 && current === undefined ? value : current;
  return { ...current, [head]: withValue(current[head], rest, value) };
}
