/**
 * What a kubelet reports of a pod's containers in each stage of its life, and how images make trouble: a marker in an
 * image's name or tag decides how its container fares, so that tests and demos can ask for every kind of failure.
 */

import { toRfc3339 } from '../../src/base/clock.ts';
import { hashJson } from '../../src/base/hash.ts';
import { isTrue, withCondition } from './conditions.ts';
import type { Condition, Container, ContainerState, ContainerStatus, Node, Pod, PodStatus } from './kinds.ts';

/** How a container will fare. */
export type Fate = 'runs' | 'crashes' | 'cannot-pull' | 'fails' | 'slow' | 'never-ready';

const markers: readonly (readonly [string, Fate])[] = [
  ['crashloop', 'crashes'],
  ['imagepull', 'cannot-pull'],
  ['does-not-exist', 'cannot-pull'],
  ['never-ready', 'never-ready'],
  ['slow', 'slow'],
  ['fail', 'fails'],
];

/** Fate by image; a registry's host is no part of the name. */
export function fateOf(image: string | undefined): Fate {
  const path = (image ?? '').split('@')[0] ?? '';
  const first = path.split('/')[0] ?? '';
  const name = path.includes('/') && /[.:]|^localhost$/.test(first) ? path.slice(first.length + 1) : path;
  return markers.find(([marker]) => name.includes(marker))?.[1] ?? 'runs';
}

export interface Trouble {
  fate: Fate;
  container: Container;
  isInit: boolean;
}

/** The first container that will not simply run, init containers first; undefined when all run. */
export function troubleOf(pod: Pod): Trouble | undefined {
  for (const [list, isInit] of [
    [pod.spec.initContainers ?? [], true],
    [pod.spec.containers, false],
  ] as const) {
    for (const container of list) {
      const fate = fateOf(container.image);
      if (fate !== 'runs') return { fate, container, isInit };
    }
  }
  return undefined;
}

function imageIdOf(image: string): string {
  return `docker.io/sandbox/${image.replace(/[:@].*$/, '')}@sha256:${hashJson(image, 64)}`;
}

function statusFor(pod: Pod, container: Container, state: ContainerState, extra: Partial<ContainerStatus> = {}): ContainerStatus {
  const known = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
    ({ name }) => name === container.name,
  );
  const image = container.image ?? '';
  const started = state.running !== undefined;
  const containerID = state.waiting
    ? known?.containerID
    : `containerd://${hashJson([pod.metadata.uid, container.name, extra.restartCount ?? 0], 64)}`;
  return {
    name: container.name,
    image,
    imageID: state.waiting?.reason === 'ContainerCreating' || state.waiting?.reason?.includes('Image') ? '' : imageIdOf(image),
    containerID,
    ready: false,
    restartCount: known?.restartCount ?? 0,
    lastState: known?.lastState ?? {},
    state,
    started,
    ...extra,
  };
}

/** A life's moment, as data; `restarts` counts from 1. */
export type Moment =
  | { at: 'running'; ready: boolean }
  | { at: 'pull-failed'; backingOff: boolean }
  | { at: 'crashed'; restarts: number }
  | { at: 'exited'; code: number };

export function addressOf(uid: string | undefined): string {
  const hex = hashJson(uid ?? '', 6);
  const byte = (i: number): number => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return `10.${64 + (byte(0) % 128)}.${byte(1)}.${1 + (byte(2) % 254)}`;
}

function qosOf(pod: Pod): string {
  return pod.spec.containers.some(({ resources }) => Object.keys(resources?.requests ?? {}).length > 0) ? 'Burstable' : 'BestEffort';
}

/** The whole status of a pod at a moment. @param now epoch in ms. */
export function podStatusAt(pod: Pod, node: Node | undefined, moment: Moment, now: number): PodStatus {
  const time = toRfc3339(now);
  const hostIP = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const podIP = pod.spec.hostNetwork ? hostIP : (pod.status?.podIP ?? addressOf(pod.metadata.uid));
  const startTime = pod.status?.startTime ?? time;
  const trouble = troubleOf(pod);
  const stuckInInit = trouble?.isInit === true && (moment.at === 'pull-failed' || moment.at === 'crashed');
  const broken = trouble?.container.name;

  const ran = (code: number): ContainerState => ({
    terminated: { exitCode: code, reason: code === 0 ? 'Completed' : 'Error', startedAt: pod.status?.startTime ?? time, finishedAt: time },
  });
  const brokenState = (container: Container): ContainerStatus => {
    const image = container.image ?? '';
    if (moment.at === 'pull-failed') {
      return moment.backingOff
        ? statusFor(pod, container, {
            waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${image}: not found` },
          })
        : statusFor(pod, container, {
            waiting: { reason: 'ErrImagePull', message: `failed to pull and unpack image "${image}": ${image}: not found` },
          });
    }
    const restarts = moment.at === 'crashed' ? moment.restarts : 0;
    const delay = crashBackOffSeconds(restarts);
    const message = `back-off ${delay < 60 ? `${delay}s` : `${Math.floor(delay / 60)}m${delay % 60}s`} restarting failed container=${container.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
    return statusFor(pod, container, { waiting: { reason: 'CrashLoopBackOff', message } }, { restartCount: restarts, lastState: ran(1) });
  };
  const runningSince = (container: Container): ContainerState => {
    const known = pod.status?.containerStatuses?.find(({ name }) => name === container.name)?.state?.running;
    return { running: known ?? { startedAt: time } };
  };

  const containerStatuses = pod.spec.containers.map((container): ContainerStatus => {
    if (stuckInInit) return statusFor(pod, container, { waiting: { reason: 'PodInitializing' } });
    if (moment.at === 'running') return statusFor(pod, container, runningSince(container), { ready: moment.ready });
    if (moment.at === 'exited') return statusFor(pod, container, ran(container.name === broken ? moment.code : 0), { started: false });
    return container.name === broken ? brokenState(container) : statusFor(pod, container, runningSince(container), { ready: true });
  });
  const initContainerStatuses = pod.spec.initContainers?.map((container) => {
    if (stuckInInit && container.name === broken) return brokenState(container);
    if (container.restartPolicy === 'Always' && moment.at !== 'exited')
      return statusFor(pod, container, runningSince(container), { ready: true });
    return statusFor(pod, container, ran(0), { ready: true, started: false });
  });

  const finished = moment.at === 'exited';
  const ready = moment.at === 'running' && moment.ready;
  const gates = (pod.spec.readinessGates ?? []).every(({ conditionType }) => isTrue(pod.status?.conditions, conditionType));
  const unready = stuckInInit ? containerStatuses : containerStatuses.filter((each) => !each.ready);
  // A pod is Pending until each of its containers has run once.
  const isPending = stuckInInit || moment.at === 'pull-failed';
  const phase = finished ? (moment.code === 0 ? 'Succeeded' : 'Failed') : isPending ? 'Pending' : 'Running';
  const why = finished
    ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]` };
  const set = (list: Condition[] | undefined, type: string, isOn: boolean, off: { reason?: string; message?: string } = {}): Condition[] =>
    withCondition(list, { type, status: isOn ? 'True' : 'False', lastProbeTime: null, ...(isOn ? {} : off) }, now);
  let conditions = set(pod.status?.conditions, 'PodReadyToStartContainers', !finished);
  const pendingInit = (pod.spec.initContainers ?? []).map(({ name }) => name);
  conditions = stuckInInit
    ? set(conditions, 'Initialized', false, {
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${pendingInit.join(' ')}]`,
      })
    : withCondition(
        conditions,
        { type: 'Initialized', status: 'True', lastProbeTime: null, ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) },
        now,
      );
  conditions = set(
    conditions,
    'Ready',
    ready && gates,
    ready ? { reason: 'ReadinessGatesNotReady', message: 'corresponding condition of pod readiness gate does not exist.' } : why,
  );
  conditions = set(conditions, 'ContainersReady', ready, why);
  conditions = set(conditions, 'PodScheduled', true);
  return {
    ...pod.status,
    phase,
    conditions,
    hostIP,
    hostIPs: hostIP ? [{ ip: hostIP }] : undefined,
    podIP,
    podIPs: podIP ? [{ ip: podIP }] : undefined,
    startTime,
    qosClass: pod.status?.qosClass ?? qosOf(pod),
    initContainerStatuses,
    containerStatuses,
    reason: undefined,
    message: undefined,
  };
}

/** The kubelet's back-off between restarts: 10 s doubled up to 5 min. */
export function crashBackOffSeconds(restarts: number): number {
  return Math.min(300, 10 * 2 ** Math.max(0, Math.min(restarts - 1, 10)));
}
