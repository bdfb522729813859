/**
 * Looks for a KubeVela controller at work. Two operators on one set of Applications would fight, so ours does not
 * start beside it (design.md §4 "Coexistence").
 */
import type { KubeObject } from '../api/object.ts';
import { valueAt } from '../base/json.ts';
import type { ApiResult, KubeClient } from '../kube/types.ts';

/** Namespaces a KubeVela installation is in: its default, beside ours. */
const usualNamespace = 'vela-system';

/** Names of its Deployment: the chart's with the usual release name, and without. */
const deploymentName = /^(kubevela-|kube-vela-)?vela-core$/;

/** Its locks: `kubevela`, with version or shard behind it (`kubevela-v1-10-9`), and the chart's names. */
const lockName = /^(kubevela(-.+)?|vela-core|core\.oam\.dev)$/;

/** A lock counts as held for so long after its last renewal beside its own duration, in ms: clocks differ. */
const skewMs = 30_000;

/**
 * What of KubeVela is alive, in words; undefined when nothing is. What we may not read counts as absent: the other
 * checks remain, and refusing to start for a missing right would be worse.
 */
export async function findKubeVela(
  client: Pick<KubeClient, 'list'>,
  { systemNamespace, nowMs }: { systemNamespace: string; nowMs: number },
): Promise<ApiResult<string | undefined>> {
  for (const namespace of new Set([usualNamespace, systemNamespace])) {
    for (const [apiVersion, kind, sign] of [
      ['apps/v1', 'Deployment', readyDeployment],
      ['coordination.k8s.io/v1', 'Lease', (object: KubeObject) => heldLease(object, nowMs)],
      ['v1', 'ConfigMap', (object: KubeObject) => heldConfigMap(object, nowMs)],
    ] as const) {
      const listed = await client.list({ apiVersion, kind, namespace });
      if (!listed.ok) {
        if (listed.failure.httpStatus === 403 || listed.failure.httpStatus === 404) continue;
        return listed;
      }
      for (const object of listed.value.items) {
        const found = sign(object);
        if (found !== undefined) return { ok: true, value: `${kind} ${namespace}/${object.metadata.name} ${found}` };
      }
    }
  }
  return { ok: true, value: undefined };
}

function readyDeployment(object: KubeObject): string | undefined {
  const ready = valueAt(object, ['status', 'readyReplicas']);
  if (!deploymentName.test(object.metadata.name) || typeof ready !== 'number' || ready === 0) return undefined;
  return `has ${ready} ready replica${ready === 1 ? '' : 's'}`;
}

function heldLease(object: KubeObject, nowMs: number): string | undefined {
  if (!lockName.test(object.metadata.name)) return undefined;
  return held(object.spec, nowMs);
}

/** The lock of older releases: a record in an annotation of a ConfigMap. */
function heldConfigMap(object: KubeObject, nowMs: number): string | undefined {
  const text = object.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'];
  if (!lockName.test(object.metadata.name) || text === undefined) return undefined;
  try {
    return held(JSON.parse(text), nowMs);
  } catch {
    return undefined;
  }
}

function held(record: unknown, nowMs: number): string | undefined {
  const holder = valueAt(record, ['holderIdentity']);
  const renewed = Date.parse(String(valueAt(record, ['renewTime'])));
  const seconds = valueAt(record, ['leaseDurationSeconds']);
  if (typeof holder !== 'string' || holder === '' || Number.isNaN(renewed)) return undefined;
  const until = renewed + (typeof seconds === 'number' ? seconds * 1000 : 15_000) + skewMs;
  return nowMs < until ? `is held by ${holder}` : undefined;
}

/** What the user reads when we do not start. */
export function coexistenceMessage(sign: string): string {
  return [
    `KubeVela's controller is at work on this cluster (${sign}); two operators would fight over the same Applications.`,
    'Stop it first, for example with `kubectl -n vela-system scale deployment kubevela-vela-core --replicas=0`, and start again.',
  ].join('\n  ');
}
