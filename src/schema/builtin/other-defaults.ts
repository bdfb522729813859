/**
 * The defaults of everything that is not a workload. Source: Kubernetes 1.33, defaults of the named groups.
 * Functions here change the objects they are given.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import { inner, objects, setDefault } from './pod-defaults.ts';

function within(object: JsonObject, name: string): JsonObject {
  const found = inner(object, name);
  if (found !== undefined) return found;
  const made: JsonObject = {};
  object[name] = made;
  return made;
}

export function defaultService(object: JsonObject): void {
  const spec = within(object, 'spec');
  setDefault(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && inner(inner(spec, 'sessionAffinityConfig'), 'clientIP')?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } };
  }
  setDefault(spec, 'type', 'ClusterIP');
  for (const port of objects(spec.ports)) {
    setDefault(port, 'protocol', 'TCP');
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port ?? 0;
  }
  const { type } = spec;
  const external =
    type === 'LoadBalancer' ||
    type === 'NodePort' ||
    (type === 'ClusterIP' && Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0);
  if (external) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (type !== 'LoadBalancer') return;
  if (spec.allocateLoadBalancerNodePorts === undefined) spec.allocateLoadBalancerNodePorts = true;
  for (const ingress of objects(inner(inner(object, 'status'), 'loadBalancer')?.ingress)) {
    if (ingress.ip) setDefault(ingress, 'ipMode', 'VIP');
  }
}

export function defaultSecret(object: JsonObject): void {
  setDefault(object, 'type', 'Opaque');
  const text = inner(object, 'stringData');
  if (text === undefined) return;
  const data = within(object, 'data');
  for (const [key, value] of Object.entries(text)) data[key] = Buffer.from(String(value), 'utf8').toString('base64');
  delete object.stringData; // write-only: the server keeps it as data
}

export function defaultNamespace(object: JsonObject): void {
  const metadata = within(object, 'metadata');
  if (metadata.name) within(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name;
  setDefault(within(object, 'status'), 'phase', 'Active');
}

export function defaultPersistentVolume(object: JsonObject): void {
  const spec = within(object, 'spec');
  setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  setDefault(spec, 'volumeMode', 'Filesystem');
  const hostPath = inner(spec, 'hostPath');
  if (hostPath !== undefined && hostPath.type === undefined) hostPath.type = '';
  setDefault(within(object, 'status'), 'phase', 'Pending');
}

export function defaultEndpoints(object: JsonObject): void {
  for (const subset of objects(object.subsets)) for (const port of objects(subset.ports)) setDefault(port, 'protocol', 'TCP');
}

export function defaultEndpointSlice(object: JsonObject): void {
  for (const port of objects(object.ports)) {
    if (port.name === undefined) port.name = '';
    setDefault(port, 'protocol', 'TCP');
  }
}

export function defaultNode(object: JsonObject): void {
  const status = inner(object, 'status');
  if (status !== undefined && status.allocatable === undefined && isObject(status.capacity)) status.allocatable = { ...status.capacity };
}

export function defaultLimitRange(object: JsonObject): void {
  for (const limit of objects(inner(object, 'spec')?.limits)) {
    if (limit.type !== 'Container') continue;
    const limits: JsonObject = { ...inner(limit, 'max'), ...inner(limit, 'default') };
    const requests: JsonObject = { ...inner(limit, 'min'), ...limits, ...inner(limit, 'defaultRequest') };
    if (Object.keys(limits).length > 0) limit.default = limits;
    if (Object.keys(requests).length > 0) limit.defaultRequest = requests;
  }
}

export function defaultNetworkPolicy(object: JsonObject): void {
  const spec = within(object, 'spec');
  for (const rule of [...objects(spec.ingress), ...objects(spec.egress)])
    for (const port of objects(rule.ports)) setDefault(port, 'protocol', 'TCP');
  if (Array.isArray(spec.policyTypes) && spec.policyTypes.length > 0) return;
  spec.policyTypes = Array.isArray(spec.egress) && spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

export function defaultIngressClass(object: JsonObject): void {
  const parameters = inner(inner(object, 'spec'), 'parameters');
  if (parameters !== undefined) setDefault(parameters, 'scope', 'Cluster');
}

const rbac = 'rbac.authorization.k8s.io';
export function defaultRoleBinding(object: JsonObject): void {
  setDefault(within(object, 'roleRef'), 'apiGroup', rbac);
  for (const subject of objects(object.subjects)) {
    if (subject.kind === 'User' || subject.kind === 'Group') setDefault(subject, 'apiGroup', rbac);
  }
}

/** Go writes the rules of a role also where there are none. */
export function defaultRole(object: JsonObject): void {
  if (object.rules === undefined) object.rules = null;
}

export function defaultStorageClass(object: JsonObject): void {
  setDefault(object, 'reclaimPolicy', 'Delete');
  setDefault(object, 'volumeBindingMode', 'Immediate');
}

export function defaultPriorityClass(object: JsonObject): void {
  setDefault(object, 'preemptionPolicy', 'PreemptLowerPriority');
}

function defaultClientConfig(config: JsonObject | undefined): void {
  const service = inner(config, 'service');
  if (service !== undefined && service.port === undefined) service.port = 443;
}

export function defaultWebhooks(object: JsonObject): void {
  for (const webhook of objects(object.webhooks)) {
    setDefault(webhook, 'failurePolicy', 'Fail');
    setDefault(webhook, 'matchPolicy', 'Equivalent');
    setDefault(webhook, 'namespaceSelector', {});
    setDefault(webhook, 'objectSelector', {});
    if (webhook.timeoutSeconds === undefined) webhook.timeoutSeconds = 10;
    if (object.kind === 'MutatingWebhookConfiguration') setDefault(webhook, 'reinvocationPolicy', 'Never');
    for (const rule of objects(webhook.rules)) setDefault(rule, 'scope', '*');
    defaultClientConfig(inner(webhook, 'clientConfig'));
  }
}

export function defaultCustomResourceDefinition(object: JsonObject): void {
  const spec = within(object, 'spec');
  const names = within(spec, 'names');
  const kind = typeof names.kind === 'string' ? names.kind : '';
  if (kind !== '') {
    setDefault(names, 'singular', kind.toLowerCase());
    setDefault(names, 'listKind', `${kind}List`);
  }
  const conversion = within(spec, 'conversion');
  setDefault(conversion, 'strategy', 'None');
  defaultClientConfig(inner(inner(conversion, 'webhook'), 'clientConfig'));
}
