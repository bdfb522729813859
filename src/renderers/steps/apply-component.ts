/** Delivers one component and waits until it is healthy. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { text } from '../../definitions/sdk/schema.ts';
import { clusterParameter } from './place.ts';

export const applyComponent = defineStep({
  name: 'apply-component',
  description: 'Delivers one component and waits until it is healthy',
  parameter: Type.Object({
    component: text('Name of the component'),
    cluster: clusterParameter,
    namespace: Type.String({ default: '', description: 'Namespace it goes to, the one of the application by default' }),
  }),
});
