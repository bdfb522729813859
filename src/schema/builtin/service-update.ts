/**
 * What an update of a Service keeps or drops without being told: allocated addresses and ports stay, fields that
 * belong to the old type go. Source: Kubernetes 1.33, registry/core/service (alloc, dropTypeDependentFields).
 */
import type { KubeObject } from '../../api/object.ts';
import { cloneJson, type JsonObject, jsonEqual } from '../../base/json.ts';
import { inner, objects } from './pod-defaults.ts';

const needsClusterIp = (spec: JsonObject): boolean => spec.type !== 'ExternalName';
const needsNodePort = (spec: JsonObject): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';
const needsHealthCheckPort = (spec: JsonObject): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
const isExternal = (spec: JsonObject): boolean =>
  needsNodePort(spec) || (spec.type === 'ClusterIP' && Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0);

const nodePorts = (spec: JsonObject): Set<number> =>
  new Set(objects(spec.ports).flatMap((port) => (typeof port.nodePort === 'number' && port.nodePort !== 0 ? [port.nodePort] : [])));

function keep(next: JsonObject, live: JsonObject, ...names: string[]): void {
  for (const name of names) if (next[name] === undefined && live[name] !== undefined) next[name] = cloneJson(live[name]);
}

function dropUnchanged(next: JsonObject, live: JsonObject, ...names: string[]): void {
  for (const name of names) if (jsonEqual(next[name], live[name])) delete next[name];
}

function keepNodePorts(next: JsonObject, live: JsonObject): void {
  const used = nodePorts(next);
  for (const port of objects(next.ports)) {
    if (port.nodePort) continue;
    const same = objects(live.ports).find((each) => each.protocol === port.protocol && each.port === port.port);
    if (typeof same?.nodePort !== 'number' || used.has(same.nodePort)) continue;
    port.nodePort = same.nodePort;
    used.add(same.nodePort);
  }
}

/** The updated Service with what the server carries over from the live one, and without what no longer applies. */
export function settleServiceUpdate(next: KubeObject, live: KubeObject): KubeObject {
  const out = cloneJson(next) as unknown as JsonObject;
  const spec = inner(out, 'spec');
  const before = inner(live as unknown as JsonObject, 'spec');
  if (spec === undefined || before === undefined) return next;
  if (needsClusterIp(before) && needsClusterIp(spec)) {
    keep(spec, before, 'clusterIP');
    if (spec.clusterIP === before.clusterIP) keep(spec, before, 'clusterIPs');
    keep(spec, before, 'ipFamilies', 'ipFamilyPolicy');
  }
  if (needsNodePort(before) && needsNodePort(spec)) keepNodePorts(spec, before);
  if (needsHealthCheckPort(before) && needsHealthCheckPort(spec)) keep(spec, before, 'healthCheckNodePort');

  if (needsClusterIp(before) && !needsClusterIp(spec)) {
    if (jsonEqual(spec.clusterIP, before.clusterIP)) dropUnchanged(spec, before, 'clusterIPs', 'clusterIP');
    dropUnchanged(spec, before, 'ipFamilies', 'ipFamilyPolicy');
  }
  if (needsNodePort(before) && !needsNodePort(spec) && [...nodePorts(spec)].every((port) => nodePorts(before).has(port))) {
    for (const port of objects(spec.ports)) delete port.nodePort;
  }
  if (needsHealthCheckPort(before) && !needsHealthCheckPort(spec)) dropUnchanged(spec, before, 'healthCheckNodePort');
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    dropUnchanged(spec, before, 'allocateLoadBalancerNodePorts', 'loadBalancerClass');
  }
  if (isExternal(before) && !isExternal(spec)) dropUnchanged(spec, before, 'externalTrafficPolicy');
  if (spec.type !== 'LoadBalancer') out.status = { loadBalancer: {} };
  return out as unknown as KubeObject;
}
