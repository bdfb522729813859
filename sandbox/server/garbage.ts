/**
 * The garbage collector: dependents go when their last owner goes; foreground deletions wait for blocking
 * dependents; orphaning takes the owner out of its dependents. An actor of the server's world, on its clock.
 */
import { deleteObject, foregroundFinalizer, orphanFinalizer, parseDeleteOptions } from './deletion.ts';
import type { Engine } from './engine.ts';
import type { KubeObject, OwnerReference } from './object.ts';
import { Refusal } from './refusal.ts';
import { type Change, keyOf } from './store.ts';

const collector = { user: 'system:serviceaccount:kube-system:generic-garbage-collector', groups: ['system:serviceaccounts'] };

/** Reaction time in ms. */
const reactionMs = 5;

interface Located {
  storage: string;
  namespace: string | undefined;
  name: string;
}

/** Follows all objects; returns what stops it. */
export function followGarbage(engine: Engine): () => void {
  /** uid of an owner → its dependents by address. */
  const dependents = new Map<string, Map<string, Located>>();
  /** Living uids. */
  const living = new Set<string>();
  const due = new Map<string, Located>();
  const dueOwners = new Map<string, { owner: Located; uid: string }>();
  let scheduled = false;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    engine.clock.after(reactionMs, () => {
      scheduled = false;
      const objects = [...due.values()];
      const owners = [...dueOwners.values()];
      due.clear();
      dueOwners.clear();
      for (const located of objects) collect(engine, living, located);
      for (const { owner, uid } of owners) finishOwner(engine, owner, [...(dependents.get(uid)?.values() ?? [])], uid);
    });
  };
  const addressOf = (change: Change): Located => ({
    storage: change.resource,
    namespace: change.current.object.metadata.namespace,
    name: change.current.object.metadata.name,
  });
  const index = (object: KubeObject, located: Located, add: boolean): void => {
    const address = `${located.storage}/${keyOf(located.namespace, located.name)}`;
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(uid) ?? new Map<string, Located>();
      if (add) dependents.set(uid, known.set(address, located));
      else {
        known.delete(address);
        if (known.size === 0) dependents.delete(uid);
      }
    }
  };
  const touchOwners = (object: KubeObject): void => {
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = ownerOf(engine, reference, object.metadata.namespace);
      if (owner && living.has(reference.uid)) dueOwners.set(reference.uid, { owner, uid: reference.uid });
    }
  };

  return engine.store.subscribe('*', (change) => {
    const { object } = change.current;
    const { uid = '' } = object.metadata;
    const located = addressOf(change);
    if (change.previous) index(change.previous.object, located, false);
    if (change.type === 'DELETED') {
      living.delete(uid);
      for (const [address, dependent] of dependents.get(uid) ?? []) due.set(address, dependent);
      touchOwners(change.previous?.object ?? object);
    } else {
      living.add(uid);
      index(object, located, true);
      if ((object.metadata.ownerReferences ?? []).length > 0 && change.type === 'ADDED')
        due.set(`${located.storage}/${change.key}`, located);
      if (object.metadata.deletionTimestamp) {
        const finalizers = object.metadata.finalizers ?? [];
        if (finalizers.includes(foregroundFinalizer) || finalizers.includes(orphanFinalizer)) dueOwners.set(uid, { owner: located, uid });
        if (finalizers.length > 0) for (const [address, dependent] of dependents.get(uid) ?? []) due.set(address, dependent);
      }
      if (change.previous && change.previous.object.metadata.ownerReferences !== object.metadata.ownerReferences) {
        touchOwners(change.previous.object);
        due.set(`${located.storage}/${change.key}`, located);
      }
    }
    if (due.size > 0 || dueOwners.size > 0) schedule();
  });
}

function ownerOf(engine: Engine, reference: OwnerReference, namespace: string | undefined): Located | undefined {
  const resource = engine.registry.ofKind(reference.apiVersion, reference.kind);
  if (!resource) return undefined;
  return { storage: resource.storage, namespace: resource.namespaced ? namespace : undefined, name: reference.name };
}

/** Deletes an object all of whose owners are gone; a dependent whose owner deletes in the foreground goes too. */
function collect(engine: Engine, living: ReadonlySet<string>, located: Located): void {
  const stored = engine.store.get(located.storage, located.namespace, located.name);
  if (!stored || stored.object.metadata.deletionTimestamp) return;
  const references = stored.object.metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  let solid = 0;
  let waiting = 0;
  for (const reference of references) {
    const owner = ownerOf(engine, reference, stored.object.metadata.namespace);
    // A kind that is not served proves nothing: its object may be alive where nobody can look.
    if (!owner) solid++;
    else {
      const live = engine.store.get(owner.storage, owner.namespace, owner.name)?.object;
      if (!live || live.metadata.uid !== reference.uid || !living.has(reference.uid)) continue;
      const deleting = live.metadata.deletionTimestamp !== undefined;
      if (deleting && (live.metadata.finalizers ?? []).includes(foregroundFinalizer)) waiting++;
      else if (deleting && (live.metadata.finalizers ?? []).includes(orphanFinalizer)) solid++;
      else solid++;
    }
  }
  if (solid > 0) {
    const dangling = references.filter((reference) => !isLiving(engine, reference, stored.object));
    if (dangling.length > 0 || waiting > 0)
      dropOwners(
        engine,
        located,
        stored.object,
        references.filter((reference) => isLiving(engine, reference, stored.object)),
      );
    return;
  }
  const own = stored.object.metadata.finalizers ?? [];
  const policy = waiting > 0 || own.includes(foregroundFinalizer) ? 'Foreground' : own.includes(orphanFinalizer) ? 'Orphan' : 'Background';
  remove(engine, located, stored.object, policy);
}

function isLiving(engine: Engine, reference: OwnerReference, dependent: KubeObject): boolean {
  const owner = ownerOf(engine, reference, dependent.metadata.namespace);
  if (!owner) return true;
  const live = engine.store.get(owner.storage, owner.namespace, owner.name)?.object;
  if (!live || live.metadata.uid !== reference.uid) return false;
  return !(live.metadata.deletionTimestamp && (live.metadata.finalizers ?? []).includes(foregroundFinalizer));
}

function remove(engine: Engine, located: Located, object: KubeObject, propagationPolicy: string): void {
  const resource = engine.registry.ofStorage(located.storage);
  if (!resource) return;
  try {
    deleteObject(engine, {
      resource,
      namespace: located.namespace,
      name: located.name,
      options: parseDeleteOptions(
        { kind: 'DeleteOptions', propagationPolicy, preconditions: { uid: object.metadata.uid ?? '' } },
        new URLSearchParams(),
      ),
      user: collector,
      dryRun: false,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function dropOwners(engine: Engine, located: Located, object: KubeObject, kept: OwnerReference[]): void {
  const metadata = { ...object.metadata, ownerReferences: kept };
  if (kept.length === 0) delete (metadata as { ownerReferences?: OwnerReference[] }).ownerReferences;
  engine.store.put(located.storage, { ...object, metadata });
}

/** Finishes a foreground or orphaning deletion when its dependents allow it. */
function finishOwner(engine: Engine, owner: Located, dependents: readonly Located[], uid: string): void {
  const stored = engine.store.get(owner.storage, owner.namespace, owner.name);
  if (!stored?.object.metadata.deletionTimestamp || stored.object.metadata.uid !== uid) return;
  const finalizers = stored.object.metadata.finalizers ?? [];
  const live = dependents.flatMap((located) => {
    const object = engine.store.get(located.storage, located.namespace, located.name)?.object;
    return object ? [{ located, object }] : [];
  });
  if (finalizers.includes(orphanFinalizer)) {
    for (const { located, object } of live) {
      dropOwners(
        engine,
        located,
        object,
        (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid),
      );
    }
    release(engine, owner, stored.object, orphanFinalizer);
  } else if (finalizers.includes(foregroundFinalizer)) {
    const blocking = live.some(({ object }) =>
      object.metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion),
    );
    if (!blocking) release(engine, owner, stored.object, foregroundFinalizer);
  }
}

function release(engine: Engine, owner: Located, object: KubeObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  const metadata = { ...object.metadata, finalizers };
  if (finalizers.length === 0) delete (metadata as { finalizers?: string[] }).finalizers;
  const next = { ...object, metadata };
  if (finalizers.length === 0 && !(object.metadata.deletionGracePeriodSeconds ?? 0))
    engine.store.remove(owner.storage, owner.namespace, owner.name, next);
  else engine.store.put(owner.storage, next);
}
