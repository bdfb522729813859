/**
 * Plays scheduler and kubelet in one: binds pending pods, lets their containers run, become ready, fail or finish,
 * and ends what is being deleted. Time between stages counts from when this actor first saw the stage.
 */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { conditionOf, isFinished, isReady, isTrue, withCondition } from './conditions.ts';
import { claims, type Node, nodes, type PersistentVolumeClaim, type Pod, pods, type StorageClass, storageClasses } from './kinds.ts';
import { crashBackOffSeconds, type Moment, podStatusAt, troubleOf } from './pod-status.ts';
import { choosePlace } from './scheduling.ts';
import type { Delays, Stage } from './stage.ts';

export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';

export interface PodObserved {
  pod: Pod;
  nodes: Node[];
  /** Bound, unfinished pods of all namespaces; only asked for while the pod has no node. */
  placed: () => Pod[];
  claim: (name: string) => PersistentVolumeClaim | undefined;
  storageClass: (name: string | undefined) => StorageClass | undefined;
  /** How long the pod has been in its present stage. */
  inStageMs: number;
  delays: Delays;
  now: number;
}

/** The stage of a pod's life, as text: time is counted from when it was first seen. */
export function stageOf(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'stopping';
  if (!pod.spec.nodeName) return 'unbound';
  if (isFinished(pod)) return 'finished';
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const waiting = statuses.find(({ state }) => state?.waiting && state.waiting.reason !== 'PodInitializing');
  if (waiting) return `${waiting.state?.waiting?.reason} ${waiting.restartCount}`;
  if (pod.status?.containerStatuses === undefined) return 'bound';
  return isTrue(pod.status?.conditions, 'ContainersReady') ? 'ready' : 'started';
}

/** From what is seen of a pod to its next step, or when that is due. */
export function decidePod(observed: PodObserved): Decision {
  const { pod, inStageMs, delays } = observed;
  const after = (delayMs: number, step: () => Write[]): Decision =>
    inStageMs >= delayMs ? { writes: step() } : { writes: [], againInMs: delayMs - inStageMs };
  if (pod.metadata.deletionTimestamp !== undefined) return stop(observed, after);
  if (isFinished(pod)) return nothingToDo;
  if (!pod.spec.nodeName) {
    if (pod.spec.schedulingGates?.length) return nothingToDo;
    return after(delays.scheduleMs, () => bind(observed));
  }
  return live(observed, after);
}

type After = (delayMs: number, step: () => Write[]) => Decision;

/** Ends a deletion as a kubelet does: within the grace period, by a delete without grace. */
function stop({ pod, delays }: PodObserved, after: After): Decision {
  // With grace 0 the rest is up to finalizers.
  const graceSeconds = pod.metadata.deletionGracePeriodSeconds;
  if (graceSeconds === undefined || graceSeconds === 0) return nothingToDo;
  return after(Math.min(delays.terminateMs, graceSeconds * 1_000), () => [
    { verb: 'delete', resource: pods, object: pod, graceSeconds: 0 },
  ]);
}

function bind(observed: PodObserved): Write[] {
  const { pod } = observed;
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = observed.claim(claimName);
    if (!claim || claim.metadata.deletionTimestamp !== undefined)
      return unschedulable(observed, `persistentvolumeclaim "${claimName}" not found`);
    if (claim.status?.phase === 'Bound') continue;
    const waits = observed.storageClass(claim.spec.storageClassName)?.volumeBindingMode === 'WaitForFirstConsumer';
    if (!waits) return unschedulable(observed, 'pod has unbound immediate PersistentVolumeClaims');
    const place = choosePlace(pod, observed.nodes, observed.placed());
    if ('message' in place) return unschedulable(observed, place.message);
    if (claim.metadata.annotations?.[selectedNodeAnnotation]) return [];
    const annotations = { ...claim.metadata.annotations, [selectedNodeAnnotation]: place.node };
    return [{ verb: 'update', resource: claims, object: { ...claim, metadata: { ...claim.metadata, annotations } } }];
  }
  const place = choosePlace(pod, observed.nodes, observed.placed());
  return 'node' in place ? [{ verb: 'bind', resource: pods, object: pod, node: place.node }] : unschedulable(observed, place.message);
}

function unschedulable({ pod, now }: PodObserved, message: string): Write[] {
  const known = pod.status?.conditions;
  const conditions = withCondition(
    known,
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastProbeTime: null },
    now,
  );
  if (jsonEqual(conditions, known)) return [];
  return [{ verb: 'status', resource: pods, object: { ...pod, status: { ...pod.status, phase: 'Pending', conditions } } as Pod }];
}

/** The life on a node: start, be ready, crash, finish. */
function live(observed: PodObserved, after: After): Decision {
  const { pod, delays, now } = observed;
  const node = observed.nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  const report = (moment: Moment) => (): Write[] => {
    const status = podStatusAt(pod, node, moment, now);
    return jsonEqual(status, pod.status) ? [] : [{ verb: 'status', resource: pods, object: { ...pod, status } as Pod }];
  };
  const endsByItself = (pod.spec.restartPolicy ?? 'Always') !== 'Always';
  const trouble = troubleOf(pod);
  const stage = stageOf(pod);
  const crashes = trouble?.fate === 'crashes' || (trouble?.fate === 'fails' && (pod.spec.restartPolicy === 'OnFailure' || trouble.isInit));

  if (trouble?.fate === 'cannot-pull') {
    if (stage.startsWith('ErrImagePull')) return after(10_000, report({ at: 'pull-failed', backingOff: true }));
    if (stage.startsWith('ImagePullBackOff')) return nothingToDo;
    return after(delays.startMs, report({ at: 'pull-failed', backingOff: false }));
  }
  if (crashes) {
    if (pod.spec.restartPolicy === 'Never') return after(delays.startMs, report({ at: 'exited', code: 1 }));
    const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    const restarts = all.find(({ name }) => name === trouble?.container.name)?.restartCount ?? 0;
    const isWaiting = stage.startsWith('CrashLoopBackOff');
    return after(isWaiting ? crashBackOffSeconds(restarts) * 1_000 : delays.startMs, report({ at: 'crashed', restarts: restarts + 1 }));
  }
  if (stage === 'bound') {
    // A delay of nothing saves the write between running and ready.
    const isReadyAtOnce = !endsByItself && trouble === undefined && delays.readyMs === 0;
    return after(delays.startMs, report({ at: 'running', ready: isReadyAtOnce }));
  }
  if (endsByItself) return after(delays.jobMs, report({ at: 'exited', code: trouble?.fate === 'fails' ? 1 : 0 }));
  if (stage === 'ready') return isReady(pod) ? gatesOf(observed, report) : { writes: report({ at: 'running', ready: true })() };
  if (trouble?.fate === 'never-ready') return nothingToDo;
  return after(trouble?.fate === 'slow' ? delays.slowReadyMs : delays.readyMs, report({ at: 'running', ready: true }));
}

/** A readiness gate may close again after the pod was ready. */
function gatesOf({ pod }: PodObserved, report: (moment: Moment) => () => Write[]): Decision {
  const isOpen = (pod.spec.readinessGates ?? []).every(
    ({ conditionType }) => conditionOf(pod.status?.conditions, conditionType)?.status === 'True',
  );
  return isOpen ? nothingToDo : { writes: report({ at: 'running', ready: true })() };
}

export function podActor({ views, clock, settings }: Stage): Actor {
  const ofPods = views(pods);
  const ofNodes = views(nodes);
  const ofClaims = views(claims);
  const ofClasses = views(storageClasses);
  const stages = new Map<string, { stage: string; since: number }>();
  // Bindings under way: the next pod must not take the same room. A binding's answer is no pod, so the cache learns late.
  const assumed = new Map<string, string>();
  const placed = (): Pod[] =>
    ofPods.list().flatMap((pod) => {
      if (isFinished(pod)) return [];
      if (pod.spec.nodeName) return [pod];
      const node = assumed.get(pod.metadata.uid ?? '');
      return node ? [{ ...pod, spec: { ...pod.spec, nodeName: node } }] : [];
    });
  const inStage = (pod: Pod): number => {
    const uid = pod.metadata.uid ?? '';
    const stage = stageOf(pod);
    const known = stages.get(uid);
    if (known?.stage === stage) return clock.monotonic() - known.since;
    stages.set(uid, { stage, since: clock.monotonic() });
    return 0;
  };
  const unbound = (): string[] => ofPods.list().flatMap((pod) => (pod.spec.nodeName || pod.metadata.deletionTimestamp ? [] : ownKey(pod)));
  return {
    name: 'pod',
    fieldManager: 'kubelet',
    sources: [
      // A pod that ends makes room for those that found none.
      source(ofPods, (pod) => (isFinished(pod) || pod.metadata.deletionTimestamp ? [...ownKey(pod), ...unbound()] : ownKey(pod))),
      source(ofNodes, unbound),
      source(ofClaims, unbound),
    ],
    needs: [ofClasses],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const pod = ofPods.get(namespace, name);
      if (!pod) {
        if (stages.size > 2 * ofPods.list().length + 100) {
          const living = new Set(ofPods.list().map(({ metadata }) => metadata.uid));
          for (const uid of [...stages.keys(), ...assumed.keys()])
            if (!living.has(uid)) for (const kept of [stages, assumed]) kept.delete(uid);
        }
        return nothingToDo;
      }
      if (pod.spec.nodeName) assumed.delete(pod.metadata.uid ?? '');
      const decision = decidePod({
        pod,
        nodes: ofNodes.list(),
        placed: () => placed().filter(({ metadata }) => metadata.uid !== pod.metadata.uid),
        claim: (claimName) => ofClaims.get(namespace, claimName),
        storageClass: (className) => ofClasses.get('', className ?? 'standard'),
        inStageMs: inStage(pod),
        delays: settings.delays,
        now: clock.now(),
      });
      for (const write of decision.writes) if (write.verb === 'bind') assumed.set(pod.metadata.uid ?? '', write.node);
      return decision;
    },
  };
}
