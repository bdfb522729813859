/** The end of a namespace: its content is deleted, its conditions say what is left, then its finalizer goes. */
import { isObject, jsonEqual } from '../../src/base/json.ts';
import { deleteObject, namespaceFinalizers, parseDeleteOptions } from './deletion.ts';
import { type Engine, nowOf } from './engine.ts';
import type { Json, KubeObject } from './object.ts';
import { Refusal } from './refusal.ts';

const key = '/namespaces';
const controller = { user: 'system:serviceaccount:kube-system:namespace-controller', groups: ['system:serviceaccounts'] };

/** How long the controller takes to look again, in ms; the real one is as quick. */
const reactionMs = 5;

/** Follows terminating namespaces until they are gone. */
export function followNamespaces(engine: Engine): () => void {
  const due = new Set<string>();
  const schedule = (name: string): void => {
    if (due.has(name)) return;
    due.add(name);
    engine.clock.after(reactionMs, () => {
      due.delete(name);
      finishNamespace(engine, name);
    });
  };
  return engine.store.subscribe('*', (change) => {
    if (change.resource === key) {
      if (change.type !== 'DELETED' && change.current.object.metadata.deletionTimestamp) schedule(change.current.object.metadata.name);
      return;
    }
    const { namespace } = change.current.object.metadata;
    if (namespace === undefined || change.type === 'ADDED') return;
    if (engine.store.get(key, undefined, namespace)?.object.metadata.deletionTimestamp) schedule(namespace);
  });
}

interface Left {
  resource: string;
  count: number;
  finalizers: string[];
}

function deleteContent(engine: Engine, namespace: string): Left[] {
  const left: Left[] = [];
  for (const storage of engine.store.resources()) {
    const resource = engine.registry.ofStorage(storage);
    if (!resource?.namespaced) continue;
    for (const { object } of engine.store.list(storage, namespace)) {
      if (object.metadata.deletionTimestamp) continue;
      try {
        deleteObject(engine, {
          resource,
          namespace,
          name: object.metadata.name,
          options: parseDeleteOptions({ kind: 'DeleteOptions', propagationPolicy: 'Background' }, new URLSearchParams()),
          user: controller,
          dryRun: false,
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
    const remaining = engine.store.list(storage, namespace);
    if (remaining.length > 0) {
      left.push({
        resource: resource.group ? `${resource.plural}.${resource.group}` : `${resource.plural}.`,
        count: remaining.length,
        finalizers: remaining.flatMap(({ object }) => object.metadata.finalizers ?? []),
      });
    }
  }
  return left;
}

function conditionsFor(left: readonly Left[], now: string): Json[] {
  const condition = (type: string, bad: boolean, reason: string, message: string): Json => ({
    type,
    status: bad ? 'True' : 'False',
    lastTransitionTime: now,
    reason,
    message,
  });
  const finalizers = new Map<string, number>();
  for (const finalizer of left.flatMap((entry) => entry.finalizers)) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  return [
    condition('NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    condition(
      'NamespaceDeletionContentFailure',
      false,
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    left.length > 0
      ? condition(
          'NamespaceContentRemaining',
          true,
          'SomeResourcesRemain',
          `Some resources are remaining: ${left.map((entry) => `${entry.resource} has ${entry.count} resource instances`).join(', ')}`,
        )
      : condition('NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'),
    finalizers.size > 0
      ? condition(
          'NamespaceFinalizersRemaining',
          true,
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${[...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).join(', ')}`,
        )
      : condition('NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
  ];
}

function finishNamespace(engine: Engine, name: string): void {
  const stored = engine.store.get(key, undefined, name);
  if (!stored?.object.metadata.deletionTimestamp) return;
  const left = deleteContent(engine, name);
  const current = engine.store.get(key, undefined, name);
  if (!current) return;
  if (left.length > 0) {
    report(engine, current.object, left);
    return;
  }
  const kept = namespaceFinalizers(current.object).filter((finalizer) => finalizer !== 'kubernetes');
  const next = { ...current.object, spec: { ...(isObject(current.object.spec) ? current.object.spec : {}), finalizers: kept } };
  if (kept.length === 0 && (next.metadata.finalizers ?? []).length === 0) engine.store.remove(key, undefined, name, { ...next, spec: {} });
  else if (!jsonEqual(next, current.object)) engine.store.put(key, next);
}

function report(engine: Engine, namespace: KubeObject, left: readonly Left[]): void {
  const status = isObject(namespace.status) ? namespace.status : {};
  const before = Array.isArray(status.conditions) ? status.conditions : [];
  const conditions = conditionsFor(left, nowOf(engine)).map((condition) => {
    const same = before.find(
      (old) =>
        isObject(old) &&
        isObject(condition) &&
        old.type === condition.type &&
        old.status === condition.status &&
        old.message === condition.message,
    );
    return same ?? condition;
  });
  if (!jsonEqual(conditions, before)) engine.store.put(key, { ...namespace, status: { ...status, phase: 'Terminating', conditions } });
}
