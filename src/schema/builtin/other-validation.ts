/**
 * Validation of services, ingresses, configuration and claims. Source: Kubernetes 1.33, validation of core,
 * networking, rbac and storage.
 */
import { isObject, type JsonObject, jsonEqual } from '../../base/json.ts';
import { at, child, duplicateValue, type FieldIssue, forbidden, invalidValue, keyed, notSupported, requiredValue } from '../issues.ts';
import { compareQuantity, parseQuantity } from '../quantity.ts';
import { checkImmutable, checkLabels, checkOneOf, invalidStruct } from './labels.ts';
import { inner, objects } from './pod-defaults.ts';
import { checkPort } from './pod-validation.ts';
import { configMapKey, dns1035Label, dns1123Label, dns1123Subdomain, portName, qualifiedName, wildcardSubdomain } from './texts.ts';

const specOf = (object: JsonObject | undefined): JsonObject => inner(object, 'spec') ?? {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function checkServicePorts(spec: JsonObject): FieldIssue[] {
  const ports = objects(spec.ports);
  const names = new Set<string>();
  const numbers = new Set<string>();
  const out: FieldIssue[] = [];
  for (const [index, port] of ports.entries()) {
    const where = at('spec.ports', index);
    const name = typeof port.name === 'string' ? port.name : '';
    if (name === '') {
      if (ports.length > 1) out.push(requiredValue(child(where, 'name')));
    } else {
      out.push(...dns1123Label(name).map((message) => invalidValue(child(where, 'name'), name, message)));
      if (names.has(name)) out.push(duplicateValue(child(where, 'name'), name));
      names.add(name);
    }
    out.push(
      ...checkPort(typeof port.port === 'number' ? port.port : 0, child(where, 'port')),
      ...checkOneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], child(where, 'protocol')),
      ...checkPort(port.targetPort, child(where, 'targetPort')),
    );
    if (typeof port.appProtocol === 'string') {
      out.push(...qualifiedName(port.appProtocol).map((message) => invalidValue(child(where, 'appProtocol'), port.appProtocol, message)));
    }
  }
  if (spec.type === 'ClusterIP') {
    for (const [index, port] of ports.entries()) {
      if (port.nodePort) out.push(forbidden(child(at('spec.ports', index), 'nodePort'), "may not be used when `type` is 'ClusterIP'"));
    }
  }
  for (const [index, port] of ports.entries()) {
    const key = `${String(port.protocol)}/${String(port.port)}`;
    if (numbers.has(key)) {
      const shown = `core.ServicePort{Name:"", Protocol:${JSON.stringify(port.protocol)}, AppProtocol:(*string)(nil), Port:${String(port.port)}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;
      out.push({ path: at('spec.ports', index), type: 'FieldValueDuplicate', message: `Duplicate value: ${shown}` });
    }
    numbers.add(key);
  }
  return out;
}

function checkServiceAddresses(spec: JsonObject, before: JsonObject): FieldIssue[] {
  // Primary addresses and families stay, unless the service comes from or goes to ExternalName.
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return [];
  const out: FieldIssue[] = [];
  const was = list(before.clusterIPs);
  const is = list(spec.clusterIPs);
  if (was.length > 0 && is.length === 0)
    out.push(invalidStruct('spec.clusterIPs[0]', JSON.stringify(null), 'primary clusterIP can not be unset'));
  else if (was.length > 0 && was[0] !== is[0]) {
    out.push(invalidStruct('spec.clusterIPs[0]', goStrings(is), 'may not change once set', is));
  }
  const families = list(before.ipFamilies);
  const now = list(spec.ipFamilies);
  if (families.length > 0 && families[0] !== now[0]) {
    out.push(invalidStruct('spec.ipFamilies[0]', goStrings(now, 'core.IPFamily'), 'may not change once set', now));
  }
  return out;
}

const goStrings = (values: readonly unknown[], type = 'string'): string =>
  `[]${type}{${values.map((each) => JSON.stringify(each)).join(', ')}}`;

export function checkService(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out = old === undefined ? [] : checkServiceAddresses(spec, specOf(old));
  const headless = spec.clusterIP === 'None' || list(spec.clusterIPs)[0] === 'None';
  if (objects(spec.ports).length === 0 && !headless && spec.type !== 'ExternalName') out.push(requiredValue('spec.ports'));
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    out.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type === 'ExternalName') {
    if (list(spec.clusterIPs).length > 0) out.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'));
    const name = String(spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') out.push(requiredValue('spec.externalName'));
    else out.push(...dns1123Subdomain(name).map((message) => invalidValue('spec.externalName', name, message)));
  }
  out.push(
    ...checkServicePorts(spec),
    ...checkLabels(spec.selector, 'spec.selector'),
    ...checkOneOf(spec.sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity'),
    ...checkOneOf(spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], 'spec.type'),
  );
  return out;
}

function checkBackend(backend: JsonObject | undefined, path: string): FieldIssue[] {
  const service = inner(backend, 'service');
  const resource = inner(backend, 'resource');
  if (service !== undefined && resource !== undefined) return [invalidValue(path, '', 'cannot set both resource and service backends')];
  if (resource !== undefined) {
    return ['kind', 'name'].filter((name) => !resource[name]).map((name) => requiredValue(child(child(path, 'resource'), name)));
  }
  if (service === undefined) return [invalidValue(path, '', 'resource or service backend is required')];
  const out: FieldIssue[] = [];
  const name = typeof service.name === 'string' ? service.name : '';
  if (name === '') out.push(requiredValue(child(path, 'service.name')));
  else out.push(...dns1035Label(name).map((message) => invalidValue(child(path, 'service.name'), name, message)));
  const port = inner(service, 'port') ?? {};
  if (port.name && port.number) out.push(invalidValue(path, '', 'cannot set both port name & port number'));
  else if (typeof port.name === 'string' && port.name !== '') {
    out.push(...portName(port.name).map((message) => invalidValue(child(path, 'service.port.name'), port.name, message)));
  } else if (port.number) out.push(...checkPort(port.number, child(path, 'service.port.number')));
  else out.push(requiredValue(path, 'port name or number is required'));
  return out;
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badEndings = ['/..', '/.'];

function checkIngressPath(rule: JsonObject, path: string): FieldIssue[] {
  const type = rule.pathType;
  if (type === undefined) return [requiredValue(child(path, 'pathType'), 'pathType must be specified')];
  const text = typeof rule.path === 'string' ? rule.path : '';
  const where = child(path, 'path');
  const out: FieldIssue[] = [];
  if (type === 'Exact' || type === 'Prefix') {
    if (!text.startsWith('/')) out.push(invalidValue(where, text, 'must be an absolute path'));
    for (const each of badSequences) if (text.includes(each)) out.push(invalidValue(where, text, `must not contain '${each}'`));
    for (const each of badEndings) if (text.endsWith(each)) out.push(invalidValue(where, text, `cannot end with '${each}'`));
  } else if (type === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) out.push(invalidValue(where, text, 'must be an absolute path'));
  } else out.push(notSupported(child(path, 'pathType'), type, ['Exact', 'ImplementationSpecific', 'Prefix']));
  return [...out, ...checkBackend(inner(rule, 'backend'), child(path, 'backend'))];
}

export function checkIngress(object: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  const rules = objects(spec.rules);
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    out.push(invalidStruct('spec', '[]networking.IngressRule(nil)', 'either `defaultBackend` or `rules` must be specified'));
  }
  if (spec.defaultBackend !== undefined) out.push(...checkBackend(inner(spec, 'defaultBackend'), 'spec.defaultBackend'));
  for (const [index, rule] of rules.entries()) {
    const where = at('spec.rules', index);
    const host = typeof rule.host === 'string' ? rule.host : '';
    if (host !== '') {
      if (/^\d+(\.\d+){3}$/.test(host)) out.push(invalidValue(child(where, 'host'), host, 'must be a DNS name, not an IP address'));
      const wrong = host.includes('*') ? wildcardSubdomain(host) : dns1123Subdomain(host);
      out.push(...wrong.map((message) => invalidValue(child(where, 'host'), host, message)));
    }
    const http = inner(rule, 'http');
    if (http === undefined) continue;
    const paths = objects(http.paths);
    if (paths.length === 0) out.push(requiredValue(child(where, 'http.paths')));
    for (const [place, each] of paths.entries()) out.push(...checkIngressPath(each, at(child(where, 'http.paths'), place)));
  }
  return out;
}

function checkFrozen(object: JsonObject, old: JsonObject | undefined, fields: readonly string[]): FieldIssue[] {
  if (old?.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const out = object.immutable === true ? [] : [forbidden('immutable', detail)];
  for (const name of fields) if (!jsonEqual(object[name], old[name])) out.push(forbidden(name, detail));
  return out;
}

const maxSize = 1048576;
function sizeOf(value: unknown, encoded: boolean): number {
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + Buffer.byteLength(String(each), encoded ? 'base64' : 'utf8'), 0);
}

const checkKeys = (value: unknown, path: string): FieldIssue[] =>
  isObject(value)
    ? Object.keys(value).flatMap((key) => configMapKey(key).map((message) => invalidValue(keyed(path, key), key, message)))
    : [];

export function checkConfigMap(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const out = [...checkFrozen(object, old, ['data', 'binaryData']), ...checkKeys(object.data, 'data')];
  const binary = inner(object, 'binaryData') ?? {};
  for (const key of Object.keys(inner(object, 'data') ?? {})) {
    if (binary[key] !== undefined) out.push(invalidValue(keyed('data', key), key, 'duplicate of key present in binaryData'));
  }
  out.push(...checkKeys(object.binaryData, 'binaryData'));
  if (sizeOf(object.data, false) + sizeOf(binary, true) > maxSize) {
    out.push({ path: '', type: 'FieldValueTooLong', message: `Too long: may not be more than ${maxSize} bytes` });
  }
  return out;
}

const secretKeys: Record<string, readonly string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export function checkSecret(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const out = old === undefined ? [] : checkImmutable(object.type, old.type, 'type');
  out.push(...checkFrozen(object, old, ['data']), ...checkKeys(object.data, 'data'));
  if (sizeOf(object.data, true) > maxSize)
    out.push({ path: 'data', type: 'FieldValueTooLong', message: `Too long: may not be more than ${maxSize} bytes` });
  const data = inner(object, 'data') ?? {};
  for (const key of secretKeys[String(object.type)] ?? []) if (data[key] === undefined) out.push(requiredValue(keyed('data', key)));
  if (object.type === 'kubernetes.io/basic-auth' && data.username === undefined && data.password === undefined) {
    out.push(requiredValue('data[username]'), requiredValue('data[password]'));
  }
  const account = 'kubernetes.io/service-account.name';
  if (object.type === 'kubernetes.io/service-account-token' && !inner(inner(object, 'metadata'), 'annotations')?.[account]) {
    out.push(requiredValue(keyed('metadata.annotations', account)));
  }
  return out;
}

export function checkPersistentVolumeClaim(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const spec = specOf(object);
  const out: FieldIssue[] = [];
  if (list(spec.accessModes).length === 0) out.push(requiredValue('spec.accessModes', 'at least 1 access mode is required'));
  const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
  for (const mode of list(spec.accessModes)) if (!modes.includes(String(mode))) out.push(notSupported('spec.accessModes', mode, modes));
  const storage = inner(inner(spec, 'resources'), 'requests')?.storage;
  const amount = storage === undefined ? undefined : parseQuantity(String(storage));
  if (amount === undefined) out.push(requiredValue('spec.resources[storage]'));
  else if (amount.nanos <= 0n) out.push(invalidValue('spec.resources[storage]', storage, 'must be greater than zero'));
  out.push(...checkOneOf(spec.volumeMode, ['Block', 'Filesystem'], 'spec.volumeMode', false));
  if (old === undefined) return out;
  const before = specOf(old);
  const fixed = (source: JsonObject): JsonObject => {
    const { resources, volumeName, ...rest } = source;
    const kept: JsonObject = before.volumeName ? { ...rest, volumeName: volumeName ?? '' } : rest;
    const { storage: _, ...requests } = inner(inner({ resources: resources ?? {} }, 'resources'), 'requests') ?? {};
    return { ...kept, requests: inner(object, 'status')?.phase === 'Bound' ? requests : (resources ?? {}) };
  };
  if (!jsonEqual(fixed(spec), fixed(before))) {
    out.push(
      forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'),
    );
  }
  const was = parseQuantity(String(inner(inner(before, 'resources'), 'requests')?.storage ?? ''));
  if (amount !== undefined && was !== undefined && compareQuantity(amount, was) < 0) {
    const capacity = parseQuantity(String(inner(inner(old, 'status'), 'capacity')?.storage ?? '0'));
    if (capacity !== undefined && compareQuantity(amount, capacity) <= 0) {
      out.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
    }
  }
  return out;
}

export function checkRoleBinding(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const role = inner(object, 'roleRef') ?? {};
  const out: FieldIssue[] = [];
  if (role.apiGroup !== 'rbac.authorization.k8s.io')
    out.push(notSupported('roleRef.apiGroup', role.apiGroup ?? '', ['rbac.authorization.k8s.io']));
  const kinds = object.kind === 'ClusterRoleBinding' ? ['ClusterRole'] : ['ClusterRole', 'Role'];
  if (!kinds.includes(String(role.kind))) out.push(notSupported('roleRef.kind', role.kind ?? '', kinds));
  if (!role.name) out.push(requiredValue('roleRef.name'));
  for (const [index, subject] of objects(object.subjects).entries()) {
    const where = at('subjects', index);
    if (!subject.name) out.push(requiredValue(child(where, 'name')));
    if (subject.kind === 'ServiceAccount' && !subject.namespace && object.kind === 'ClusterRoleBinding')
      out.push(requiredValue(child(where, 'namespace')));
    if (!['ServiceAccount', 'User', 'Group'].includes(String(subject.kind))) {
      out.push(notSupported(child(where, 'kind'), subject.kind ?? '', ['ServiceAccount', 'User', 'Group']));
    }
  }
  if (old !== undefined && !jsonEqual(object.roleRef, old.roleRef)) {
    const shown = `rbac.RoleRef{APIGroup:${JSON.stringify(role.apiGroup)}, Kind:${JSON.stringify(role.kind)}, Name:${JSON.stringify(role.name)}}`;
    out.push(invalidStruct('roleRef', shown, 'cannot change roleRef', object.roleRef));
  }
  return out;
}

export function checkStorageClass(object: JsonObject, old?: JsonObject): FieldIssue[] {
  const out: FieldIssue[] = [];
  if (!object.provisioner) out.push(requiredValue('provisioner'));
  if (old === undefined) return out;
  if (!jsonEqual(object.parameters, old.parameters)) out.push(forbidden('parameters', 'updates to parameters are forbidden.'));
  if (object.provisioner !== old.provisioner) out.push(forbidden('provisioner', 'updates to provisioner are forbidden.'));
  if (object.reclaimPolicy !== old.reclaimPolicy) out.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
  return [...out, ...checkImmutable(object.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode')];
}

export function checkPriorityClass(object: JsonObject, old?: JsonObject): FieldIssue[] {
  if (old === undefined) return [];
  const out: FieldIssue[] = [];
  if (object.value !== old.value) out.push(forbidden('value', 'may not be changed in an update.'));
  return [...out, ...checkImmutable(object.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy')];
}
