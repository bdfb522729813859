/** Ports of the main container and the Service that exposes some of them. */
import { Type } from 'typebox';
import type { Manifest } from '../../api/object.ts';
import { listOf, oneOf, optional, text, whole } from '../../definitions/sdk/schema.ts';

const protocols = ['TCP', 'UDP', 'SCTP'] as const;
const protocol = oneOf(protocols, { default: 'TCP', description: 'Protocol of the port' });
const expose = Type.Boolean({ default: false, description: 'Whether the Service of the component offers this port' });
export const portSchema = whole('Port the container listens at; ports can do more');

/** `ports` of webservice and statefulset. */
export const portsSchema = listOf(
  Type.Object({
    port: whole('Port of the Service, and of the container unless containerPort is given'),
    containerPort: optional(whole('Port the container listens at')),
    name: optional(text('Name of the port')),
    protocol,
    expose,
    nodePort: optional(whole('Port on the nodes, with exposeType NodePort')),
  }),
  { description: 'Ports of the container', expects: 'a list of {port, name, expose}' },
);

/** `ports` of daemon: the same port for Service and container. */
export const plainPortsSchema = listOf(
  Type.Object({ port: whole('Port of the container'), name: optional(text('Name of the port')), protocol, expose }),
  { description: 'Ports of the container', expects: 'a list of {port, name, expose}' },
);

export interface PortParameter {
  port: number;
  containerPort?: number;
  name?: string;
  protocol: (typeof protocols)[number];
  expose: boolean;
  nodePort?: number;
}

/** `port-80`, `port-53-udp`: names of one Service must differ. The number is the container's, as in KubeVela. */
export function portName({
  port,
  containerPort,
  name,
  protocol,
}: {
  port: number;
  containerPort?: number;
  name?: string;
  protocol?: string;
}): string {
  const number = `port-${containerPort ?? port}`;
  return name ?? (protocol === undefined || protocol === 'TCP' ? number : `${number}-${protocol.toLowerCase()}`);
}

/** Ports of the container; the single `port` counts only where `ports` is not given. */
export function containerPorts({ port, ports }: { port?: number; ports?: PortParameter[] }) {
  if (ports) {
    return ports.map((item) => ({ containerPort: item.containerPort ?? item.port, protocol: item.protocol, name: portName(item) }));
  }
  return port === undefined ? undefined : [{ containerPort: port }];
}

/** The ports a Service of the component offers; empty when none is exposed. */
export function exposedPorts({ ports = [], exposeType }: { ports?: PortParameter[]; exposeType: string }) {
  return ports
    .filter((item) => item.expose)
    .map((item) => ({
      port: item.port,
      targetPort: item.containerPort ?? item.port,
      name: portName(item),
      protocol: item.protocol,
      nodePort: exposeType === 'NodePort' ? item.nodePort : undefined,
    }));
}

/** The same for daemon, whose Service never names the protocol: KubeVela offers its UDP ports as TCP, and so it stays. */
export function portsWithoutProtocol(ports: PortParameter[] = []) {
  return exposedPorts({ ports, exposeType: 'ClusterIP' }).map(({ protocol: _, ...port }) => port);
}

/** A Service of the component's name that selects its pods, under `key`; nothing when no port is exposed. */
export function servicesFor(key: string, component: string, type: string, ports: object[]): Record<string, Manifest> {
  if (ports.length === 0) return {};
  return {
    [key]: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: component },
      spec: { type, selector: { 'app.oam.dev/component': component }, ports },
    },
  };
}
