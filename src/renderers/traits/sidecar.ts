/** A further container in the pods of the component. */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { listOf, optional, text } from '../../definitions/sdk/schema.ts';
import { podTemplates } from '../../definitions/sdk/workloads.ts';
import { keyedBy } from '../patch/markers.ts';
import { environmentSchema } from '../pod/environment.ts';
import { probes } from '../pod/probes.ts';
import { argsSchema } from '../pod/template.ts';

export const sidecar = defineTrait({
  name: 'sidecar',
  description: 'A further container in the pods',
  appliesTo: podTemplates,
  podDisruptive: true,
  parameter: Type.Object({
    name: text('Name of the container'),
    image: text('Image of the container'),
    cmd: optional(listOf(Type.String(), { description: 'Command to run instead of the one in the image' })),
    args: optional(argsSchema),
    env: optional(environmentSchema),
    volumes: optional(
      listOf(Type.Object({ name: text('Name of a volume of the pod'), path: text('Path in the container') }), {
        description: 'Volumes to mount',
      }),
    ),
    ...probes,
  }),
  render: ({ parameter }) => {
    const { name, image, cmd, args, env, volumes, livenessProbe, readinessProbe } = parameter;
    const container = {
      name,
      image,
      command: cmd,
      args,
      env,
      volumeMounts: volumes?.map((volume) => ({ name: volume.name, mountPath: volume.path })),
      livenessProbe,
      readinessProbe,
    };
    return { patch: { spec: { template: { spec: { containers: keyedBy('name', [container]) } } } } };
  },
});
