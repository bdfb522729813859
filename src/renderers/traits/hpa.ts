/** Scales by cpu, memory and metrics of the pods' own: a HorizontalPodAutoscaler of the component's name. */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { listOf, oneOf, optional, text } from '../../definitions/sdk/schema.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';
import { rangeSchema, targetSchema } from '../scale-target.ts';

const target = (what: string, options: object = {}) =>
  Type.Object(
    {
      type: oneOf(['Utilization', 'AverageValue'], {
        default: 'Utilization',
        description: 'Share of the request in percent, or an amount',
      }),
      value: Type.Integer({ default: 50, description: 'What to hold per pod' }),
    },
    { description: `Target for ${what}`, ...options },
  );

interface Target {
  type: 'Utilization' | 'AverageValue';
  value: number;
}

const resourceMetric = (name: string, { type, value }: Target) => ({
  type: 'Resource',
  resource: { name, target: type === 'Utilization' ? { type, averageUtilization: value } : { type, averageValue: value } },
});

export const hpa = defineTrait({
  name: 'hpa',
  description: 'Number of replicas by load',
  appliesTo: scalable,
  parameter: Type.Object({
    ...rangeSchema,
    ...targetSchema,
    cpu: target('cpu', { default: {} }),
    mem: optional(target('memory')),
    podCustomMetrics: optional(
      listOf(Type.Object({ name: text('Name of the metric'), value: text('Average per pod to hold') }), {
        description: 'Metrics of the pods',
      }),
    ),
  }),
  render: ({ parameter, context }) => ({
    outputs: {
      hpa: {
        apiVersion: context.clusterVersion.major === 1 && context.clusterVersion.minor < 23 ? 'autoscaling/v2beta2' : 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: context.name },
        spec: {
          scaleTargetRef: { apiVersion: parameter.targetAPIVersion, kind: parameter.targetKind, name: context.name },
          minReplicas: parameter.min,
          maxReplicas: parameter.max,
          metrics: [
            resourceMetric('cpu', parameter.cpu),
            ...(parameter.mem ? [resourceMetric('memory', parameter.mem)] : []),
            ...(parameter.podCustomMetrics ?? []).map(({ name, value }) => ({
              type: 'Pods',
              pods: { metric: { name }, target: { type: 'AverageValue', averageValue: value } },
            })),
          ],
        },
      },
    },
  }),
});
