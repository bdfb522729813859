/** When a step runs out of time and when a refused effect is tried again. */
import type { WorkflowSubStepStatus } from '../api/application.ts';
import { parseDuration } from './durations.ts';
import type { ResolvedSubStep } from './types.ts';

/** Wall time at which a step that has begun runs out of time, in ms; undefined without a timeout. */
export function deadlineOf(step: ResolvedSubStep, status: WorkflowSubStepStatus | undefined): number | undefined {
  const timeout = parseDuration(step.timeout ?? '');
  const begun = Date.parse(status?.firstExecuteTime ?? '');
  return timeout === undefined || Number.isNaN(begun) ? undefined : begun + timeout;
}

/** Milliseconds of a time in a status; undefined where there is none. */
export function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

const longestBackoffMs = 300_000;

/**
 * The pause after the n-th failed try, in ms: KubeVela's int(0.05 * 2^n) seconds with at least one and at most 300
 * (behaviour.md §5.5), so that ten tries take about 50 s; ours is recorded and so the same for every message.
 */
export function backoffMs(tries: number): number {
  return Math.min(Math.max(1, Math.floor(0.05 * 2 ** Math.min(tries, 30))) * 1000, longestBackoffMs);
}

/** RFC 3339 rounded up to a second, so that a pause is never shorter than meant. */
export function ceilSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}
