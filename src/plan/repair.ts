/**
 * What a repair sends. A repair enforces what was accepted, with one courtesy: replicas that somebody set through
 * the scale subresource (an autoscaler, `kubectl scale`) stay as they are until the application itself changes
 * (design.md §4 "Writing": repair yields fields owned through the `scale` subresource).
 */
import type { KubeObject } from '../api/object.ts';
import { isObject, valueAt } from '../base/json.ts';

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
