/** Service with a stable name per pod: a StatefulSet, and a Service for the ports it exposes. */
import { Type } from 'typebox';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { anyObject, listOf, oneOf, optional, text } from '../../definitions/sdk/schema.ts';
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

export const statefulset = defineComponent({
  name: 'statefulset',
  description: 'Service whose pods keep their names, a database for one',
  workload: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
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
    volumeMounts: optional(volumeMountsSchema),
    volumes: optional(legacyVolumesSchema),
    ...probes,
    hostAliases: optional(hostAliasesSchema),
    // Ours (decisions.md 30): without them the pods have neither names in DNS nor volumes of their own.
    serviceName: optional(text('Headless Service that gives the pods their DNS names')),
    volumeClaimTemplates: optional(listOf(anyObject({ description: 'A claim' }), { description: 'Claims that each pod gets for itself' })),
  }),
  render: ({ parameter, context }) => ({
    output: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      spec: {
        serviceName: parameter.serviceName,
        selector: selectorFor(context),
        template: { metadata: podMetadata(parameter, context), spec: podSpec(parameter, context) },
        volumeClaimTemplates: parameter.volumeClaimTemplates,
      },
    },
    outputs: servicesFor('statefulsetsExpose', context.name, parameter.exposeType, exposedPorts(parameter)),
    warnings: withoutEffect(parameter),
  }),
  message: readyReplicas,
});
