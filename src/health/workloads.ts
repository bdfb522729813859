/** Deployment, StatefulSet, DaemonSet, ReplicaSet: kstatus' chains, Argo CD's paused and failed, and the pods' own words. */
import type { KubeObject } from '../api/object.ts';
import { explained } from './causes.ts';
import { booleanAt, conditionIn, numberAt, textAt } from './fields.ts';
import { type Assessment, failed, healthy, progressing, type Rule, suspended } from './rule.ts';
import type { Surroundings } from './surroundings.ts';

/** The API server's word for "no deadline" (MaxInt32). */
const noDeadline = 2147483647;

interface Counts {
  wanted: number;
  replicas: number;
  updated: number;
  ready: number;
  available: number;
}

function countsOf(object: KubeObject, { autoscaled }: Surroundings): Counts {
  const replicas = numberAt(object, 'status.replicas') ?? 0;
  return {
    // Where an autoscaler owns the count, what it last set is in the status; spec.replicas may be of the past.
    wanted: autoscaled ? replicas : (numberAt(object, 'spec.replicas') ?? 1),
    replicas,
    updated: numberAt(object, 'status.updatedReplicas') ?? 0,
    ready: numberAt(object, 'status.readyReplicas') ?? 0,
    available: numberAt(object, 'status.availableReplicas') ?? 0,
  };
}

const of = (count: number, wanted: number, what: string): string => `${count} of ${wanted} ${wanted === 1 ? 'pod' : 'pods'} ${what}`;

export const deployment: Rule = {
  holds: true,
  workload: true,
  reportsGeneration: true,
  assess(object, surroundings) {
    const counts = countsOf(object, surroundings);
    if (booleanAt(object, 'spec.paused') === true) return pausedDeployment(counts);
    const moving = conditionIn(object, 'Progressing');
    if (moving?.reason === 'ProgressDeadlineExceeded') {
      const seconds = numberAt(object, 'spec.progressDeadlineSeconds') ?? 600;
      const message = `no progress within ${seconds} s, ${of(counts.available, counts.wanted, 'available')}`;
      return explained(object, surroundings, failed('ProgressDeadlineExceeded', message));
    }
    const pending = rollout(counts) ?? deploymentConditions(object);
    return pending === undefined ? healthy('Available') : explained(object, surroundings, pending);
  },
};

function pausedDeployment(counts: Counts): Assessment {
  const message = 'the Deployment is paused: changes are not rolled out';
  // All is up: pausing it holds nobody back, as with KubeVela. A pause in the middle of a rollout does.
  return { ...suspended('Paused', message), holds: rollout(counts) !== undefined };
}

/** The counts as kstatus goes through them: created, updated, old ones gone, available, ready. */
function rollout({ wanted, replicas, updated, ready, available }: Counts): Assessment | undefined {
  if (replicas < wanted) return progressing('PodsNotCreated', of(replicas, wanted, 'created'));
  if (updated < wanted) return progressing('RolloutInProgress', of(updated, wanted, 'updated'));
  if (replicas > wanted)
    return progressing('OldPodsTerminating', `${replicas - wanted} old ${replicas - wanted === 1 ? 'pod is' : 'pods are'} still running`);
  if (ready < wanted) return progressing('PodsNotReady', of(ready, wanted, 'ready'));
  // Beyond what is wanted nothing is expected to be updated, so both are compared with each other as well.
  if (available < Math.max(updated, wanted)) return progressing('PodsNotAvailable', of(available, wanted, 'available'));
  return undefined;
}

/** What the controller says of itself once the counts are right. */
function deploymentConditions(object: KubeObject): Assessment | undefined {
  const deadline = numberAt(object, 'spec.progressDeadlineSeconds');
  if (deadline !== undefined && deadline !== noDeadline) {
    const moving = conditionIn(object, 'Progressing');
    if (moving?.status !== 'True' || moving.reason !== 'NewReplicaSetAvailable') {
      return progressing('RolloutInProgress', moving?.message ?? 'the rollout is not complete');
    }
  }
  const available = conditionIn(object, 'Available');
  return available?.status === 'True' ? undefined : progressing('PodsNotAvailable', available?.message ?? 'not yet available');
}

export const statefulSet: Rule = {
  holds: true,
  workload: true,
  reportsGeneration: true,
  assess(object, surroundings) {
    const counts = countsOf(object, surroundings);
    const pending = statefulRollout(object, counts);
    return pending === undefined ? healthy('Ready') : explained(object, surroundings, pending);
  },
};

function statefulRollout(object: KubeObject, { wanted, replicas, updated, ready }: Counts): Assessment | undefined {
  if (replicas < wanted) return progressing('PodsNotCreated', of(replicas, wanted, 'created'));
  if (ready < wanted) return progressing('PodsNotReady', of(ready, wanted, 'ready'));
  if (replicas > wanted) return progressing('OldPodsTerminating', `${replicas - wanted} more than wanted still running`);
  // Pods are replaced when somebody deletes them: nothing more will happen by itself.
  if (textAt(object, 'spec.updateStrategy.type') === 'OnDelete') return undefined;
  const partition = numberAt(object, 'spec.updateStrategy.rollingUpdate.partition');
  if (partition !== undefined) {
    const due = Math.max(0, wanted - partition);
    return updated < due ? progressing('RolloutInProgress', of(updated, due, 'updated')) : undefined;
  }
  const current = numberAt(object, 'status.currentReplicas') ?? 0;
  if (current < wanted) return progressing('RolloutInProgress', of(current, wanted, 'of the current revision'));
  const revisions = [textAt(object, 'status.currentRevision'), textAt(object, 'status.updateRevision')];
  return revisions[0] === revisions[1] ? undefined : progressing('RolloutInProgress', `moving to revision ${revisions[1] ?? ''}`);
}

export const daemonSet: Rule = {
  holds: true,
  workload: true,
  reportsGeneration: true,
  assess(object, surroundings) {
    const pending = daemonRollout(object);
    return pending === undefined ? healthy('Ready') : explained(object, surroundings, pending);
  },
};

function daemonRollout(object: KubeObject): Assessment | undefined {
  const count = (field: string): number => numberAt(object, `status.${field}`) ?? 0;
  const desired = numberAt(object, 'status.desiredNumberScheduled');
  if (desired === undefined) return progressing('NotScheduled', 'nodes are not yet counted');
  if (count('currentNumberScheduled') < desired)
    return progressing('PodsNotCreated', of(count('currentNumberScheduled'), desired, 'created'));
  const onDelete = textAt(object, 'spec.updateStrategy.type') === 'OnDelete';
  if (!onDelete && count('updatedNumberScheduled') < desired) {
    return progressing('RolloutInProgress', of(count('updatedNumberScheduled'), desired, 'updated'));
  }
  if (count('numberReady') < desired) return progressing('PodsNotReady', of(count('numberReady'), desired, 'ready'));
  if (count('numberAvailable') < desired) return progressing('PodsNotAvailable', of(count('numberAvailable'), desired, 'available'));
  return undefined;
}

/** ReplicaSet and ReplicationController. */
export const replicaSet: Rule = {
  holds: true,
  workload: true,
  reportsGeneration: true,
  assess(object, surroundings) {
    const { wanted, replicas, ready, available } = countsOf(object, surroundings);
    const pending =
      (replicas < wanted && progressing('PodsNotCreated', of(replicas, wanted, 'created'))) ||
      ((numberAt(object, 'status.fullyLabeledReplicas') ?? 0) < wanted &&
        progressing('PodsNotLabelled', 'labels of pods differ from the template')) ||
      (ready < wanted && progressing('PodsNotReady', of(ready, wanted, 'ready'))) ||
      (available < wanted && progressing('PodsNotAvailable', of(available, wanted, 'available'))) ||
      (replicas > wanted && progressing('OldPodsTerminating', `${replicas - wanted} more than wanted still running`)) ||
      undefined;
    const refused = conditionIn(object, 'ReplicaFailure')?.status === 'True';
    if (pending === undefined && !refused) return healthy('Available');
    return explained(object, surroundings, pending || progressing('ReplicaFailure', 'pods cannot be created'));
  },
};
