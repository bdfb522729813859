/**
 * The defaults of workloads and autoscalers. Source: Kubernetes 1.33, apps/v1, batch/v1 and autoscaling defaults.
 * Functions here change the objects they are given.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import { defaultPodSpec, inner, objects, setDefault } from './pod-defaults.ts';

function specOf(object: JsonObject): JsonObject {
  const spec = inner(object, 'spec');
  if (spec !== undefined) return spec;
  const made: JsonObject = {};
  object.spec = made;
  return made;
}

function within(object: JsonObject, name: string): JsonObject {
  const found = inner(object, name);
  if (found !== undefined) return found;
  const made: JsonObject = {};
  object[name] = made;
  return made;
}

function defaultTemplate(spec: JsonObject): void {
  const template = inner(spec, 'template');
  if (template !== undefined) defaultPodSpec(within(template, 'spec'));
}

export function defaultDeployment(object: JsonObject): void {
  const spec = specOf(object);
  defaultTemplate(spec);
  setDefault(spec, 'replicas', 1);
  const strategy = within(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = within(strategy, 'rollingUpdate');
    if (rolling.maxUnavailable === undefined) rolling.maxUnavailable = '25%';
    if (rolling.maxSurge === undefined) rolling.maxSurge = '25%';
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
}

export function defaultReplicaSet(object: JsonObject): void {
  const spec = specOf(object);
  defaultTemplate(spec);
  setDefault(spec, 'replicas', 1);
}

/** What was a field of an older version lives on as an annotation; the strategy counts it up. */
const templateGeneration = 'deprecated.daemonset.template.generation';

export function defaultDaemonSet(object: JsonObject): void {
  setDefault(within(within(object, 'metadata'), 'annotations'), templateGeneration, '0');
  const spec = specOf(object);
  defaultTemplate(spec);
  const strategy = within(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = within(strategy, 'rollingUpdate');
    if (rolling.maxUnavailable === undefined) rolling.maxUnavailable = 1;
    if (rolling.maxSurge === undefined) rolling.maxSurge = 0;
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
}

export function defaultStatefulSet(object: JsonObject): void {
  const spec = specOf(object);
  defaultTemplate(spec);
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = within(spec, 'updateStrategy');
  if (strategy.type === undefined || strategy.type === '') {
    strategy.type = 'RollingUpdate';
    within(strategy, 'rollingUpdate');
  }
  const rolling = inner(strategy, 'rollingUpdate');
  if (strategy.type === 'RollingUpdate' && rolling !== undefined && rolling.partition === undefined) rolling.partition = 0;
  const retention = within(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  for (const claim of objects(spec.volumeClaimTemplates)) {
    claim.apiVersion ??= 'v1';
    claim.kind ??= 'PersistentVolumeClaim';
    defaultPersistentVolumeClaim(claim);
  }
}

export function defaultPersistentVolumeClaim(object: JsonObject): void {
  setDefault(specOf(object), 'volumeMode', 'Filesystem');
  setDefault(within(object, 'status'), 'phase', 'Pending');
}

export function defaultJob(object: JsonObject): void {
  const spec = specOf(object);
  defaultTemplate(spec);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : 2147483647);
  const labels = inner(inner(inner(spec, 'template'), 'metadata'), 'labels');
  const metadata = within(object, 'metadata');
  if (labels !== undefined && Object.keys(inner(metadata, 'labels') ?? {}).length === 0) metadata.labels = { ...labels };
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  const failures = inner(spec, 'podFailurePolicy');
  for (const rule of objects(failures?.rules)) {
    for (const pattern of objects(rule.onPodConditions)) setDefault(pattern, 'status', 'True');
  }
  setDefault(spec, 'podReplacementPolicy', failures === undefined ? 'TerminatingOrFailed' : 'Failed');
  setDefault(spec, 'manualSelector', false);
}

export function defaultCronJob(object: JsonObject): void {
  const spec = specOf(object);
  setDefault(spec, 'concurrencyPolicy', 'Allow');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
  const job = inner(inner(spec, 'jobTemplate'), 'spec');
  if (job !== undefined) defaultTemplate(job);
}

export function defaultReplicationController(object: JsonObject): void {
  const spec = specOf(object);
  defaultTemplate(spec);
  setDefault(spec, 'replicas', 1);
  const labels = inner(inner(inner(spec, 'template'), 'metadata'), 'labels');
  if (labels === undefined) return;
  if (Object.keys(inner(spec, 'selector') ?? {}).length === 0) spec.selector = { ...labels };
  const metadata = within(object, 'metadata');
  if (Object.keys(inner(metadata, 'labels') ?? {}).length === 0) metadata.labels = { ...labels };
}

export function defaultPodTemplate(object: JsonObject): void {
  const template = inner(object, 'template');
  if (template !== undefined) defaultPodSpec(within(template, 'spec'));
}

const scaleUp: JsonObject = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const scaleDown: JsonObject = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

export function defaultHpaV1(object: JsonObject): void {
  const spec = specOf(object);
  setDefault(spec, 'minReplicas', 1);
  // On its way through the other version an autoscaler without any metric gets the default one.
  const metrics = inner(inner(object, 'metadata'), 'annotations')?.['autoscaling.alpha.kubernetes.io/metrics'];
  if (metrics === undefined) setDefault(spec, 'targetCPUUtilizationPercentage', 80);
}

export function defaultHpaV2(object: JsonObject): void {
  const spec = specOf(object);
  setDefault(spec, 'minReplicas', 1);
  if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) {
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  }
  const behavior = inner(spec, 'behavior');
  if (behavior === undefined) return;
  behavior.scaleUp = { ...structuredClone(scaleUp), ...(isObject(behavior.scaleUp) ? behavior.scaleUp : {}) };
  behavior.scaleDown = { ...structuredClone(scaleDown), ...(isObject(behavior.scaleDown) ? behavior.scaleDown : {}) };
}
