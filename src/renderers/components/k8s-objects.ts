/** Kubernetes objects as they are: the first is the workload, the others stand beside it. */
import { Type } from 'typebox';
import type { Manifest } from '../../api/object.ts';
import { invalid, ProblemError } from '../../base/errors.ts';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { anyObject, listOf } from '../../definitions/sdk/schema.ts';
import { isManifest } from '../tidy.ts';

export const k8sObjects = defineComponent({
  name: 'k8s-objects',
  description: 'Kubernetes objects as they are',
  workload: 'autodetect',
  parameter: Type.Object({
    objects: listOf(anyObject({ description: 'One object' }), {
      description: 'The objects; the first stands for the component',
      expects: 'a list of objects',
    }),
  }),
  render: ({ parameter }) => {
    const [output, ...others] = parameter.objects.map((object, index) => manifestFrom(object, `objects[${index}]`));
    if (!output) return {};
    return { output, outputs: Object.fromEntries(others.map((object, index) => [`objects-${index + 1}`, object])) };
  },
});

/** @throws ProblemError when it is no Kubernetes object. */
export function manifestFrom(object: unknown, path: string): Manifest {
  if (isManifest(object)) return object;
  throw new ProblemError(invalid('InvalidObject', `${path} must have an apiVersion and a kind`, path));
}
