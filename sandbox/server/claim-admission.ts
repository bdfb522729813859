/** A claim that names no storage class gets the cluster's default one (admission plugin DefaultStorageClass). */
import { isObject } from '../../src/base/json.ts';
import type { Engine } from './engine.ts';
import type { KubeObject } from './object.ts';

const isDefault = ({ metadata }: KubeObject): boolean =>
  metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  metadata.annotations?.['storageclass.beta.kubernetes.io/is-default-class'] === 'true';

/** The claim as admission lets it in; an empty name is a wish for no class and stays. */
export function admitClaim(engine: Engine, claim: KubeObject): KubeObject {
  const spec = isObject(claim.spec) ? claim.spec : {};
  const isNamed = typeof spec.storageClassName === 'string' || claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
  if (isNamed) return claim;
  // Of several the newest, then the first by name.
  const [chosen] = engine.store
    .list('storage.k8s.io/storageclasses', undefined)
    .map(({ object }) => object)
    .filter(isDefault)
    .sort(
      (a, b) =>
        (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
        a.metadata.name.localeCompare(b.metadata.name),
    );
  return chosen ? { ...claim, spec: { ...spec, storageClassName: chosen.metadata.name } } : claim;
}
