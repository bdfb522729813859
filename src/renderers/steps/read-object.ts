/** Reads one object; that there is none is an answer too. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { text } from '../../definitions/sdk/schema.ts';
import { clusterParameter } from './place.ts';

export const readObject = defineStep({
  name: 'read-object',
  description: 'Reads one Kubernetes object',
  parameter: Type.Object({
    apiVersion: Type.String({ default: 'core.oam.dev/v1beta1', description: 'API version' }),
    kind: Type.String({ default: 'Application', description: 'Kind' }),
    name: text('Name'),
    namespace: Type.String({ default: 'default', description: 'Namespace' }),
    cluster: clusterParameter,
  }),
});
