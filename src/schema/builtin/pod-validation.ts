/**
 * Validation of pods and pod templates: what users get wrong most. Source: Kubernetes 1.33, core/validation.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import {
  at,
  child,
  duplicateValue,
  type FieldIssue,
  forbidden,
  invalidValue,
  keyed,
  notFound,
  notSupported,
  requiredValue,
} from '../issues.ts';
import { compareQuantity, parseQuantity } from '../quantity.ts';
import { checkAnnotations, checkLabels, checkNonNegative, checkOneOf, invalidStruct } from './labels.ts';
import { inner, objects } from './pod-defaults.ts';
import { configMapKey, dns1123Label, dns1123Subdomain, environmentName, portName, portNumber, qualifiedName } from './texts.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

function checkName(value: unknown, rule: (text: string) => string[], path: string): FieldIssue[] {
  if (typeof value !== 'string' || value === '') return [requiredValue(path)];
  return rule(value).map((message) => invalidValue(path, value, message));
}

/** Names a list of names may hold once. */
function checkUnique(name: unknown, seen: Set<string>, path: string): FieldIssue[] {
  if (typeof name !== 'string' || name === '') return [];
  if (seen.has(name)) return [duplicateValue(path, name)];
  seen.add(name);
  return [];
}

export function checkPort(port: unknown, path: string): FieldIssue[] {
  if (typeof port === 'string') return portName(port).map((message) => invalidValue(path, port, message));
  return portNumber(Number(port ?? 0)).map((message) => invalidValue(path, Number(port ?? 0), message));
}

function checkContainerPorts(container: JsonObject, path: string): FieldIssue[] {
  const names = new Set<string>();
  return objects(container.ports).flatMap((port, index) => {
    const where = at(child(path, 'ports'), index);
    const out: FieldIssue[] = [];
    if (typeof port.name === 'string' && port.name !== '') {
      const wrong = portName(port.name).map((message) => invalidValue(child(where, 'name'), port.name, message));
      out.push(...(wrong.length > 0 ? wrong : checkUnique(port.name, names, child(where, 'name'))));
    }
    if (!port.containerPort) out.push(requiredValue(child(where, 'containerPort')));
    else out.push(...checkPort(port.containerPort, child(where, 'containerPort')));
    if (port.hostPort) out.push(...checkPort(port.hostPort, child(where, 'hostPort')));
    return [...out, ...checkOneOf(port.protocol, protocols, child(where, 'protocol'))];
  });
}

function checkKeySelector(selector: JsonObject | undefined, path: string): FieldIssue[] {
  if (selector === undefined) return [];
  const out: FieldIssue[] = [];
  if (!selector.name) out.push(requiredValue(child(path, 'name')));
  if (!selector.key) out.push(requiredValue(child(path, 'key')));
  else out.push(...configMapKey(String(selector.key)).map((message) => invalidValue(child(path, 'key'), selector.key, message)));
  return out;
}

function checkEnvironment(container: JsonObject, path: string): FieldIssue[] {
  return objects(container.env).flatMap((variable, index) => {
    const where = at(child(path, 'env'), index);
    const out = checkName(variable.name, environmentName, child(where, 'name'));
    const from = inner(variable, 'valueFrom');
    if (from === undefined) return out;
    const fromPath = child(where, 'valueFrom');
    const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'].filter((name) => from[name] !== undefined);
    for (const name of ['configMapKeyRef', 'secretKeyRef']) out.push(...checkKeySelector(inner(from, name), child(fromPath, name)));
    if (sources.length === 0)
      out.push(invalidValue(fromPath, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'));
    else if (variable.value) out.push(invalidValue(fromPath, '', 'may not be specified when `value` is not empty'));
    else if (sources.length > 1) out.push(invalidValue(fromPath, '', 'may not have more than one field specified at a time'));
    return out;
  });
}

function checkMounts(container: JsonObject, volumes: ReadonlySet<string>, path: string): FieldIssue[] {
  const mounted = new Set<string>();
  return objects(container.volumeMounts).flatMap((mount, index) => {
    const where = at(child(path, 'volumeMounts'), index);
    const out: FieldIssue[] = [];
    if (!mount.name) out.push(requiredValue(child(where, 'name')));
    if (!volumes.has(String(mount.name ?? ''))) out.push(notFound(child(where, 'name'), mount.name ?? ''));
    if (!mount.mountPath) out.push(requiredValue(child(where, 'mountPath')));
    if (mounted.has(String(mount.mountPath))) out.push(invalidValue(child(where, 'mountPath'), mount.mountPath, 'must be unique'));
    mounted.add(String(mount.mountPath));
    return out;
  });
}

function checkHandler(handler: JsonObject, path: string, kinds: readonly string[]): FieldIssue[] {
  const given = kinds.filter((kind) => isObject(handler[kind]));
  const [first, ...others] = given;
  if (first === undefined) return [requiredValue(path, 'must specify a handler type')];
  const out = others.map((kind) => forbidden(child(path, kind), 'may not specify more than 1 handler type'));
  const action = inner(handler, first) ?? {};
  const where = child(path, first);
  if (first === 'exec' && !(Array.isArray(action.command) && action.command.length > 0)) out.push(requiredValue(child(where, 'command')));
  if (first === 'httpGet') {
    if (!action.path) out.push(requiredValue(child(where, 'path')));
    out.push(...checkPort(action.port, child(where, 'port')));
    if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS')
      out.push(notSupported(child(where, 'scheme'), action.scheme ?? '', ['HTTP', 'HTTPS']));
  }
  if (first === 'tcpSocket' || first === 'grpc') out.push(...checkPort(action.port, child(where, 'port')));
  return out;
}

const probeKinds = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const hookKinds = ['exec', 'httpGet', 'tcpSocket', 'sleep'];

function checkProbe(probe: JsonObject | undefined, path: string, onlyOnce: boolean): FieldIssue[] {
  if (probe === undefined) return [];
  const out = checkHandler(probe, path, probeKinds);
  for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) {
    out.push(...checkNonNegative(probe[name], child(path, name)));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (typeof grace === 'number' && grace <= 0)
    out.push(invalidValue(child(path, 'terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  if (onlyOnce && probe.successThreshold !== 1)
    out.push(invalidValue(child(path, 'successThreshold'), probe.successThreshold ?? 0, 'must be 1'));
  return out;
}

const containerResources = ['cpu', 'memory', 'ephemeral-storage'];

const otherResources = [
  'storage',
  'pods',
  'services',
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'resourcequotas',
  'replicationcontrollers',
];

function checkResourceName(name: string, path: string): FieldIssue[] {
  const out = qualifiedName(name).map((message) => invalidStruct(path, name, message));
  if (out.length > 0) return out;
  if (name.includes('/') || containerResources.includes(name) || name.startsWith('hugepages-')) return [];
  const unknown = otherResources.includes(name) ? [] : [invalidStruct(path, name, 'must be a standard resource type or fully qualified')];
  return [...unknown, invalidStruct(path, name, 'must be a standard resource for containers')];
}

function checkResources(container: JsonObject, path: string): FieldIssue[] {
  const resources = inner(container, 'resources');
  if (resources === undefined) return [];
  const limits = inner(resources, 'limits') ?? {};
  const requests = inner(resources, 'requests') ?? {};
  const out: FieldIssue[] = [];
  for (const [list, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [name, amount] of Object.entries(amounts)) {
      const where = keyed(child(child(path, 'resources'), list), name);
      out.push(...checkResourceName(name, where));
      const quantity = parseQuantity(String(amount));
      if (quantity !== undefined && quantity.nanos < 0n) out.push(invalidValue(where, amount, 'must be greater than or equal to 0'));
    }
  }
  for (const [name, amount] of Object.entries(requests)) {
    const limit = parseQuantity(String(limits[name] ?? ''));
    const request = parseQuantity(String(amount));
    if (limit === undefined || request === undefined) continue;
    if (compareQuantity(request, limit) > 0) {
      out.push(
        invalidValue(
          child(child(path, 'resources'), 'requests'),
          String(amount),
          `must be less than or equal to ${name} limit of ${String(limits[name])}`,
        ),
      );
    }
  }
  return out;
}

function checkContainer(container: JsonObject, volumes: ReadonlySet<string>, path: string): FieldIssue[] {
  const out = checkName(container.name, dns1123Label, child(path, 'name'));
  if (!container.image) out.push(requiredValue(child(path, 'image')));
  out.push(
    ...checkOneOf(container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], child(path, 'terminationMessagePolicy')),
    ...checkContainerPorts(container, path),
    ...checkEnvironment(container, path),
    ...checkMounts(container, volumes, path),
    ...checkOneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], child(path, 'imagePullPolicy')),
    ...checkResources(container, path),
  );
  return out;
}

/** In the order in which the server looks at them: the second one found is the one it forbids. */
const volumeSources = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'flocker',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'azureDisk',
  'storageos',
  'portworxVolume',
  'quobyte',
  'photonPersistentDisk',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];

function checkVolumes(spec: JsonObject, path: string): { issues: FieldIssue[]; names: Set<string> } {
  const names = new Set<string>();
  const issues = objects(spec.volumes).flatMap((volume, index) => {
    const where = at(child(path, 'volumes'), index);
    const out: FieldIssue[] = [];
    const sources = volumeSources.filter((source) => volume[source] !== undefined);
    const [, ...extra] = sources;
    out.push(...extra.map((source) => forbidden(child(where, source), 'may not specify more than 1 volume type')));
    for (const [source, field] of [
      ['secret', 'secretName'],
      ['configMap', 'name'],
      ['persistentVolumeClaim', 'claimName'],
      ['hostPath', 'path'],
    ] as const) {
      const given = inner(volume, source);
      if (given !== undefined && !given[field]) out.push(requiredValue(child(child(where, source), field)));
    }
    const name = checkName(volume.name, dns1123Label, child(where, 'name'));
    if (typeof volume.name === 'string' && names.has(volume.name)) name.push(duplicateValue(child(where, 'name'), volume.name));
    out.push(...name);
    if (out.length === 0 && typeof volume.name === 'string') names.add(volume.name);
    return out;
  });
  return { issues, names };
}

/** What is wrong with the spec of a pod or a pod template. */
export function checkPodSpec(spec: JsonObject, path: string): FieldIssue[] {
  const { issues: out, names: volumes } = checkVolumes(spec, path);
  const containersPath = child(path, 'containers');
  const containers = objects(spec.containers);
  const names = new Set<string>();
  if (containers.length === 0) out.push(requiredValue(containersPath));
  for (const [index, container] of containers.entries()) {
    const where = at(containersPath, index);
    out.push(...checkContainer(container, volumes, where), ...checkUnique(container.name, names, child(where, 'name')));
    const lifecycle = inner(container, 'lifecycle');
    for (const hook of ['postStart', 'preStop']) {
      const handler = inner(lifecycle, hook);
      if (handler !== undefined) out.push(...checkHandler(handler, child(child(where, 'lifecycle'), hook), hookKinds));
    }
    out.push(
      ...checkProbe(inner(container, 'livenessProbe'), child(where, 'livenessProbe'), true),
      ...checkProbe(inner(container, 'readinessProbe'), child(where, 'readinessProbe'), false),
      ...checkProbe(inner(container, 'startupProbe'), child(where, 'startupProbe'), true),
    );
    if (container.restartPolicy) out.push(forbidden(child(where, 'restartPolicy'), 'may not be set for non-init containers'));
  }
  for (const [index, container] of objects(spec.initContainers).entries()) {
    const where = at(child(path, 'initContainers'), index);
    out.push(...checkContainer(container, volumes, where), ...checkUnique(container.name, names, child(where, 'name')));
    if (container.restartPolicy === 'Always') continue; // a sidecar: may have probes and hooks
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (container[name] !== undefined)
        out.push(forbidden(child(where, name), 'may not be set for init containers without restartPolicy=Always'));
    }
  }
  out.push(
    ...checkOneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], child(path, 'restartPolicy')),
    ...checkOneOf(spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], child(path, 'dnsPolicy')),
    ...checkLabels(spec.nodeSelector, child(path, 'nodeSelector')),
  );
  if (typeof spec.serviceAccountName === 'string' && spec.serviceAccountName !== '') {
    const account = spec.serviceAccountName;
    out.push(...dns1123Subdomain(account).map((message) => invalidValue(child(path, 'serviceAccountName'), account, message)));
  }
  const deadline = spec.activeDeadlineSeconds;
  if (typeof deadline === 'number' && (deadline < 1 || deadline > 2147483647)) {
    out.push(invalidValue(child(path, 'activeDeadlineSeconds'), deadline, 'must be between 1 and 2147483647, inclusive'));
  }
  return out;
}

/** What is wrong with a pod template: its labels and annotations, and its spec. */
export function checkPodTemplate(template: JsonObject, path: string): FieldIssue[] {
  return [...checkTemplateMetadata(template, path), ...checkPodSpec(inner(template, 'spec') ?? {}, child(path, 'spec'))];
}

/** Labels and annotations of a template. It is all that a server checks of a StatefulSet's, whose volumes come with its claims. */
export function checkTemplateMetadata(template: JsonObject, path: string): FieldIssue[] {
  const metadata = inner(template, 'metadata');
  return [...checkLabels(metadata?.labels, child(path, 'labels')), ...checkAnnotations(metadata?.annotations, child(path, 'annotations'))];
}
