/** Cluster addresses of Services: given at create from a small range, and kept, as the registry of Services does. */
import { isObject } from '../../src/base/json.ts';
import type { Engine } from './engine.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

/** 10.96.0.0/16 without the first ten addresses, which kubernetes.default and DNS take in real clusters. */
const firstOffset = 10;
const lastOffset = 65_534;
const firstNodePort = 30_000;
const lastNodePort = 32_767;

export function withServiceAddresses(engine: Engine, resource: Resource, object: KubeObject, live: KubeObject | undefined): KubeObject {
  if (resource.storage !== '/services' || !isObject(object.spec)) return object;
  const spec = { ...object.spec };
  const type = spec.type ?? 'ClusterIP';
  if (type === 'ExternalName') return object;
  const before = live && isObject(live.spec) ? live.spec : undefined;
  if (spec.clusterIP === undefined || spec.clusterIP === '') {
    spec.clusterIP = typeof before?.clusterIP === 'string' && before.clusterIP !== '' ? before.clusterIP : freeAddress(engine);
  }
  spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  if ((type === 'NodePort' || type === 'LoadBalancer') && Array.isArray(spec.ports)) {
    const used = usedNodePorts(engine);
    const earlier = Array.isArray(before?.ports) ? before.ports : [];
    spec.ports = spec.ports.map((port, index) => {
      if (!isObject(port) || port.nodePort) return port;
      const same = earlier[index];
      const nodePort = isObject(same) && typeof same.nodePort === 'number' ? same.nodePort : freePort(engine, used);
      used.add(nodePort);
      return { ...port, nodePort };
    });
  }
  return { ...object, spec };
}

/** Addresses in use, counted along with the changes: looking through all services at every create would cost their square. */
const taken = new WeakMap<Engine, Map<string, number>>();

function addressesOf(engine: Engine): Map<string, number> {
  const known = taken.get(engine);
  if (known) return known;
  const used = new Map<string, number>();
  taken.set(engine, used);
  const count = (service: KubeObject | undefined, by: number): void => {
    const address = service && isObject(service.spec) ? service.spec.clusterIP : undefined;
    if (typeof address !== 'string') return;
    const left = (used.get(address) ?? 0) + by;
    if (left > 0) used.set(address, left);
    else used.delete(address);
  };
  for (const { object } of engine.store.list('/services')) count(object, 1);
  engine.store.subscribe('/services', (change) => {
    count(change.previous?.object, -1);
    if (change.type !== 'DELETED') count(change.current.object, 1);
  });
  return used;
}

function freeAddress(engine: Engine): string {
  const used = addressesOf(engine);
  let offset = firstOffset + Math.floor(engine.random.fraction() * (lastOffset - firstOffset));
  for (;;) {
    const address = `10.96.${offset >> 8}.${offset & 255}`;
    if (!used.has(address)) return address;
    offset = offset >= lastOffset ? firstOffset : offset + 1;
  }
}

function usedNodePorts(engine: Engine): Set<number> {
  const used = new Set<number>();
  for (const { object } of engine.store.list('/services')) {
    const ports = isObject(object.spec) && Array.isArray(object.spec.ports) ? object.spec.ports : [];
    for (const port of ports) if (isObject(port) && typeof port.nodePort === 'number') used.add(port.nodePort);
  }
  return used;
}

function freePort(engine: Engine, used: ReadonlySet<number>): number {
  const range = lastNodePort - firstNodePort + 1;
  let port = firstNodePort + Math.floor(engine.random.fraction() * range);
  while (used.has(port)) port = port >= lastNodePort ? firstNodePort : port + 1;
  return port;
}
