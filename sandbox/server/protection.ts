/** Lets go of terminating claims that no pod uses and volumes that no claim holds (pvc- and pv-protection). */
import { isObject } from '../../src/base/json.ts';
import { items, text } from './columns/cells.ts';
import type { Engine } from './engine.ts';
import type { KubeObject } from './object.ts';

const reactionMs = 5;

export function followProtection(engine: Engine): () => void {
  let scheduled = false;
  const look = (): void => {
    scheduled = false;
    for (const { object } of engine.store.list('/persistentvolumeclaims')) {
      if (object.metadata.deletionTimestamp && !isUsed(engine, object))
        release(engine, '/persistentvolumeclaims', object, 'kubernetes.io/pvc-protection');
    }
    for (const { object } of engine.store.list('/persistentvolumes')) {
      if (object.metadata.deletionTimestamp && text(object, 'status', 'phase') !== 'Bound')
        release(engine, '/persistentvolumes', object, 'kubernetes.io/pv-protection');
    }
  };
  return engine.store.subscribe('*', (change) => {
    if (scheduled || !['/persistentvolumeclaims', '/persistentvolumes', '/pods'].includes(change.resource)) return;
    const ended =
      change.type === 'DELETED' || change.current.object.metadata.deletionTimestamp !== undefined || isEnded(change.current.object);
    if (!ended) return;
    scheduled = true;
    engine.clock.after(reactionMs, look);
  });
}

const isEnded = (object: KubeObject): boolean =>
  isObject(object.status) && (object.status.phase === 'Succeeded' || object.status.phase === 'Failed');

function isUsed(engine: Engine, claim: KubeObject): boolean {
  return engine.store
    .list('/pods', claim.metadata.namespace)
    .some(
      ({ object }) =>
        !isEnded(object) &&
        items(object, 'spec', 'volumes').some((volume) => text(volume, 'persistentVolumeClaim', 'claimName') === claim.metadata.name),
    );
}

function release(engine: Engine, storage: string, object: KubeObject, finalizer: string): void {
  const finalizers = object.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  const { finalizers: _all, ...metadata } = object.metadata;
  const kept = finalizers.filter((name) => name !== finalizer);
  const next: KubeObject = { ...object, metadata: kept.length > 0 ? { ...metadata, finalizers: kept } : metadata };
  if (kept.length > 0) engine.store.put(storage, next);
  else engine.store.remove(storage, object.metadata.namespace, object.metadata.name, next);
}
