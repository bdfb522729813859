/** Scales by cpu alone, in the older autoscaling API; hpa can do more. */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';
import { rangeSchema, targetSchema } from '../scale-target.ts';

export const cpuscaler = defineTrait({
  name: 'cpuscaler',
  description: 'Number of replicas by cpu load',
  appliesTo: scalable,
  parameter: Type.Object({
    ...rangeSchema,
    cpuUtil: Type.Integer({ default: 50, description: 'Share of the requested cpu to hold, in percent' }),
    ...targetSchema,
  }),
  render: ({ parameter, context }) => ({
    outputs: {
      cpuscaler: {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: context.name },
        spec: {
          scaleTargetRef: { apiVersion: parameter.targetAPIVersion, kind: parameter.targetKind, name: context.name },
          minReplicas: parameter.min,
          maxReplicas: parameter.max,
          targetCPUUtilizationPercentage: parameter.cpuUtil,
        },
      },
    },
  }),
});
