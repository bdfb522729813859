/** Writes one object. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { anyObject } from '../../definitions/sdk/schema.ts';
import { clusterParameter } from './place.ts';

export const applyObject = defineStep({
  name: 'apply-object',
  description: 'Writes one Kubernetes object',
  parameter: Type.Object({
    value: anyObject({ description: 'The object', expects: 'a Kubernetes object' }),
    cluster: clusterParameter,
  }),
});
