/** Conditions and availability as the workload controllers compute them, and numbers that may be percentages. */
import { toRfc3339 } from '../../src/base/clock.ts';
import type { Condition, CountOrPercent, Pod } from './kinds.ts';

export function conditionOf(conditions: Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: Condition[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

/**
 * The list with one condition set: unchanged where status and reason are the same, `lastTransitionTime` kept where
 * the status is. @param at epoch in ms.
 */
export function withCondition(conditions: Condition[] | undefined, next: Condition, at: number): Condition[] {
  const list = conditions ?? [];
  const index = list.findIndex(({ type }) => type === next.type);
  const known = list[index];
  if (!known) return [...list, { lastTransitionTime: toRfc3339(at), ...next }];
  if (known.status === next.status && known.reason === next.reason && known.message === next.message) return list;
  const lastTransitionTime = known.status === next.status ? known.lastTransitionTime : toRfc3339(at);
  return list.map((condition, i) => (i === index ? { ...next, lastTransitionTime } : condition));
}

export function withoutCondition(conditions: Condition[] | undefined, type: string): Condition[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}

export function isReady(pod: Pod): boolean {
  return isTrue(pod.status?.conditions, 'Ready');
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Milliseconds until a pod has been ready for `minReadySeconds`; 0 when it has, undefined while it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  return Math.max(0, Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1_000 - now);
}

/** A count, or a percentage of `total` rounded up or down. An absent value counts as `otherwise`. */
export function resolveCount(value: CountOrPercent | undefined, total: number, round: 'up' | 'down', otherwise: CountOrPercent): number {
  const given = value ?? otherwise;
  if (typeof given === 'number') return given;
  const share = (Number.parseFloat(given) / 100) * total;
  return round === 'up' ? Math.ceil(share - 1e-9) : Math.floor(share + 1e-9);
}

/** The smallest of some delays; undefined when there is none. */
export function soonest(...delays: (number | undefined)[]): number | undefined {
  const given = delays.filter((delay) => delay !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

/** Milliseconds from now until a time of the API (whole seconds) plus some seconds. */
export function untilSeconds(since: string | undefined, seconds: number, now: number): number {
  return Date.parse(since ?? '') + seconds * 1_000 - now;
}
