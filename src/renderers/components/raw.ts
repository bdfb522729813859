/** The properties are the object itself. Older form of k8s-objects with one object. */
import { defineComponent } from '../../definitions/sdk/define.ts';
import { anyObject } from '../../definitions/sdk/schema.ts';
import { manifestFrom } from './k8s-objects.ts';

export const raw = defineComponent({
  name: 'raw',
  description: 'One Kubernetes object as it is',
  deprecated: true,
  workload: 'autodetect',
  parameter: anyObject({ description: 'The object' }),
  render: ({ parameter }) => ({ output: manifestFrom(parameter, 'properties') }),
});
