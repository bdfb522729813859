/** One pod on every node: a DaemonSet, and a Service for the ports it exposes. */
import { Type } from 'typebox';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { oneOf, optional } from '../../definitions/sdk/schema.ts';
import { environmentSchema } from '../pod/environment.ts';
import { type PortParameter, plainPortsSchema, portSchema, portsWithoutProtocol, servicesFor } from '../pod/ports.ts';
import { probes } from '../pod/probes.ts';
import {
  addRevisionLabelSchema,
  containerParameters,
  hostAliasesSchema,
  podMetadata,
  podMetadataParameters,
  podSpec,
  pullPolicySchema,
  selectorFor,
} from '../pod/template.ts';
import { legacyVolumesSchema, nodeVolumeMountsSchema } from '../pod/volumes.ts';
import { withoutEffect } from '../pod/without-effect.ts';
import { readyNodes } from '../ready-message.ts';

export const daemon = defineComponent({
  name: 'daemon',
  description: 'One pod on every node, a log shipper for one',
  workload: { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  parameter: Type.Object({
    ...containerParameters,
    ...podMetadataParameters,
    imagePullPolicy: optional(pullPolicySchema),
    port: optional(portSchema),
    ports: optional(plainPortsSchema),
    exposeType: oneOf(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], {
      default: 'ClusterIP',
      description: 'Type of the Service',
    }),
    addRevisionLabel: addRevisionLabelSchema,
    env: optional(environmentSchema),
    volumeMounts: optional(nodeVolumeMountsSchema),
    volumes: optional(legacyVolumesSchema),
    ...probes,
    hostAliases: optional(hostAliasesSchema),
  }),
  render: ({ parameter, context }) => {
    // KubeVela names every port without its protocol here, in container and Service alike.
    const ports = parameter.ports?.map((item) => ({ ...item, name: item.name ?? `port-${item.port}` }));
    return {
      output: {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        spec: {
          selector: selectorFor(context),
          template: { metadata: podMetadata(parameter, context), spec: podSpec({ ...parameter, ports }, context) },
        },
      },
      outputs: servicesFor('webserviceExpose', context.name, parameter.exposeType, portsWithoutProtocol(ports)),
      warnings: [...withoutEffect(parameter), ...hostPathsWithoutEffect(parameter.volumeMounts?.hostPath), ...offeredAsTcp(ports)],
    };
  },
  message: readyNodes,
});

function hostPathsWithoutEffect(hostPaths: { name: string; readOnly?: boolean; mountPropagation?: string }[] = []): string[] {
  return hostPaths.flatMap(({ name, readOnly, mountPropagation }) => [
    ...(readOnly ? [`readOnly of the host path "${name}" has no effect: the container can write there`] : []),
    ...(mountPropagation !== undefined ? [`mountPropagation of the host path "${name}" has no effect`] : []),
  ]);
}

const offeredAsTcp = (ports: PortParameter[] = []): string[] =>
  ports
    .filter((item) => item.expose && item.protocol !== 'TCP')
    .map((item) => `the Service offers port ${item.port} as TCP, not ${item.protocol}`);
