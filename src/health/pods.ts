/** Pods: their own health, and the sentence in which a workload names them as its cause. */
import type { KubeObject } from '../api/object.ts';
import { containerProblem, containerStatuses } from './containers.ts';
import { conditionIn, numberAt, textAt } from './fields.ts';
import { type Assessment, degraded, failed, healthy, progressing, type Rule } from './rule.ts';

export const pod: Rule = { holds: true, workload: true, assess: assessPod };

/** A pod as kstatus sees it, with Argo CD's view on failing containers: a user would not wait for those. */
export function assessPod(object: KubeObject): Assessment {
  switch (textAt(object, 'status.phase')) {
    case 'Succeeded':
      return healthy('Completed');
    case 'Failed':
      return failedPod(object);
    case 'Running':
      return running(object);
    default:
      return pending(object);
  }
}

function failedPod(object: KubeObject): Assessment {
  const message = textAt(object, 'status.message');
  const reason = textAt(object, 'status.reason');
  // Evicted, Preempting, NodeLost, DeadlineExceeded, …: the kubelet's word about the whole pod.
  if (reason !== undefined) return failed(reason, message ?? `the pod failed: ${reason}`);
  for (const status of containerStatuses(object)) {
    const exitCode = numberAt(status, 'state.terminated.exitCode');
    if (exitCode === undefined || exitCode === 0) continue;
    const problem = containerProblem(status, object);
    if (problem?.reason === 'OOMKilled') return failed(problem.reason, problem.message);
    return failed('Error', `container "${textAt(status, 'name')}" ended with exit code ${exitCode}`);
  }
  return failed('PodFailed', message ?? 'the pod failed');
}

function running(object: KubeObject): Assessment {
  if (conditionIn(object, 'Ready')?.status === 'True') return healthy('Ready');
  return problemOf(object) ?? progressing('ContainersNotReady', `not ready${unreadyContainers(object)}`);
}

function pending(object: KubeObject): Assessment {
  const scheduled = conditionIn(object, 'PodScheduled');
  if (scheduled?.status === 'False') {
    // Progressing, not degraded: a cluster autoscaler or a volume that is being made resolves it. The progress deadline ends the waiting.
    if (scheduled.reason === 'SchedulingGated') return progressing('SchedulingGated', 'held back by its scheduling gates');
    return progressing('Unschedulable', `no node takes it: ${scheduled.message ?? 'unschedulable'}`);
  }
  return problemOf(object) ?? progressing('PodPending', `starting${unreadyContainers(object)}`);
}

function problemOf(object: KubeObject): Assessment | undefined {
  for (const status of containerStatuses(object)) {
    const problem = containerProblem(status, object);
    if (problem !== undefined) return degraded(problem.reason, problem.message);
  }
  return undefined;
}

function unreadyContainers(object: KubeObject): string {
  const names = containerStatuses(object)
    .filter((status) => status.ready !== true && textAt(status, 'state.terminated.reason') !== 'Completed')
    .map((status) => `"${textAt(status, 'name')}"`);
  return names.length === 0 ? '' : `: container ${names.join(', ')}`;
}
