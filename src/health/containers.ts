/**
 * Why a container does not run. A failing container passes through waiting, running and terminated again and again;
 * the problem found here stays the same all the while, so that a status is not rewritten at each restart.
 */
import type { JsonObject } from '../base/json.ts';
import { booleanAt, numberAt, objectsAt, textAt } from './fields.ts';

export interface ContainerProblem {
  reason: string;
  message: string;
}

const pullReasons = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'RegistryUnavailable', 'ImageInspectError']);

/** The statuses of all containers of a pod, init containers first. */
export function containerStatuses(pod: unknown): JsonObject[] {
  return [...objectsAt(pod, 'status.initContainerStatuses'), ...objectsAt(pod, 'status.containerStatuses')];
}

/** What is wrong with a container, or undefined. `pod` gives the image and the limits it was made with. */
export function containerProblem(status: JsonObject, pod: unknown): ContainerProblem | undefined {
  const name = textAt(status, 'name') ?? '';
  const waiting = textAt(status, 'state.waiting.reason');
  if (waiting !== undefined && pullReasons.has(waiting)) return pullProblem(status, pod, name, waiting);
  if (waiting === 'InvalidImageName') {
    return { reason: waiting, message: `container "${name}": "${imageOf(pod, name)}" is not the name of an image` };
  }
  if (waiting !== undefined && waiting !== 'CrashLoopBackOff' && /^Err|Error$|BackOff$/.test(waiting)) {
    const detail = textAt(status, 'state.waiting.message');
    return { reason: waiting, message: `container "${name}" cannot start: ${detail ?? waiting}` };
  }
  // A container that is ready has recovered, however often it was restarted before.
  if (booleanAt(status, 'ready') === true) return undefined;
  return terminationProblem(status, pod, name, waiting);
}

function pullProblem(status: JsonObject, pod: unknown, name: string, waiting: string): ContainerProblem {
  // kubelet alternates between ErrImagePull with the error and ImagePullBackOff with "…: ErrImagePull: " before it.
  const detail = (textAt(status, 'state.waiting.message') ?? '').replace(/^Back-off pulling image "[^"]*"(: ErrImagePull: )?/, '').trim();
  return {
    reason: waiting === 'ErrImagePull' ? 'ImagePullBackOff' : waiting,
    message: `container "${name}" cannot pull image "${imageOf(pod, name)}"${detail === '' ? '' : `: ${detail}`}`,
  };
}

function terminationProblem(status: JsonObject, pod: unknown, name: string, waiting: string | undefined): ContainerProblem | undefined {
  for (const path of ['state.terminated', 'lastState.terminated']) {
    const exitCode = numberAt(status, `${path}.exitCode`);
    if (exitCode === undefined) continue;
    if (textAt(status, `${path}.reason`) === 'OOMKilled') {
      const limit = textAt(containerSpec(pod, name), 'resources.limits.memory');
      return { reason: 'OOMKilled', message: `container "${name}" needs more memory than its limit${limit ? ` of ${limit}` : ''}` };
    }
    if (exitCode !== 0) return { reason: 'CrashLoopBackOff', message: `container "${name}" keeps failing with exit code ${exitCode}` };
  }
  if (waiting === 'CrashLoopBackOff') return { reason: waiting, message: `container "${name}" ends right after it was started` };
  return undefined;
}

function containerSpec(pod: unknown, name: string): JsonObject | undefined {
  const all = [...objectsAt(pod, 'spec.initContainers'), ...objectsAt(pod, 'spec.containers')];
  return all.find((container) => container.name === name);
}

function imageOf(pod: unknown, name: string): string {
  return textAt(containerSpec(pod, name), 'image') ?? '';
}
