/**
 * What the server serves: the built-in resources it keeps its promises for, and those of CRDs. A built-in
 * resource whose effect is missing here (webhook configurations that nobody would call, limit ranges that
 * nobody would enforce) is not served at all: a stored object without its effect would be a lie.
 */
import {
  builtinResources,
  type CompiledRules,
  type FieldSet,
  resetFieldsFor,
  type StructuralSchema,
  schemaFor,
  untypedSchema,
} from '../../src/schema/index.ts';
import type { JsonObject } from './object.ts';

export interface Subresource {
  name: string;
  kind: string;
  group?: string;
  version?: string;
  verbs: string[];
}

export interface PrinterColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath: string;
}

/** What a resource of a CRD has beyond a built-in one. */
export interface CustomVersion {
  crd: string;
  rules: CompiledRules | undefined;
  /** Whether the schema holds any rule at all. */
  hasRules: boolean;
  columns: PrinterColumn[];
  status: boolean;
  scale: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string } | undefined;
  selectableFields: string[];
  /** The schema as it was written, for OpenAPI documents. */
  openAPIV3Schema: JsonObject | undefined;
  preserveUnknownFields: boolean;
}

/** One resource in one version. */
export interface Resource {
  group: string;
  version: string;
  apiVersion: string;
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  verbs: string[];
  shortNames: string[];
  categories: string[];
  subresources: Map<string, Subresource>;
  /** Key in the store, common to all versions. */
  storage: string;
  /** apiVersion in which objects are kept. */
  storageVersion: string;
  schema: StructuralSchema;
  resetFields(subresource?: string): FieldSet;
  custom?: CustomVersion;
}

/** Built-in resources by group/version; a `-` marks review kinds that are answered and never stored. */
const served: Record<string, readonly string[]> = {
  v1: [
    'configmaps',
    'endpoints',
    'events',
    'namespaces',
    'nodes',
    'persistentvolumeclaims',
    'persistentvolumes',
    'pods',
    'podtemplates',
    'resourcequotas',
    'secrets',
    'serviceaccounts',
    'services',
  ],
  'apps/v1': ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  'batch/v1': ['cronjobs', 'jobs'],
  'autoscaling/v2': ['horizontalpodautoscalers'],
  'autoscaling/v1': ['horizontalpodautoscalers'],
  'policy/v1': ['poddisruptionbudgets'],
  'networking.k8s.io/v1': ['ingresses', 'ingressclasses', 'networkpolicies'],
  'rbac.authorization.k8s.io/v1': ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'],
  'coordination.k8s.io/v1': ['leases'],
  'discovery.k8s.io/v1': ['endpointslices'],
  'events.k8s.io/v1': ['events'],
  'storage.k8s.io/v1': ['storageclasses'],
  'scheduling.k8s.io/v1': ['priorityclasses'],
  'apiextensions.k8s.io/v1': ['customresourcedefinitions'],
  'authentication.k8s.io/v1': ['tokenreviews', 'selfsubjectreviews'],
  'authorization.k8s.io/v1': ['localsubjectaccessreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews'],
};

/** Subresources that need something the sandbox has not (a kubelet, an issuer of tokens). */
const unserved = new Set(['attach', 'exec', 'portforward', 'proxy', 'ephemeralcontainers', 'resize', 'token']);

/** Resources that several API versions share; the first is how they are kept. */
const sharedStorage: Record<string, { storage: string; storageVersion: string }> = {
  'events.k8s.io/v1/events': { storage: '/events', storageVersion: 'v1' },
  'autoscaling/v1/horizontalpodautoscalers': { storage: 'autoscaling/horizontalpodautoscalers', storageVersion: 'autoscaling/v2' },
};

/** The order of groups and versions in discovery, as the real server prefers them. */
export const groupOrder: readonly string[] = [
  '',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'apps',
];

export const apiVersionOf = (group: string, version: string): string => (group ? `${group}/${version}` : version);

/** The built-in resources this server serves. */
function builtins(): Resource[] {
  const found: Resource[] = [];
  for (const entry of builtinResources()) {
    const apiVersion = apiVersionOf(entry.group, entry.version);
    if (!served[apiVersion]?.includes(entry.plural)) continue;
    const shared = sharedStorage[`${apiVersion}/${entry.plural}`];
    const subresources = new Map<string, Subresource>();
    for (const subresource of entry.subresources) if (!unserved.has(subresource.name)) subresources.set(subresource.name, subresource);
    found.push({
      group: entry.group,
      version: entry.version,
      apiVersion,
      kind: entry.kind,
      listKind: `${entry.kind}List`,
      plural: entry.plural,
      singular: entry.singular,
      namespaced: entry.namespaced,
      verbs: entry.verbs,
      shortNames: entry.shortNames ?? [],
      categories: entry.categories ?? [],
      subresources,
      storage: shared?.storage ?? `${entry.group}/${entry.plural}`,
      storageVersion: shared?.storageVersion ?? apiVersion,
      schema: schemaFor(apiVersion, entry.kind) ?? untypedSchema,
      resetFields: (subresource) => resetFieldsFor(apiVersion, entry.kind, subresource),
    });
  }
  return found;
}

/** All resources served now, by path and by kind; CRDs add to it and take from it. */
export class ResourceRegistry {
  readonly #byPath = new Map<string, Resource>();
  readonly #byKind = new Map<string, Resource>();
  readonly #custom = new Map<string, Resource[]>();
  /** Goes up with every change: caches of discovery and OpenAPI documents follow it. */
  generation = 0;

  constructor() {
    for (const resource of builtins()) this.#add(resource);
  }

  #add(resource: Resource): void {
    this.#byPath.set(`${resource.apiVersion}/${resource.plural}`, resource);
    this.#byKind.set(`${resource.apiVersion}/${resource.kind}`, resource);
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${apiVersionOf(group, version)}/${plural}`);
  }

  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  /** The version of a resource in which it is stored (for actors that go to the store). */
  ofStorage(storage: string): Resource | undefined {
    for (const resource of this.#byPath.values()) {
      if (resource.storage === storage && resource.storageVersion === resource.apiVersion) return resource;
    }
    return undefined;
  }

  all(): Resource[] {
    return [...this.#byPath.values()];
  }

  /** Groups in the order of discovery, each with its versions, preferred first. */
  groups(): { name: string; versions: string[] }[] {
    const versions = new Map<string, Set<string>>();
    for (const { group, version } of this.#byPath.values()) {
      const known = versions.get(group) ?? new Set();
      versions.set(group, known.add(version));
    }
    const names = [...versions.keys()].sort((a, b) => {
      const [left, right] = [groupOrder.indexOf(a), groupOrder.indexOf(b)];
      if (left >= 0 || right >= 0) return left < 0 ? 1 : right < 0 ? -1 : left - right;
      return a < b ? -1 : 1;
    });
    return names.map((name) => ({ name, versions: [...(versions.get(name) ?? [])].sort(compareVersions) }));
  }

  inVersion(group: string, version: string): Resource[] {
    return [...this.#byPath.values()].filter((resource) => resource.group === group && resource.version === version);
  }

  /** Serves a CRD's versions in place of what it served before. */
  setCustom(crd: string, resources: Resource[]): void {
    this.#drop(crd);
    if (resources.length > 0) this.#custom.set(crd, resources);
    for (const resource of resources) this.#add(resource);
    this.generation++;
  }

  removeCustom(crd: string): void {
    this.#drop(crd);
    this.generation++;
  }

  #drop(crd: string): void {
    for (const resource of this.#custom.get(crd) ?? []) {
      this.#byPath.delete(`${resource.apiVersion}/${resource.plural}`);
      this.#byKind.delete(`${resource.apiVersion}/${resource.kind}`);
    }
    this.#custom.delete(crd);
  }
}

/** Orders versions as Kubernetes prefers them: v2 > v1 > v1beta2 > v1beta1 > v1alpha1 > others by name. */
export function compareVersions(a: string, b: string): number {
  const left = versionRank(a);
  const right = versionRank(b);
  for (let index = 0; index < left.length; index++) {
    const difference = (right[index] ?? 0) - (left[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function versionRank(version: string): number[] {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!found) return [0, 0, 0];
  return [found[2] === undefined ? 3 : found[2] === 'beta' ? 2 : 1, Number(found[1]), Number(found[3] ?? 0)];
}
