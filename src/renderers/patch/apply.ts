/** The one door to the patch engine: whatever kind of patch a trait made, onto one object. */
import type { Manifest } from '../../api/object.ts';
import { invalid, ProblemError } from '../../base/errors.ts';
import { isObject } from '../../base/json.ts';
import { applyJsonMergePatch } from './json-merge-patch.ts';
import { applyJsonPatch } from './json-patch.ts';
import { wholePatchOf } from './markers.ts';
import { unify } from './unify.ts';

/** A new manifest; the given one stays as it is. @throws ProblemError where the patch does not fit. */
export function applyPatch(base: Manifest, patch: unknown): Manifest {
  const whole = wholePatchOf(patch);
  const patched = !whole
    ? unify(base, patch)
    : whole.strategy === 'jsonMergePatch'
      ? applyJsonMergePatch(base, whole.patch)
      : applyJsonPatch(base, whole.operations);
  if (!isManifest(patched)) throw new ProblemError(invalid('InvalidPatch', 'the patched object has no apiVersion or kind any more'));
  return patched;
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}
