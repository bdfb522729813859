/** What stands around an application on its cluster: the kinds served, autoscalers of others, what a refusal waits for. */
import { type KubeObject, type ObjectRef, refOf } from '../../api/object.ts';
import type { WaitedFor } from '../../base/errors.ts';
import { isObject, valueAt } from '../../base/json.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import type { Informer, KubeClient } from '../../kube/types.ts';
import { builtinResources } from '../../schema/index.ts';
import type { Point } from './point-watches.ts';
import type { ClusterFacts } from './render.ts';

/** Scope of the kinds every cluster serves; what is not among them is asked of the cluster. */
const builtinScopes = new Map(
  builtinResources().map(({ group, version, kind, namespaced }) => [`${group ? `${group}/` : ''}${version}/${kind}`, namespaced]),
);

export function clusterFacts(kube: Pick<KubeClient, 'knownResource'>, version: ClusterFacts['version']): ClusterFacts {
  return {
    isNamespaced: (apiVersion, kind) => kube.knownResource(apiVersion, kind)?.namespaced ?? builtinScopes.get(`${apiVersion}/${kind}`),
    version,
  };
}

/** The facts of a cluster nobody asked: for `lateen render`. */
export const offlineFacts: ClusterFacts = {
  isNamespaced: (apiVersion, kind) => builtinScopes.get(`${apiVersion}/${kind}`),
  version: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
};

/** Index of autoscalers by the workload they target: `namespace/kind/name`. */
export const autoscalerIndex = {
  target: (autoscaler: KubeObject): string[] => {
    const target = valueAt(autoscaler, ['spec', 'scaleTargetRef']);
    if (!isObject(target)) return [];
    return [`${autoscaler.metadata.namespace ?? ''}/${String(target.kind)}/${String(target.name)}`];
  },
};

export const namespaceIndex = { namespace: ({ metadata }: KubeObject): string[] => [metadata.namespace ?? ''] };

export function isAutoscaled(object: KubeObject, autoscalers: Informer): boolean {
  return autoscalers.byIndex('target', `${object.metadata.namespace ?? ''}/${object.kind}/${object.metadata.name}`).length > 0;
}

/** The autoscalers that target an object. */
export function autoscalersOf({ namespace = '', kind, name }: ObjectRef, autoscalers: Informer): ObjectRef[] {
  return autoscalers.byIndex('target', `${namespace}/${kind}/${name}`).map(refOf);
}

/** Watches on what refused objects wait for, so that the application goes on the moment it is there. */
export function waitedFor(delivered: Delivered): Point[] {
  return [...delivered.outcomes.values()].flatMap((outcome) => {
    if (outcome.state !== 'refused' || outcome.problem.kind !== 'Waiting' || !outcome.problem.on) return [];
    return [pointOf(outcome.problem.on)];
  });
}

function pointOf({ apiVersion, kind, namespace, name }: WaitedFor): Point {
  return {
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
  };
}
