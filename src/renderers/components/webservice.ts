/** Long-running service with ports: a Deployment, and a Service for the ports it exposes. */
import { Type } from 'typebox';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { oneOf, optional, text } from '../../definitions/sdk/schema.ts';
import { environmentSchema } from '../pod/environment.ts';
import { exposedPorts, portSchema, portsSchema, servicesFor } from '../pod/ports.ts';
import { probes } from '../pod/probes.ts';
import {
  addRevisionLabelSchema,
  argsSchema,
  containerParameters,
  hostAliasesSchema,
  podMetadata,
  podMetadataParameters,
  podSpec,
  pullPolicySchema,
  selectorFor,
} from '../pod/template.ts';
import { legacyVolumesSchema, volumeMountsSchema } from '../pod/volumes.ts';
import { withoutEffect } from '../pod/without-effect.ts';
import { readyReplicas } from '../ready-message.ts';

export const webservice = defineComponent({
  name: 'webservice',
  description: 'Long-running service that others reach over the network',
  workload: { apiVersion: 'apps/v1', kind: 'Deployment' },
  parameter: Type.Object({
    ...containerParameters,
    ...podMetadataParameters,
    imagePullPolicy: optional(pullPolicySchema),
    port: optional(portSchema),
    ports: optional(portsSchema),
    exposeType: oneOf(['ClusterIP', 'NodePort', 'LoadBalancer'], { default: 'ClusterIP', description: 'Type of the Service' }),
    addRevisionLabel: addRevisionLabelSchema,
    args: optional(argsSchema),
    env: optional(environmentSchema),
    limit: optional(
      Type.Object(
        { cpu: optional(text('CPU limit')), memory: optional(text('Memory limit')) },
        { description: 'Limits other than cpu and memory' },
      ),
    ),
    volumeMounts: optional(volumeMountsSchema),
    volumes: optional(legacyVolumesSchema),
    ...probes,
    hostAliases: optional(hostAliasesSchema),
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
    outputs: servicesFor('webserviceExpose', context.name, parameter.exposeType, exposedPorts(parameter)),
    warnings: withoutEffect(parameter),
  }),
  message: readyReplicas,
});
