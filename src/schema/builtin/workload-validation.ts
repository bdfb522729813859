/**
 * Validation of workloads, autoscalers and disruption budgets. Source: Kubernetes 1.33, validation of apps, batch,
 * autoscaling and policy.
 */
import { type JsonObject, jsonEqual } from '../../base/json.ts';
import { at, child, type FieldIssue, forbidden, invalidValue, notSupported, requiredValue } from '../issues.ts';
import {
  checkImmutable,
  checkNonNegative,
  checkOneOf,
  checkSelector,
  goSelector,
  goStringMap,
  invalidStruct,
  isEmptySelector,
  selects,
} from './labels.ts';
import { inner, objects } from './pod-defaults.ts';
import { checkPodTemplate, checkTemplateMetadata } from './pod-validation.ts';
import { cronSchedule, dns1123Label, pathSegment, validPercent } from './texts.ts';

const specOf = (object: JsonObject | undefined): JsonObject => inner(object, 'spec') ?? {};

/** Go's `%#v` of an IntOrString. */
function goIntOrString(value: unknown): string {
  return typeof value === 'string'
    ? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(value)}}`
    : `intstr.IntOrString{Type:0, IntVal:${String(value)}, StrVal:""}`;
}

function checkIntOrPercent(value: unknown, path: string): FieldIssue[] {
  if (typeof value === 'string') return validPercent(value).map((message) => invalidStruct(path, goIntOrString(value), message, value));
  return checkNonNegative(value, path);
}

const isZero = (value: unknown): boolean => value === 0 || value === '0%';

function checkNotAboveHundred(value: unknown, path: string): FieldIssue[] {
  const share = typeof value === 'string' ? /^(\d+)%$/.exec(value) : null;
  return share !== null && Number(share[1]) > 100
    ? [invalidStruct(path, goIntOrString(value), 'must not be greater than 100%', value)]
    : [];
}

function checkSelectorOf(spec: JsonObject, kind: string, issues: FieldIssue[]): void {
  const selector = inner(spec, 'selector');
  if (selector === undefined) {
    issues.push(requiredValue('spec.selector'));
    return;
  }
  issues.push(...checkSelector(selector, 'spec.selector'));
  if (kind !== 'replicaset' && isEmptySelector(selector))
    issues.push(invalidStruct('spec.selector', goSelector(selector), `empty selector is invalid for ${kind}`));
}

function checkTemplateOf(spec: JsonObject, kind: string, issues: FieldIssue[]): void {
  const template = inner(spec, 'template') ?? {};
  const labels = inner(template, 'metadata')?.labels;
  const selector = inner(spec, 'selector');
  if (selector !== undefined && checkSelector(selector, '').length > 0) {
    // Nothing can be said about the template of a selector that is none.
    issues.push(invalidStruct('spec.selector', goSelector(selector), kind === 'StatefulSet' ? '' : 'invalid label selector'));
    if (kind === 'StatefulSet') checkAlways(template, kind, issues);
    return;
  }
  // Without a selector nothing is selected, so that nothing can match.
  if (selector === undefined ? kind === 'Deployment' || kind === 'ReplicaSet' : !isEmptySelector(selector) && !selects(selector, labels)) {
    issues.push(invalidStruct('spec.template.metadata.labels', goStringMap(labels), '`selector` does not match template `labels`', labels));
  }
  issues.push(...(kind === 'StatefulSet' ? checkTemplateMetadata : checkPodTemplate)(template, 'spec.template'));
  checkAlways(template, kind, issues);
}

function checkAlways(template: JsonObject, kind: string, issues: FieldIssue[]): void {
  const pod = inner(template, 'spec') ?? {};
  if (pod.restartPolicy !== 'Always') issues.push(notSupported('spec.template.spec.restartPolicy', pod.restartPolicy ?? '', ['Always']));
  if (pod.activeDeadlineSeconds !== undefined) {
    const owner = kind === 'Deployment' ? 'ReplicaSet' : kind;
    issues.push(forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${owner} is not Supported`));
  }
}

function checkRolling(strategy: JsonObject, path: string): FieldIssue[] {
  const rolling = inner(strategy, 'rollingUpdate');
  if (rolling === undefined) return [];
  const where = child(path, 'rollingUpdate');
  const unavailable = child(where, 'maxUnavailable');
  const out = [...checkIntOrPercent(rolling.maxUnavailable, unavailable), ...checkIntOrPercent(rolling.maxSurge, child(where, 'maxSurge'))];
  if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge)) {
    out.push(
      invalidStruct(unavailable, goIntOrString(rolling.maxUnavailable), 'may not be 0 when `maxSurge` is 0', rolling.maxUnavailable),
    );
  }
  return [...out, ...checkNotAboveHundred(rolling.maxUnavailable, unavailable)];
}

export function checkDeployment(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out = checkNonNegative(spec.replicas, 'spec.replicas');
  checkSelectorOf(spec, 'deployment', out);
  checkTemplateOf(spec, 'Deployment', out);
  const strategy = inner(spec, 'strategy') ?? {};
  if (strategy.type === 'Recreate') {
    if (strategy.rollingUpdate !== undefined) {
      out.push(forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"));
    }
  } else if (strategy.type === 'RollingUpdate') out.push(...checkRolling(strategy, 'spec.strategy'));
  else {
    const shown = `apps.DeploymentStrategy{Type:${JSON.stringify(strategy.type)}, RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}`;
    const message = `Unsupported value: ${shown}: supported values: "Recreate", "RollingUpdate"`;
    out.push({ path: 'spec.strategy', type: 'FieldValueNotSupported', message, got: strategy });
  }
  for (const name of ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'])
    out.push(...checkNonNegative(spec[name], child('spec', name)));
  const { progressDeadlineSeconds: deadline, minReadySeconds: ready = 0 } = spec;
  if (typeof deadline === 'number' && typeof ready === 'number' && deadline <= ready) {
    out.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return [...out, ...selectorKept(spec, old)];
}

function selectorKept(spec: JsonObject, old: JsonObject | undefined): FieldIssue[] {
  return old === undefined ? [] : checkImmutable(spec.selector, specOf(old).selector, 'spec.selector', goSelector(spec.selector));
}

export function checkReplicaSet(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out = [...checkNonNegative(spec.replicas, 'spec.replicas'), ...checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds')];
  checkSelectorOf(spec, 'replicaset', out);
  checkTemplateOf(spec, 'ReplicaSet', out);
  return [...out, ...selectorKept(spec, old)];
}

export function checkDaemonSet(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  const selector = inner(spec, 'selector');
  if (selector !== undefined) out.push(...checkSelector(selector, 'spec.selector'));
  const labels = inner(inner(spec, 'template'), 'metadata')?.labels;
  if (selector === undefined || (checkSelector(selector, '').length === 0 && !selects(selector, labels))) {
    out.push(invalidStruct('spec.template.metadata.labels', goStringMap(labels), '`selector` does not match template `labels`', labels));
  }
  if (selector !== undefined && isEmptySelector(selector)) {
    out.push(invalidStruct('spec.selector', goSelector(selector), 'empty selector is invalid for daemonset'));
  }
  const template = inner(spec, 'template') ?? {};
  out.push(...checkPodTemplate(template, 'spec.template'));
  const pod = inner(template, 'spec') ?? {};
  if (pod.restartPolicy !== 'Always') out.push(notSupported('spec.template.spec.restartPolicy', pod.restartPolicy ?? '', ['Always']));
  out.push(...checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds'));
  const strategy = inner(spec, 'updateStrategy') ?? {};
  if (strategy.type !== 'RollingUpdate' && strategy.type !== 'OnDelete') {
    out.push(notSupported('spec.updateStrategy', strategy, ['RollingUpdate', 'OnDelete']));
  }
  out.push(...checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
  return [...out, ...selectorKept(spec, old)];
}

/** What of a StatefulSet's spec may change. */
export const mutableStatefulSetFields: readonly string[] = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function checkStatefulSet(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  if (spec.podManagementPolicy !== 'OrderedReady' && spec.podManagementPolicy !== 'Parallel') {
    out.push(invalidValue('spec.podManagementPolicy', spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  }
  out.push(...checkNonNegative(spec.replicas, 'spec.replicas'), ...checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds'));
  if (old === undefined && typeof spec.serviceName === 'string' && spec.serviceName !== '') {
    const name = spec.serviceName;
    out.push(...dns1123Label(name).map((message) => invalidValue('spec.serviceName', name, message)));
  }
  checkSelectorOf(spec, 'statefulset', out);
  checkTemplateOf(spec, 'StatefulSet', out);
  if (old !== undefined) {
    const fixed = (source: JsonObject): JsonObject =>
      Object.fromEntries(Object.entries(source).filter(([name]) => !mutableStatefulSetFields.includes(name)));
    if (!jsonEqual(fixed(spec), fixed(specOf(old)))) {
      out.push(
        forbidden(
          'spec',
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      );
    }
  }
  return out;
}

function checkJobSpec(spec: JsonObject, path: string): FieldIssue[] {
  const out: FieldIssue[] = [];
  for (const name of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
  ]) {
    out.push(...checkNonNegative(spec[name], child(path, name)));
  }
  out.push(...checkOneOf(spec.completionMode, ['NonIndexed', 'Indexed'], child(path, 'completionMode'), false));
  if (spec.completionMode === 'Indexed' && spec.completions === undefined) {
    out.push(requiredValue(child(path, 'completions'), 'when completion mode is Indexed'));
  }
  const template = inner(spec, 'template') ?? {};
  out.push(...checkPodTemplate(template, child(path, 'template')));
  const policy = inner(template, 'spec')?.restartPolicy;
  const where = child(path, 'template.spec.restartPolicy');
  if (policy === undefined || policy === '' || policy === 'Always') out.push(requiredValue(where, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') out.push(notSupported(where, policy, ['OnFailure', 'Never']));
  else if (spec.podFailurePolicy !== undefined && policy !== 'Never') {
    out.push(invalidValue(where, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
  return out;
}

const fixedJobFields = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'];

/** While a Job that never started is suspended, what decides where its pods go may still change. */
function comparableTemplate(template: JsonObject | undefined, mutable: boolean): JsonObject {
  const { metadata, spec, ...rest } = template ?? {};
  if (!mutable) return template ?? {};
  const { nodeSelector: _n, tolerations: _t, schedulingGates: _g, affinity, ...pod } = inner({ spec: spec ?? {} }, 'spec') ?? {};
  const { nodeAffinity: _a, ...otherAffinity } = inner({ affinity: affinity ?? {} }, 'affinity') ?? {};
  const { labels: _l, annotations: _x, ...meta } = inner({ metadata: metadata ?? {} }, 'metadata') ?? {};
  return { ...rest, metadata: meta, spec: { ...pod, affinity: otherAffinity } };
}

export function checkJob(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out = checkJobSpec(spec, 'spec');
  if (old === undefined) return out;
  const before = specOf(old);
  if (spec.completionMode !== 'Indexed') out.push(...checkImmutable(spec.completions, before.completions, 'spec.completions'));
  else if (!jsonEqual(spec.completions, before.completions) && spec.completions !== spec.parallelism) {
    out.push(invalidValue('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism'));
  }
  out.push(...checkImmutable(spec.selector, before.selector, 'spec.selector', goSelector(spec.selector)));
  const mutable = before.suspend === true && inner(old, 'status')?.startTime === undefined;
  const after = comparableTemplate(inner(spec, 'template'), mutable);
  out.push(...checkImmutable(after, comparableTemplate(inner(before, 'template'), mutable), 'spec.template'));
  for (const name of fixedJobFields) out.push(...checkImmutable(spec[name], before[name], child('spec', name)));
  return out;
}

export function checkCronJob(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  const schedule = typeof spec.schedule === 'string' ? spec.schedule : '';
  if (schedule === '') out.push(requiredValue('spec.schedule'));
  else {
    const wrong = cronSchedule(schedule);
    if (wrong !== undefined) out.push(invalidValue('spec.schedule', schedule, wrong));
    const oldSchedule = specOf(old).schedule;
    const allowed = typeof oldSchedule === 'string' && oldSchedule.includes('TZ');
    if (schedule.includes('TZ') && !allowed) {
      out.push(invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
    }
  }
  out.push(
    ...checkNonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...checkOneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
  );
  const job = inner(inner(spec, 'jobTemplate'), 'spec') ?? {};
  out.push(...checkJobSpec(job, 'spec.jobTemplate.spec'));
  if (job.selector !== undefined) {
    out.push(invalidStruct('spec.jobTemplate.spec.selector', goSelector(job.selector), '`selector` will be auto-generated'));
  }
  for (const name of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'])
    out.push(...checkNonNegative(spec[name], child('spec', name)));
  const name = inner(object, 'metadata')?.name;
  if (old === undefined && typeof name === 'string' && name.length > 52)
    out.push(invalidValue('metadata.name', name, 'must be no more than 52 characters'));
  return out;
}

const metricSources: Record<string, string> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function checkMetric(metric: JsonObject, path: string): FieldIssue[] {
  const type = String(metric.type ?? '');
  const source = metricSources[type];
  if (source === undefined) {
    const missing = type === '' ? [requiredValue(child(path, 'type'), 'must specify a metric source type')] : [];
    return [...missing, notSupported(child(path, 'type'), type, Object.keys(metricSources))];
  }
  const given = inner(metric, source);
  if (given === undefined) return [requiredValue(child(path, source), 'must populate information for the given metric source')];
  const out: FieldIssue[] = [];
  const others = Object.values(metricSources).filter((each) => each !== source && metric[each] !== undefined);
  out.push(...others.map((each) => forbidden(child(path, each), 'must populate the given metric source only')));
  const where = child(path, source);
  const target = inner(given, 'target') ?? {};
  if ((type === 'Resource' || type === 'ContainerResource') && !given.name)
    out.push(requiredValue(child(where, 'name'), 'must specify a resource name'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(String(target.type ?? ''))) {
    if (!target.type) out.push(requiredValue(child(where, 'target.type'), 'must specify a metric target type'));
    out.push(invalidValue(child(where, 'target.type'), target.type ?? '', 'must be either Utilization, Value, or AverageValue'));
  }
  const { averageUtilization: utilization, averageValue } = target;
  if (typeof utilization === 'number' && utilization < 1) {
    out.push(invalidValue(child(where, 'target.averageUtilization'), utilization, 'must be greater than 0'));
  }
  if (type === 'Resource' || type === 'ContainerResource') {
    if (utilization === undefined && averageValue === undefined) {
      out.push(requiredValue(child(where, 'target.averageUtilization'), 'must set either a target raw value or a target utilization'));
    }
    if (utilization !== undefined && averageValue !== undefined) {
      out.push(forbidden(child(where, 'target.averageValue'), 'may not set both a target raw value and a target utilization'));
    }
  }
  return out;
}

export function checkHpa(object: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  const min = typeof spec.minReplicas === 'number' ? spec.minReplicas : undefined;
  const max = typeof spec.maxReplicas === 'number' ? spec.maxReplicas : 0;
  if (min !== undefined && min < 1) out.push(invalidValue('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (max < 1) out.push(invalidValue('spec.maxReplicas', max, 'must be greater than 0'));
  if (min !== undefined && max < min) out.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  const target = inner(spec, 'scaleTargetRef') ?? {};
  for (const name of ['kind', 'name'] as const) {
    const value = target[name];
    if (typeof value !== 'string' || value === '') out.push(requiredValue(child('spec.scaleTargetRef', name)));
    else out.push(...pathSegment(value).map((message) => invalidValue(child('spec.scaleTargetRef', name), value, message)));
  }
  if (min === 0 && !objects(spec.metrics).some((metric) => metric.type === 'Object' || metric.type === 'External')) {
    out.push(forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'));
  }
  for (const [index, metric] of objects(spec.metrics).entries()) out.push(...checkMetric(metric, at('spec.metrics', index)));
  return out;
}

export function checkPodDisruptionBudget(object: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    out.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const name of ['minAvailable', 'maxUnavailable']) {
    if (spec[name] !== undefined)
      out.push(...checkIntOrPercent(spec[name], child('spec', name)), ...checkNotAboveHundred(spec[name], child('spec', name)));
  }
  const selector = inner(spec, 'selector');
  return selector === undefined ? out : [...out, ...checkSelector(selector, 'spec.selector')];
}
