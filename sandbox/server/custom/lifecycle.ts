/** The life of a CRD in the server: established at once, served, and emptied before it goes. */
import { isObject } from '../../../src/base/json.ts';
import { type Engine, nowOf } from '../engine.ts';
import type { Json, KubeObject } from '../object.ts';
import { cleanupFinalizer, readCrd, resourcesOf, crdStorage as storage } from './definition.ts';

/** After the write that causes it has reached every watcher, without time passing: the real server takes milliseconds. */
function soon(action: () => void): void {
  void Promise.resolve().then(action);
}

/** Reacts to every change of a CRD. The reactions are immediate: the real ones take milliseconds, and nothing waits for their order. */
export function followCrds(engine: Engine): () => void {
  return engine.store.subscribe(storage, (change) => {
    const crd = change.current.object;
    if (change.type === 'DELETED') {
      engine.registry.removeCustom(crd.metadata.name);
      return;
    }
    if (crd.metadata.deletionTimestamp) {
      soon(() => empty(engine, crd.metadata.name));
      return;
    }
    engine.registry.setCustom(crd.metadata.name, resourcesOf(crd, engine.evaluator));
    if (!isEstablished(crd)) soon(() => establish(engine, crd.metadata.name));
  });
}

function isEstablished(crd: KubeObject): boolean {
  const conditions = isObject(crd.status) && Array.isArray(crd.status.conditions) ? crd.status.conditions : [];
  return conditions.some((condition) => isObject(condition) && condition.type === 'Established' && condition.status === 'True');
}

function establish(engine: Engine, name: string): void {
  const stored = engine.store.get(storage, undefined, name);
  if (!stored || isEstablished(stored.object)) return;
  const crd = stored.object;
  const now = nowOf(engine);
  const status = isObject(crd.status) ? crd.status : {};
  const acceptedNames: Json = isObject(crd.spec) && isObject(crd.spec.names) ? crd.spec.names : {};
  engine.store.put(storage, {
    ...crd,
    status: {
      ...status,
      acceptedNames,
      conditions: [
        { type: 'NamesAccepted', status: 'True', lastTransitionTime: now, reason: 'NoConflicts', message: 'no conflicts found' },
        {
          type: 'Established',
          status: 'True',
          lastTransitionTime: now,
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
    },
  });
}

/** Deletes the objects of a terminating CRD, and the CRD once none is left; objects with finalizers hold it. */
function empty(engine: Engine, name: string): void {
  const stored = engine.store.get(storage, undefined, name);
  if (!stored?.object.metadata.deletionTimestamp) return;
  const { group, plural } = readCrd(stored.object);
  const key = `${group}/${plural}`;
  for (const { object } of engine.store.list(key)) {
    if ((object.metadata.finalizers ?? []).length === 0) engine.store.remove(key, object.metadata.namespace, object.metadata.name);
    else if (!object.metadata.deletionTimestamp) {
      engine.store.put(key, {
        ...object,
        metadata: { ...object.metadata, deletionTimestamp: nowOf(engine), deletionGracePeriodSeconds: 0 },
      });
    }
  }
  if (engine.store.list(key).length > 0) {
    const unsubscribe = engine.store.subscribe(key, (change) => {
      if (change.type !== 'DELETED' || engine.store.list(key).length > 0) return;
      unsubscribe();
      soon(() => empty(engine, name));
    });
    return;
  }
  const current = engine.store.get(storage, undefined, name);
  if (!current) return;
  const finalizers = (current.object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer);
  if (finalizers.length === 0) engine.store.remove(storage, undefined, name);
  else engine.store.put(storage, { ...current.object, metadata: { ...current.object.metadata, finalizers } });
}
