/** A Service of the component's name for ports that the component itself does not expose. */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { listOf, mapOf, oneOf, optional, text, whole } from '../../definitions/sdk/schema.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';
import { addressOf } from '../load-balancer.ts';
import { portName } from '../pod/ports.ts';

export const expose = defineTrait({
  name: 'expose',
  description: 'Service in front of the pods',
  appliesTo: scalable,
  stage: 'PostDispatch',
  parameter: Type.Object({
    port: optional(listOf(Type.Integer(), { description: 'Ports to offer; ports can do more' })),
    ports: optional(
      listOf(
        Type.Object({
          port: whole('Port of the Service and of the pods'),
          name: optional(text('Name of the port')),
          protocol: oneOf(['TCP', 'UDP', 'SCTP'], { default: 'TCP', description: 'Protocol of the port' }),
          nodePort: optional(whole('Port on the nodes, with type NodePort')),
        }),
        { description: 'Ports to offer', expects: 'a list of {port, name}' },
      ),
    ),
    annotations: mapOf(Type.String(), { default: {}, description: 'Annotations of the Service' }),
    matchLabels: optional(mapOf(Type.String(), { description: 'Labels of the pods, those of the component by default' })),
    type: oneOf(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], { default: 'ClusterIP', description: 'Type of the Service' }),
  }),
  render: ({ parameter, context }) => ({
    outputs: {
      service: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: context.name, annotations: parameter.annotations },
        spec: {
          type: parameter.type,
          selector: parameter.matchLabels ?? { 'app.oam.dev/component': context.name },
          ports: [
            ...(parameter.port ?? []).map((port) => ({ name: portName({ port }), port, targetPort: port })),
            ...(parameter.ports ?? []).map((item) => ({
              name: portName(item),
              port: item.port,
              targetPort: item.port,
              protocol: item.protocol,
              nodePort: parameter.type === 'NodePort' ? item.nodePort : undefined,
            })),
          ],
        },
      },
    },
  }),
  message: ({ outputs }, parameter) => {
    const { service } = outputs;
    if (parameter.type === 'LoadBalancer') return `ExternalIP: ${addressOf(service) ?? 'Pending'}`;
    const spec = service?.spec;
    const clusterIP = typeof spec === 'object' && spec !== null && 'clusterIP' in spec ? spec.clusterIP : undefined;
    return parameter.type === 'ClusterIP' && clusterIP !== undefined ? `ClusterIP: ${clusterIP}` : undefined;
  },
});
