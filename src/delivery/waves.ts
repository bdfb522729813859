/**
 * The order of writes within one delivery: what others need to exist comes first. Within a wave everything is
 * written at the same time.
 */
import type { PlannedObject } from '../plan/plan.ts';

/** Kinds that other objects live in or are made of. */
const firstKinds = new Set(['Namespace', 'CustomResourceDefinition', 'PriorityClass', 'StorageClass', 'IngressClass']);
/** Kinds that pods refer to when they start. */
const secondKinds = new Set([
  'ServiceAccount',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'LimitRange',
]);

/** Splits into waves, none of them empty, each in the given order. */
export function inWaves(planned: readonly PlannedObject[]): PlannedObject[][] {
  const waves: PlannedObject[][] = [[], [], []];
  for (const object of planned) waves[waveOf(object.manifest.kind)]?.push(object);
  return waves.filter((wave) => wave.length > 0);
}

function waveOf(kind: string): 0 | 1 | 2 {
  if (firstKinds.has(kind)) return 0;
  return secondKinds.has(kind) ? 1 : 2;
}
