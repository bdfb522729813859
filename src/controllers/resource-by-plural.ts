/** The kind behind a plural name, from the API server's own list of a group and version. */
import { isObject } from '../base/json.ts';
import type { KubeClient } from '../kube/types.ts';

/** Undefined when the group, the version or the resource is not served. */
export async function resourceByPlural(
  kube: Pick<KubeClient, 'raw'>,
  group: string,
  version: string,
  plural: string,
): Promise<{ apiVersion: string; kind: string } | undefined> {
  const apiVersion = group ? `${group}/${version}` : version;
  const answer = await kube.raw({ method: 'GET', path: `${group ? '/apis' : '/api'}/${apiVersion}` });
  if (answer.status !== 200) return undefined;
  const list: unknown = JSON.parse(answer.body);
  const resources = isObject(list) && Array.isArray(list.resources) ? list.resources : [];
  for (const resource of resources) {
    if (isObject(resource) && resource.name === plural && typeof resource.kind === 'string') return { apiVersion, kind: resource.kind };
  }
  return undefined;
}
