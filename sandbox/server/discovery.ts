/** Discovery: which groups, versions and resources there are; the old documents and the aggregated ones. */
import type { JsonObject } from './object.ts';
import type { Resource, ResourceRegistry } from './resources.ts';

export const gitVersion = 'v1.33.13+lateen';

export const versionInfo: JsonObject = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'node',
  platform: 'embedded',
};

const groupVersions = (group: string, versions: readonly string[]): JsonObject[] =>
  versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));

function apiGroup(group: string, versions: readonly string[]): JsonObject {
  const listed = groupVersions(group, versions);
  return { name: group, versions: listed, preferredVersion: listed[0] ?? {} };
}

/** @param address of the server as the client reached it, with its port. */
export const coreVersions = (address = '127.0.0.1'): JsonObject => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

export function groupList(registry: ResourceRegistry): JsonObject {
  const groups = registry.groups().filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(({ name, versions }) => apiGroup(name, versions)) };
}

export function groupDocument(registry: ResourceRegistry, group: string): JsonObject | undefined {
  const found = registry.groups().find(({ name }) => name === group);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group, found.versions) };
}

function resourceEntries(resource: Resource): JsonObject[] {
  const entries: JsonObject[] = [
    {
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: resource.verbs,
      ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
      ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    },
  ];
  for (const subresource of resource.subresources.values()) {
    entries.push({
      name: `${resource.plural}/${subresource.name}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(subresource.version !== undefined && subresource.group !== undefined
        ? { group: subresource.group, version: subresource.version }
        : {}),
      kind: subresource.kind,
      verbs: subresource.verbs,
    });
  }
  return entries;
}

/** APIResourceList of one group version. */
export function resourceList(registry: ResourceRegistry, group: string, version: string): JsonObject | undefined {
  const resources = registry.inVersion(group, version);
  if (resources.length === 0) return undefined;
  const sorted = [...resources].sort((a, b) => (a.plural < b.plural ? -1 : 1));
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: sorted.flatMap(resourceEntries),
  };
}

function aggregatedResource(resource: Resource): JsonObject {
  const responseKind = (kind: string, group = resource.group, version = resource.version): JsonObject => ({ group, version, kind });
  const subresources = [...resource.subresources.values()].map(
    (subresource): JsonObject => ({
      subresource: subresource.name,
      responseKind: responseKind(subresource.kind, subresource.group ?? resource.group, subresource.version ?? resource.version),
      verbs: subresource.verbs,
    }),
  );
  return {
    resource: resource.plural,
    responseKind: responseKind(resource.kind),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

/** APIGroupDiscoveryList of `/api` (the core group) or `/apis` (all others). */
export function aggregated(registry: ResourceRegistry, core: boolean, version: string): JsonObject {
  const groups = registry.groups().filter(({ name }) => (name === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null },
      versions: versions.map((served) => ({
        version: served,
        resources: [...registry.inVersion(name, served)].sort((a, b) => (a.plural < b.plural ? -1 : 1)).map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  };
}
