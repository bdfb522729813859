/** Reads the discovery documents, aggregated (KEP-3352) and legacy, into ApiResources. Pure; no document is trusted. */
import { isObject, type JsonObject } from '../base/json.ts';
import type { ApiResource } from './types.ts';

/** What one group-version serves; `complete` false when the server could not say (an aggregated API is down). */
export interface ServedVersion {
  apiVersion: string;
  complete: boolean;
  resources: ApiResource[];
}

const objectsIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const stringsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function joinApiVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** An APIGroupDiscoveryList, which holds every resource of /api or /apis. */
export function readAggregated(document: unknown): ServedVersion[] {
  if (!isObject(document)) return [];
  return objectsIn(document.items).flatMap((group) => {
    const groupName = isObject(group.metadata) ? text(group.metadata.name) : '';
    return objectsIn(group.versions).map((version) => ({
      apiVersion: joinApiVersion(groupName, text(version.version)),
      complete: version.freshness !== 'Stale',
      resources: objectsIn(version.resources).flatMap((resource) => aggregatedResource(groupName, text(version.version), resource)),
    }));
  });
}

function aggregatedResource(group: string, version: string, resource: JsonObject): ApiResource[] {
  const responseKind = isObject(resource.responseKind) ? resource.responseKind : {};
  const kind = text(responseKind.kind);
  if (kind === '' || text(resource.resource) === '') return [];
  return [
    {
      apiVersion: joinApiVersion(group, version),
      kind,
      name: text(resource.resource),
      namespaced: resource.scope === 'Namespaced',
      verbs: stringsIn(resource.verbs),
      subresources: objectsIn(resource.subresources).map((sub) => text(sub.subresource)),
    },
  ];
}

/** An APIResourceList of one group-version, where subresources stand beside their resource as `pods/log`. */
export function readLegacy(apiVersion: string, document: unknown): ServedVersion {
  const listed = isObject(document) ? objectsIn(document.resources) : [];
  const resources: ApiResource[] = [];
  for (const entry of listed) {
    const name = text(entry.name);
    if (name === '' || name.includes('/')) continue;
    const prefix = `${name}/`;
    resources.push({
      apiVersion,
      kind: text(entry.kind),
      name,
      namespaced: entry.namespaced === true,
      verbs: stringsIn(entry.verbs),
      subresources: listed.flatMap((other) => (text(other.name).startsWith(prefix) ? [text(other.name).slice(prefix.length)] : [])),
    });
  }
  return { apiVersion, complete: true, resources };
}
