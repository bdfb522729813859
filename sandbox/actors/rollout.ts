/**
 * The arithmetic of a rollout: how many pods each ReplicaSet of a Deployment may have in the next step, within
 * maxSurge and maxUnavailable. No writing here.
 */
import { isFinished, resolveCount } from './conditions.ts';
import type { Deployment, Pod, ReplicaSet } from './kinds.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';

/** How many pods there should be, and by how many there may be more or fewer meanwhile. */
export interface Bounds {
  replicas: number;
  surge: number;
  unavailable: number;
  isRolling: boolean;
}

export function boundsOf({ spec }: Deployment): Bounds {
  const replicas = spec.replicas ?? 1;
  const isRolling = spec.strategy?.type !== 'Recreate';
  if (!isRolling) return { replicas, surge: 0, unavailable: 0, isRolling };
  const surge = resolveCount(spec.strategy?.rollingUpdate?.maxSurge, replicas, 'up', '25%');
  let unavailable = resolveCount(spec.strategy?.rollingUpdate?.maxUnavailable, replicas, 'down', '25%');
  // Both may round to nothing; then no step would ever be allowed.
  if (surge === 0 && unavailable === 0) unavailable = 1;
  return { replicas, surge, unavailable: Math.min(unavailable, replicas), isRolling };
}

export const sizeOf = (replicaSet: ReplicaSet): number => replicaSet.spec.replicas ?? 1;
export const total = (list: ReplicaSet[], of: (replicaSet: ReplicaSet) => number): number => list.reduce((sum, each) => sum + of(each), 0);
export const revisionOf = (replicaSet: ReplicaSet): number => Number(replicaSet.metadata.annotations?.[revisionAnnotation] ?? 0);
export const availableOf = (replicaSet: ReplicaSet): number => replicaSet.status?.availableReplicas ?? 0;
export const oldestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') || a.metadata.name.localeCompare(b.metadata.name);

/** The sizes the ReplicaSets should have now: `fresh` of the new one, `old` by uid. One step of a rollout. */
export function planSizes(
  bounds: Bounds,
  fresh: ReplicaSet,
  old: ReplicaSet[],
  isScaling: boolean,
  podsOf: (replicaSet: ReplicaSet) => Pod[],
): Map<ReplicaSet, number> {
  const sizes = new Map<ReplicaSet, number>();
  const active = old.filter((each) => sizeOf(each) > 0);
  const all = [...active, fresh];
  if (isScaling && bounds.isRolling && active.length > 0) return scaleProportionally(bounds, all, sizes);
  if (!bounds.isRolling) {
    for (const each of active) sizes.set(each, 0);
    const oldPods = old.some((each) => podsOf(each).some((pod) => !isFinished(pod)));
    if (active.length === 0 && !oldPods) sizes.set(fresh, bounds.replicas);
    return sizes;
  }
  const inAll = total(all, sizeOf);
  if (sizeOf(fresh) > bounds.replicas) sizes.set(fresh, bounds.replicas);
  else if (sizeOf(fresh) < bounds.replicas) {
    const room = bounds.replicas + bounds.surge - inAll;
    if (room > 0) {
      sizes.set(fresh, Math.min(bounds.replicas, sizeOf(fresh) + room));
      return sizes;
    }
  }
  // Pods of the new ReplicaSet that are not available yet count against what may be taken from the old ones.
  const least = bounds.replicas - bounds.unavailable;
  let removable = inAll - least - (sizeOf(fresh) - availableOf(fresh));
  for (const each of [...active].sort(oldestFirst)) {
    if (removable <= 0) break;
    const sick = Math.min(removable, Math.max(0, sizeOf(each) - availableOf(each)));
    if (sick > 0) sizes.set(each, sizeOf(each) - sick);
    removable -= sick;
  }
  let spare = total(all, availableOf) - least;
  for (const each of [...active].sort(oldestFirst)) {
    if (spare <= 0 || removable <= 0) break;
    const size = sizes.get(each) ?? sizeOf(each);
    const step = Math.min(size, spare, removable);
    sizes.set(each, size - step);
    spare -= step;
    removable -= step;
  }
  return sizes;
}

/** A change of spec.replicas in the middle of a rollout is shared out by size, so that the rollout keeps its proportion. */
function scaleProportionally(bounds: Bounds, active: ReplicaSet[], sizes: Map<ReplicaSet, number>): Map<ReplicaSet, number> {
  const allowed = bounds.replicas > 0 ? bounds.replicas + bounds.surge : 0;
  const inAll = total(active, sizeOf);
  const change = allowed - inAll;
  const ordered = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || (change > 0 ? oldestFirst(b, a) : oldestFirst(a, b)));
  let given = 0;
  for (const each of ordered) {
    const share = inAll === 0 ? 0 : Math.trunc((sizeOf(each) / inAll) * change);
    sizes.set(each, Math.max(0, sizeOf(each) + share));
    given += share;
  }
  const largest = ordered[0];
  if (largest) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + change - given));
  return sizes;
}

/** While paused only scaling happens, on the one active ReplicaSet or in proportion. */
export function pausedSizes(bounds: Bounds, fresh: ReplicaSet | undefined, old: ReplicaSet[]): Map<ReplicaSet, number> {
  const all = fresh ? [...old, fresh] : old;
  const active = all.filter((each) => sizeOf(each) > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (fresh ?? all.at(-1)) : undefined;
  const sizes = new Map<ReplicaSet, number>();
  if (only) sizes.set(only, bounds.replicas);
  else if (
    active.length > 1 &&
    active.some((each) => Number(each.metadata.annotations?.[desiredAnnotation] ?? bounds.replicas) !== bounds.replicas)
  ) {
    scaleProportionally(bounds, active, sizes);
  }
  return sizes;
}
