/**
 * HorizontalPodAutoscaler is served in two versions of one object. v1 knows CPU utilisation only; what else v2 says
 * is kept in annotations. Source: Kubernetes 1.33, autoscaling/v1 conversion.
 */
import type { KubeObject } from '../../api/object.ts';
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { inner, objects } from './pod-defaults.ts';

const prefix = 'autoscaling.alpha.kubernetes.io/';
const metricsAnnotation = `${prefix}metrics`;
const statusesAnnotation = `${prefix}current-metrics`;
const conditionsAnnotation = `${prefix}conditions`;
const behaviorAnnotation = `${prefix}behavior`;
const roundTrip = [
  metricsAnnotation,
  statusesAnnotation,
  conditionsAnnotation,
  behaviorAnnotation,
  `${prefix}scale-down-tolerance`,
  `${prefix}scale-up-tolerance`,
];

function without(object: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** Renames the keys of an object and drops what is not there. */
function pick(source: JsonObject | undefined, names: Record<string, string>): JsonObject {
  const out: JsonObject = {};
  for (const [to, from] of Object.entries(names)) {
    const value = source?.[from];
    if (value !== undefined && value !== null) out[to] = value;
  }
  return out;
}

const isCpuUtilization = (metric: JsonObject): boolean =>
  metric.type === 'Resource' &&
  inner(metric, 'resource')?.name === 'cpu' &&
  inner(inner(metric, 'resource'), 'target')?.averageUtilization !== undefined;

/** How v1's annotation spells the target of each metric source: v1 field → v2 path below the source. */
const targets: Record<string, { v1: string; v2: string }[]> = {
  resource: [
    { v1: 'targetAverageUtilization', v2: 'averageUtilization' },
    { v1: 'targetAverageValue', v2: 'averageValue' },
  ],
  containerResource: [
    { v1: 'targetAverageUtilization', v2: 'averageUtilization' },
    { v1: 'targetAverageValue', v2: 'averageValue' },
  ],
  pods: [{ v1: 'targetAverageValue', v2: 'averageValue' }],
  object: [
    { v1: 'targetValue', v2: 'value' },
    { v1: 'averageValue', v2: 'averageValue' },
  ],
  external: [
    { v1: 'targetValue', v2: 'value' },
    { v1: 'targetAverageValue', v2: 'averageValue' },
  ],
};

function metricToV1(metric: JsonObject): JsonObject {
  const out: JsonObject = { type: metric.type ?? '' };
  for (const [source, fields] of Object.entries(targets)) {
    const from = inner(metric, source);
    if (from === undefined) continue;
    const target = inner(from, 'target');
    const to: JsonObject = pick(from, { name: 'name', container: 'container' });
    if (source === 'object') to.target = from.describedObject ?? {};
    const identifier = inner(from, 'metric');
    if (identifier !== undefined)
      Object.assign(to, pick(identifier, { metricName: 'name', [source === 'external' ? 'metricSelector' : 'selector']: 'selector' }));
    for (const { v1, v2 } of fields) if (target?.[v2] !== undefined) to[v1] = target[v2] ?? null;
    if (source === 'object' && to.targetValue === undefined) to.targetValue = '0';
    out[source] = to;
  }
  return out;
}

function metricToV2(metric: JsonObject): JsonObject {
  const out: JsonObject = { type: metric.type ?? '' };
  for (const [source, fields] of Object.entries(targets)) {
    const from = inner(metric, source);
    if (from === undefined) continue;
    const target: JsonObject = {};
    for (const { v1, v2 } of fields)
      if (from[v1] !== undefined && !(v1 === 'targetValue' && from[v1] === '0')) target[v2] = from[v1] ?? null;
    target.type = target.averageUtilization !== undefined ? 'Utilization' : target.value !== undefined ? 'Value' : 'AverageValue';
    const to: JsonObject = { ...pick(from, { name: 'name', container: 'container' }), target };
    if (source === 'object') to.describedObject = from.target ?? {};
    if (from.metricName !== undefined)
      to.metric = pick(from, { name: 'metricName', selector: source === 'external' ? 'metricSelector' : 'selector' });
    out[source] = to;
  }
  return out;
}

function statusToV1(metric: JsonObject): JsonObject {
  const out: JsonObject = { type: metric.type ?? '' };
  for (const source of Object.keys(targets)) {
    const from = inner(metric, source);
    if (from === undefined) continue;
    const current = inner(from, 'current');
    out[source] = {
      ...pick(from, { name: 'name', container: 'container' }),
      ...pick(inner(from, 'metric'), { metricName: 'name' }),
      ...pick(current, { currentAverageUtilization: 'averageUtilization', currentAverageValue: 'averageValue', currentValue: 'value' }),
    };
  }
  return out;
}

function statusToV2(metric: JsonObject): JsonObject {
  const out: JsonObject = { type: metric.type ?? '' };
  for (const source of Object.keys(targets)) {
    const from = inner(metric, source);
    if (from === undefined) continue;
    const current = pick(from, {
      averageUtilization: 'currentAverageUtilization',
      averageValue: 'currentAverageValue',
      value: 'currentValue',
    });
    const to: JsonObject = { ...pick(from, { name: 'name', container: 'container' }), current };
    if (from.metricName !== undefined) to.metric = { name: from.metricName };
    out[source] = to;
  }
  return out;
}

/** The annotation holds the server's internal type, whose keys are capitalised. */
function capitalised(value: Json, first: (letter: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => capitalised(item, first));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [first(key.slice(0, 1)) + key.slice(1), capitalised(item, first)]));
}

function parsed(annotations: JsonObject, name: string): unknown {
  const text = annotations[name];
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an annotation somebody broke counts as absent
  }
}

const dropNulls = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(dropNulls)
    : isObject(value)
      ? Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, dropNulls(item)]])))
      : value;

function toV2(object: JsonObject): JsonObject {
  const metadata = inner(object, 'metadata') ?? {};
  const annotations = inner(metadata, 'annotations') ?? {};
  const spec = inner(object, 'spec') ?? {};
  const status = inner(object, 'status') ?? {};
  const others = objects(parsed(annotations, metricsAnnotation)).map(metricToV2);
  const percent = spec.targetCPUUtilizationPercentage;
  const cpu = (value: Json): JsonObject => ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: value } },
  });
  const metrics = [...others, ...(percent === undefined ? [] : [cpu(percent)])];
  const next: JsonObject = { ...without(spec, 'targetCPUUtilizationPercentage'), metrics: metrics.length > 0 ? metrics : [cpu(80)] };
  const behavior = parsed(annotations, behaviorAnnotation);
  if (isObject(behavior)) next.behavior = dropNulls(capitalised(behavior, (letter) => letter.toLowerCase()));
  const current = parsed(annotations, statusesAnnotation);
  const conditions = parsed(annotations, conditionsAnnotation);
  const currentPercent = status.currentCPUUtilizationPercentage;
  const nextStatus: JsonObject = without(status, 'currentCPUUtilizationPercentage');
  if (Array.isArray(current)) nextStatus.currentMetrics = objects(current).map(statusToV2);
  else
    nextStatus.currentMetrics =
      currentPercent === undefined
        ? null
        : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: currentPercent } } }];
  if (Array.isArray(conditions)) nextStatus.conditions = conditions;
  return { ...object, apiVersion: 'autoscaling/v2', metadata: withAnnotations(metadata, {}), spec: next, status: nextStatus };
}

function toV1(object: JsonObject): JsonObject {
  const metadata = inner(object, 'metadata') ?? {};
  const spec = inner(object, 'spec') ?? {};
  const status = inner(object, 'status') ?? {};
  const metrics = objects(spec.metrics);
  const extra: Record<string, string> = {};
  const next: JsonObject = without(spec, 'metrics', 'behavior');
  const cpu = inner(inner(metrics.find(isCpuUtilization), 'resource'), 'target')?.averageUtilization;
  if (cpu !== undefined) next.targetCPUUtilizationPercentage = cpu;
  const others = metrics.filter((metric) => !isCpuUtilization(metric)).map(metricToV1);
  if (others.length > 0) extra[metricsAnnotation] = JSON.stringify(others);
  if (isObject(spec.behavior)) extra[behaviorAnnotation] = JSON.stringify(capitalised(spec.behavior, (letter) => letter.toUpperCase()));
  const current = objects(status.currentMetrics);
  if (current.length > 0) extra[statusesAnnotation] = JSON.stringify(current.map(statusToV1));
  const conditions = objects(status.conditions);
  if (conditions.length > 0) extra[conditionsAnnotation] = JSON.stringify(conditions);
  const nextStatus = without(status, 'currentMetrics', 'conditions');
  const used = inner(
    current.find((metric) => metric.type === 'Resource' && inner(metric, 'resource')?.name === 'cpu'),
    'resource',
  );
  const percent = inner(used, 'current')?.averageUtilization;
  if (percent !== undefined) nextStatus.currentCPUUtilizationPercentage = percent;
  return { ...object, apiVersion: 'autoscaling/v1', metadata: withAnnotations(metadata, extra), spec: next, status: nextStatus };
}

function withAnnotations(metadata: JsonObject, extra: Record<string, string>): JsonObject {
  const annotations = { ...without(inner(metadata, 'annotations') ?? {}, ...roundTrip), ...extra };
  const rest = without(metadata, 'annotations');
  return Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest;
}

/** The autoscaler in the other version; itself where it is in that version already. */
export function convertHpa(object: KubeObject, apiVersion: 'autoscaling/v1' | 'autoscaling/v2'): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  const source = object as unknown as JsonObject;
  return (apiVersion === 'autoscaling/v2' ? toV2(source) : toV1(source)) as unknown as KubeObject;
}
