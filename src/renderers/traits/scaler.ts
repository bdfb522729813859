/** Sets the replica count; where an autoscaler targets the workload it yields, with a warning (src/renderers/autoscaler.ts). */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';
import { replaced } from '../patch/markers.ts';

export const scaler = defineTrait({
  name: 'scaler',
  description: 'Fixed number of replicas',
  appliesTo: scalable,
  parameter: Type.Object({
    replicas: Type.Integer({ default: 1, description: 'Number of pods' }),
  }),
  render: ({ parameter }) => ({ patch: { spec: { replicas: replaced(parameter.replicas) } } }),
});
