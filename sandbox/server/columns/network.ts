/** Tables of services, ingresses and their kin. */
import type { KubeObject } from '../object.ts';
import { age, at, columns, count, items, labelsText, orNone, selectorText, type TableForm, text } from './cells.ts';

function externalIp(service: KubeObject): string {
  const listed = items(service, 'spec', 'externalIPs').map(String);
  switch (text(service, 'spec', 'type')) {
    case 'LoadBalancer': {
      const balanced = items(service, 'status', 'loadBalancer', 'ingress').map(
        (ingress) => text(ingress, 'ip') || text(ingress, 'hostname'),
      );
      return [...new Set(balanced), ...listed].join(',') || '<pending>';
    }
    case 'ExternalName':
      return text(service, 'spec', 'externalName');
    default:
      return orNone(listed.join(','));
  }
}

function servicePorts(service: KubeObject): string {
  const ports = items(service, 'spec', 'ports').map((port) => {
    const node = count(port, 'nodePort');
    return `${text(port, 'port')}${node > 0 ? `:${node}` : ''}/${text(port, 'protocol')}`;
  });
  return orNone(ports.join(','));
}

const services: TableForm = {
  columns: columns('Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector*'),
  row: (service, now) => [
    service.metadata.name,
    text(service, 'spec', 'type'),
    orNone(text(service, 'spec', 'clusterIPs', 0) || text(service, 'spec', 'clusterIP')),
    externalIp(service),
    servicePorts(service),
    age(service, now),
    labelsText(at(service, 'spec', 'selector')),
  ],
};

function hosts(ingress: KubeObject): string {
  const named = items(ingress, 'spec', 'rules')
    .map((rule) => text(rule, 'host'))
    .filter((host) => host !== '');
  if (named.length === 0) return '*';
  return named.length > 3 ? `${named.slice(0, 3).join(',')} + ${named.length - 3} more...` : named.join(',');
}

const ingresses: TableForm = {
  columns: columns('Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'),
  row: (ingress, now) => [
    ingress.metadata.name,
    orNone(text(ingress, 'spec', 'ingressClassName')),
    hosts(ingress),
    items(ingress, 'status', 'loadBalancer', 'ingress')
      .map((address) => text(address, 'ip') || text(address, 'hostname'))
      .join(','),
    items(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    age(ingress, now),
  ],
};

const ingressclasses: TableForm = {
  columns: columns('Name', 'Controller', 'Parameters', 'Age'),
  row: (object, now) => {
    const group = text(object, 'spec', 'parameters', 'apiGroup');
    const kind = text(object, 'spec', 'parameters', 'kind');
    const parameters = kind === '' ? '<none>' : `${kind}${group ? `.${group}` : ''}/${text(object, 'spec', 'parameters', 'name')}`;
    return [object.metadata.name, text(object, 'spec', 'controller'), parameters, age(object, now)];
  },
};

const networkpolicies: TableForm = {
  columns: columns('Name', 'Pod-Selector', 'Age'),
  row: (object, now) => [object.metadata.name, selectorText(at(object, 'spec', 'podSelector')), age(object, now)],
};

/** At most three addresses are shown. */
function shortened(all: readonly string[]): string {
  if (all.length === 0) return '<none>';
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}

const endpoints: TableForm = {
  columns: columns('Name', 'Endpoints', 'Age'),
  row: (object, now) => {
    const all: string[] = [];
    for (const subset of items(object, 'subsets')) {
      const ports = items(subset, 'ports');
      for (const address of items(subset, 'addresses')) {
        if (ports.length === 0) all.push(text(address, 'ip'));
        for (const port of ports) all.push(`${text(address, 'ip')}:${text(port, 'port')}`);
      }
    }
    return [object.metadata.name, shortened(all), age(object, now)];
  },
};

const endpointslices: TableForm = {
  columns: columns('Name', 'AddressType', 'Ports', 'Endpoints', 'Age'),
  row: (object, now) => {
    const ports = items(object, 'ports').map((port) => text(port, 'port') || '*');
    const addresses = items(object, 'endpoints').flatMap((endpoint) => items(endpoint, 'addresses').map(String));
    const short = (all: string[]): string => (all.length === 0 ? '<unset>' : shortened(all));
    return [object.metadata.name, text(object, 'addressType'), short(ports), short(addresses), age(object, now)];
  },
};

export const networkTables: Record<string, TableForm> = {
  '/services': services,
  '/endpoints': endpoints,
  'discovery.k8s.io/endpointslices': endpointslices,
  'networking.k8s.io/ingresses': ingresses,
  'networking.k8s.io/ingressclasses': ingressclasses,
  'networking.k8s.io/networkpolicies': networkpolicies,
};
