/** binding and eviction of pods: what a scheduler and a drain need. Logs and exec need a kubelet, which is not here. */
import { isObject } from '../../src/base/json.ts';
import { items, selectorText, text } from './columns/cells.ts';
import { fromStorage } from './convert.ts';
import { deleteObject, parseDeleteOptions } from './deletion.ts';
import { type Engine, nowOf } from './engine.ts';
import { contentTypeOf, decodeBody } from './media.ts';
import type { JsonObject, KubeObject } from './object.ts';
import { badRequest, conflict, notFound, notImplemented, Refusal, type Status } from './refusal.ts';
import { isDryRun, type ResourceCall } from './request.ts';
import { matchesLabels, parseLabelSelector } from './selectors.ts';

const success = (code: number): Status => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code });

function bodyOf(call: ResourceCall): JsonObject {
  const { value } = decodeBody(call.request.body, contentTypeOf(call.request.headers), ['application/json', 'application/yaml']);
  if (!isObject(value)) throw badRequest('the object provided is unrecognized');
  return value;
}

function podOf(engine: Engine, call: ResourceCall): KubeObject {
  const stored = engine.store.get('/pods', call.namespace, call.name ?? '');
  if (!stored) throw notFound(call.resource, call.name ?? '');
  return fromStorage(call.resource, stored.object);
}

/** Assigns a pod to a node (POST pods/NAME/binding). */
export function bindPod(engine: Engine, call: ResourceCall): Status {
  const body = bodyOf(call);
  const node = text(body, 'target', 'name');
  if (node === '') throw new Refusal(422, 'Invalid', `Binding "${call.name}" is invalid: target.name: Required value`, { kind: 'Binding' });
  const pod = podOf(engine, call);
  const current = text(pod, 'spec', 'nodeName');
  if (pod.metadata.deletionTimestamp)
    throw conflict(call.resource, pod.metadata.name, `pod ${pod.metadata.name} is being deleted, cannot be assigned to a host`);
  if (current !== '')
    throw conflict(
      { group: '', plural: 'pods/binding' },
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${current}"`,
    );
  if (isDryRun(call.query, 'CreateOptions')) return success(201);
  const status = isObject(pod.status) ? pod.status : {};
  const conditions = items(pod, 'status', 'conditions').filter((condition) => text(condition, 'type') !== 'PodScheduled');
  engine.store.put('/pods', {
    ...pod,
    spec: { ...(isObject(pod.spec) ? pod.spec : {}), nodeName: node },
    status: {
      ...status,
      conditions: [...conditions, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: nowOf(engine) }],
    },
  });
  return success(201);
}

/** Evicts a pod where its disruption budgets allow it (POST pods/NAME/eviction): 429 when they do not. */
export function evictPod(engine: Engine, call: ResourceCall): Status {
  const body = bodyOf(call);
  const pod = podOf(engine, call);
  const dryRun = isDryRun(call.query, 'CreateOptions');
  const name = pod.metadata.name;
  const running = !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed', 'Pending'].includes(text(pod, 'status', 'phase'));
  const budgets = running ? budgetsOf(engine, pod) : [];
  if (budgets.length > 1)
    throw new Refusal(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const budget = budgets[0];
  if (budget) takeDisruption(engine, budget, dryRun);
  deleteObject(engine, {
    resource: call.resource,
    namespace: call.namespace,
    name,
    options: parseDeleteOptions(isObject(body.deleteOptions) ? body.deleteOptions : undefined, new URLSearchParams()),
    user: call.request.user,
    dryRun,
  });
  return success(201);
}

function budgetsOf(engine: Engine, pod: KubeObject): KubeObject[] {
  return engine.store
    .list('policy/poddisruptionbudgets', pod.metadata.namespace)
    .map((stored) => stored.object)
    .filter((budget) => {
      const selector = isObject(budget.spec) ? budget.spec.selector : undefined;
      const written = selectorText(selector);
      return isObject(selector) && matchesLabels(parseLabelSelector(written === '<none>' ? '' : written), pod.metadata.labels);
    });
}

function takeDisruption(engine: Engine, budget: KubeObject, dryRun: boolean): void {
  const status = isObject(budget.status) ? budget.status : {};
  const allowed = typeof status.disruptionsAllowed === 'number' ? status.disruptionsAllowed : 0;
  if (allowed <= 0) {
    throw new Refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${budget.metadata.name} needs ${String(status.desiredHealthy ?? 0)} healthy pods and has ${String(status.currentHealthy ?? 0)} currently`,
        },
      ],
    });
  }
  if (!dryRun) engine.store.put('policy/poddisruptionbudgets', { ...budget, status: { ...status, disruptionsAllowed: allowed - 1 } });
}

/** Subresources that only a kubelet can answer. */
export const needsKubelet: ReadonlySet<string> = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

export function refuseKubelet(call: ResourceCall): never {
  throw notImplemented(`pods/${call.subresource ?? ''}: it runs no containers`);
}
