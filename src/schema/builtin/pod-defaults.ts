/**
 * The defaults of pods and pod templates. Source: Kubernetes 1.33, core/v1 defaults. Functions here change the
 * objects they are given: the caller hands in its own copy.
 */
import { isObject, type JsonObject } from '../../base/json.ts';

/** Sets a field where it is absent; Go cannot tell an empty text from an absent one. */
export function setDefault(object: JsonObject, name: string, value: JsonObject[string]): void {
  if (object[name] === undefined || object[name] === '') object[name] = value;
}

/** The objects of a list field. */
export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The object in a field, or undefined. */
export function inner(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name];
  return isObject(value) ? value : undefined;
}

/** The tag an image reference asks for: `latest` where it names none, empty where it names a digest or is no reference. */
function imageTag(image: unknown): string {
  if (typeof image !== 'string' || image === '') return '';
  const [name = '', digest] = image.split('@');
  const tagged = /:([\w][\w.-]{0,127})$/.exec(name.slice(name.lastIndexOf('/') + 1));
  if (tagged !== null) return tagged[1] ?? '';
  return digest === undefined ? 'latest' : '';
}

function defaultHttpGet(handler: JsonObject | undefined): void {
  const httpGet = inner(handler, 'httpGet');
  if (httpGet === undefined) return;
  setDefault(httpGet, 'path', '/');
  setDefault(httpGet, 'scheme', 'HTTP');
}

function defaultProbe(probe: JsonObject | undefined): void {
  if (probe === undefined) return;
  for (const [name, value] of Object.entries({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })) {
    if (!probe[name]) probe[name] = value;
  }
  defaultHttpGet(probe);
  const grpc = inner(probe, 'grpc');
  if (grpc !== undefined && grpc.service === undefined) grpc.service = '';
}

function defaultContainer(container: JsonObject): void {
  setDefault(container, 'imagePullPolicy', imageTag(container.image) === 'latest' ? 'Always' : 'IfNotPresent');
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  for (const variable of objects(container.env)) {
    const fieldRef = inner(inner(variable, 'valueFrom'), 'fieldRef');
    if (fieldRef !== undefined) setDefault(fieldRef, 'apiVersion', 'v1');
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(inner(container, probe));
  const lifecycle = inner(container, 'lifecycle');
  defaultHttpGet(inner(lifecycle, 'postStart'));
  defaultHttpGet(inner(lifecycle, 'preStop'));
}

/** Fields of sources that have a default, by source. */
const sourceDefaults: Record<string, JsonObject> = {
  secret: { defaultMode: 420 },
  configMap: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  hostPath: { type: '' },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
};

function defaultDownward(items: unknown): void {
  for (const item of objects(items)) {
    const fieldRef = inner(item, 'fieldRef');
    if (fieldRef !== undefined) setDefault(fieldRef, 'apiVersion', 'v1');
  }
}

function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).every((name) => name === 'name')) volume.emptyDir = {};
  for (const [source, defaults] of Object.entries(sourceDefaults)) {
    const found = inner(volume, source);
    if (found === undefined) continue;
    for (const [name, value] of Object.entries(defaults)) if (found[name] === undefined) found[name] = value;
  }
  defaultDownward(inner(volume, 'downwardAPI')?.items);
  for (const source of objects(inner(volume, 'projected')?.sources)) {
    const token = inner(source, 'serviceAccountToken');
    if (token !== undefined && token.expirationSeconds === undefined) token.expirationSeconds = 3600;
    defaultDownward(inner(source, 'downwardAPI')?.items);
  }
  const claim = inner(inner(inner(volume, 'ephemeral'), 'volumeClaimTemplate'), 'spec');
  if (claim !== undefined) setDefault(claim, 'volumeMode', 'Filesystem');
}

/** Completes the spec of a pod or of a pod template. */
export function defaultPodSpec(spec: JsonObject): void {
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'schedulerName', 'default-scheduler');
  // The old name of the field is kept in step with the new one.
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) objects(spec[list]).forEach(defaultContainer);
  objects(spec.volumes).forEach(defaultVolume);
}

/** What holds for pods and not for templates of pods. */
export function defaultPod(pod: JsonObject): void {
  const spec = inner(pod, 'spec');
  if (spec === undefined) return;
  if (spec.enableServiceLinks === undefined) spec.enableServiceLinks = true;
  for (const container of [...objects(spec.containers), ...objects(spec.initContainers)]) {
    const resources = inner(container, 'resources');
    const limits = inner(resources, 'limits');
    if (resources !== undefined && limits !== undefined && Object.keys(limits).length > 0)
      resources.requests = { ...limits, ...inner(resources, 'requests') };
    if (spec.hostNetwork === true) for (const port of objects(container.ports)) if (!port.hostPort) port.hostPort = port.containerPort ?? 0;
  }
}
