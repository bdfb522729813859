/** URLs of the API. Names come from users: every segment is encoded, and what is no name never becomes a path. */
import type { ApiResource } from './types.ts';

const root = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** Path of a collection; all namespaces when none is given. */
export function collectionPath(resource: ApiResource, namespace: string | undefined): string {
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root(resource.apiVersion)}${scope}/${resource.name}`;
}

/** Path of one object or of its subresource. */
export function objectPath(resource: ApiResource, namespace: string | undefined, name: string, subresource?: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** Why this (namespace, name) cannot be a path of the resource, or undefined. `.` and `..` would walk up the tree. */
export function pathProblem(resource: ApiResource, namespace: string | undefined, name?: string): string | undefined {
  if (name !== undefined && (name === '' || name === '.' || name === '..' || name.includes('/'))) {
    return `"${name}" is no name for a ${resource.kind}`;
  }
  if (namespace !== undefined && !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) return `"${namespace}" is no name for a namespace`;
  if (name !== undefined && resource.namespaced && !namespace) return `${resource.kind} "${name}" needs a namespace`;
  return undefined;
}

/** A query string with its `?`, or nothing. */
export function queryString(parameters: Record<string, string | number | boolean | undefined>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined) parts.push(`${key}=${encodeURIComponent(value)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
