/** What `lateen status` says of an application, as data: the same for text, tree, JSON and YAML. Pure. */
import { publishVersion } from '../api/annotations.ts';
import type { Application, WorkflowStepStatus, WorkflowSubStepStatus } from '../api/application.ts';
import { conditionOf, kstatusOf } from '../api/conditions.ts';
import { type Condition, describeRef, type KubeObject, type ObjectRef, refOf } from '../api/object.ts';
import { valueAt } from '../base/json.ts';
import type { HealthState, Verdict } from '../health/verdict.ts';
import type { Picture, PicturedObject } from './picture.ts';

export interface StatusModel {
  name: string;
  namespace: string;
  phase: string;
  /** How kstatus, and with it kubectl wait, Argo CD and Flux, see it. */
  kstatus: ReturnType<typeof kstatusOf>;
  /** Running the newest spec with everything healthy: exit code 0. */
  isWell: boolean;
  /** Nothing will change by itself: running, failed, or waiting for a person. */
  isAtRest: boolean;
  /** Why it is not well, in a sentence; empty when it is. */
  message: string;
  revision: string | undefined;
  publishVersion: string | undefined;
  createdAt: string | undefined;
  deletingSince: string | undefined;
  conditions: Condition[];
  workflow: WorkflowModel | undefined;
  components: ComponentModel[];
  /** Objects that steps made, and those of components that have left the spec. */
  others: ObjectModel[];
}

export interface WorkflowModel {
  status: string;
  mode: string | undefined;
  isSuspended: boolean;
  steps: StepModel[];
}

export interface StepModel {
  name: string;
  type: string;
  phase: string;
  message: string;
  subSteps: StepModel[];
}

export interface ComponentModel {
  name: string;
  type: string;
  places: { cluster: string | undefined; namespace: string; healthy: boolean; message: string }[];
  /** Worst state of its objects; not-assessed while it has none. */
  state: HealthState | 'waiting';
  objects: ObjectModel[];
}

export interface ObjectModel extends ObjectRef {
  cluster: string;
  /** Type of the trait, or step, that made it; absent for the workload. */
  madeBy: string | undefined;
  state: HealthState;
  reason: string;
  message: string;
  cause: string | undefined;
  /** Whether the application waits for it; others are only told of. */
  holds: boolean;
  pods: { name: string; node: string | undefined; state: HealthState; reason: string; message: string }[];
}

const severity: Record<HealthState, number> = { degraded: 4, progressing: 3, suspended: 2, healthy: 1, 'not-assessed': 0 };

export function statusModel({ application, objects }: Picture): StatusModel {
  const { metadata, status, spec } = application;
  const { name, namespace = 'default' } = metadata;
  const kstatus = kstatusOf(application);
  const isCurrent = status?.observedGeneration === metadata.generation;
  const phase = metadata.deletionTimestamp ? 'deleting' : (status?.status ?? 'starting');
  const ready = conditionOf(status?.conditions, 'Ready');
  const isWell = phase === 'running' && isCurrent && ready?.status === 'True' && !metadata.deletionTimestamp;
  const names = new Set(spec.components.map((component) => component.name));
  return {
    name,
    namespace,
    phase,
    kstatus,
    isWell,
    isAtRest: isCurrent && (kstatus === 'Current' || kstatus === 'Failed' || kstatus === 'Unknown'),
    message: isWell ? '' : whyNot(application, isCurrent, ready),
    revision: status?.latestRevision?.name,
    publishVersion: metadata.annotations?.[publishVersion],
    createdAt: metadata.creationTimestamp,
    deletingSince: metadata.deletionTimestamp,
    conditions: [...(status?.conditions ?? [])],
    workflow: workflowModel(application),
    components: spec.components.map((component) => componentModel(component, application, objects)),
    others: objects.filter(({ entry }) => !names.has(entry.origin.component)).map(objectModel),
  };
}

function whyNot({ metadata, status }: Application, isCurrent: boolean, ready: Condition | undefined): string {
  if (metadata.deletionTimestamp) {
    const { finalizers = [] } = metadata;
    return `being deleted since ${metadata.deletionTimestamp}${finalizers.length > 0 ? `, held by ${finalizers.join(', ')}` : ''}`;
  }
  if (status?.observedGeneration === undefined) return 'no operator has looked at it yet (is one running?)';
  if (!isCurrent) return 'the newest change has not been looked at yet';
  return ready?.message ?? '';
}

function workflowModel({ status }: Application): WorkflowModel | undefined {
  const { workflow } = status ?? {};
  if (!workflow) return undefined;
  return {
    status: workflow.status ?? 'initializing',
    mode: workflow.mode,
    isSuspended: workflow.suspend,
    steps: (workflow.steps ?? []).map(stepModel),
  };
}

function stepModel(step: WorkflowStepStatus | WorkflowSubStepStatus): StepModel {
  const { name, type, phase, message = '', reason = '' } = step;
  return { name, type, phase, message: message || reason, subSteps: 'subSteps' in step ? (step.subSteps ?? []).map(stepModel) : [] };
}

function componentModel(
  component: Application['spec']['components'][number],
  { status }: Application,
  all: readonly PicturedObject[],
): ComponentModel {
  const own = all.filter(({ entry }) => entry.origin.component === component.name);
  const objects = own.map(objectModel).sort((a, b) => Number(a.madeBy !== undefined) - Number(b.madeBy !== undefined));
  const holding = own.filter(({ verdict }) => verdict.holds);
  const places = (status?.services ?? [])
    .filter((service) => service.name === component.name)
    .map(({ cluster, namespace = '', healthy, message = '' }) => ({ cluster, namespace, healthy, message }));
  return { name: component.name, type: component.type, places, state: own.length === 0 ? 'waiting' : worst(holding), objects };
}

function worst(objects: readonly PicturedObject[]): HealthState {
  return objects.map(({ verdict }) => verdict.state).reduce<HealthState>((a, b) => (severity[b] > severity[a] ? b : a), 'healthy');
}

function objectModel({ entry, verdict, pods }: PicturedObject): ObjectModel {
  const { ref, origin, cluster, step } = entry;
  return {
    ...ref,
    cluster,
    madeBy: origin.role === 'WORKLOAD' ? undefined : origin.component ? origin.type : step,
    ...told(verdict),
    cause: verdict.cause && describeRef(verdict.cause),
    holds: verdict.holds,
    pods: pods.map(({ pod, verdict: one }) => ({ name: refOf(pod).name, node: nodeOf(pod), ...told(one) })),
  };
}

function told({ state, reason, message }: Verdict): { state: HealthState; reason: string; message: string } {
  return { state, reason, message };
}

function nodeOf(pod: KubeObject): string | undefined {
  const node = valueAt(pod, ['spec', 'nodeName']);
  return typeof node === 'string' ? node : undefined;
}
