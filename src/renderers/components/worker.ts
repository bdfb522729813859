/** Long-running backend that nobody calls: a Deployment without ports. */
import { Type } from 'typebox';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { optional, text } from '../../definitions/sdk/schema.ts';
import { environmentSchema } from '../pod/environment.ts';
import { probes } from '../pod/probes.ts';
import { containerParameters, podMetadata, podSpec, selectorFor } from '../pod/template.ts';
import { legacyVolumesSchema, plainVolumeMountsSchema } from '../pod/volumes.ts';
import { withoutEffect } from '../pod/without-effect.ts';
import { readyReplicas } from '../ready-message.ts';

export const worker = defineComponent({
  name: 'worker',
  description: 'Long-running backend without ports, a queue consumer for one',
  workload: { apiVersion: 'apps/v1', kind: 'Deployment' },
  parameter: Type.Object({
    ...containerParameters,
    imagePullPolicy: optional(text('When the image is pulled: Always, Never or IfNotPresent')),
    env: optional(environmentSchema),
    volumeMounts: optional(plainVolumeMountsSchema),
    volumes: optional(legacyVolumesSchema),
    ...probes,
  }),
  render: ({ parameter, context }) => ({
    output: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        selector: selectorFor(context),
        template: { metadata: podMetadata(parameter, context), spec: podSpec(parameter, context) },
      },
    },
    warnings: withoutEffect(parameter),
  }),
  message: readyReplicas,
});
