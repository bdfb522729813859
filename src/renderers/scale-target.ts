/** Parameters that the autoscaling traits share. */
import { Type } from 'typebox';

export const rangeSchema = {
  min: Type.Integer({ default: 1, description: 'Fewest replicas' }),
  max: Type.Integer({ default: 10, description: 'Most replicas' }),
};

export const targetSchema = {
  targetAPIVersion: Type.String({ default: 'apps/v1', description: 'API version of the workload' }),
  targetKind: Type.String({ default: 'Deployment', description: 'Kind of the workload' }),
};
