/** OpenAPI v3: the index and one document per group version; of built-ins from the schema tables, of CRDs from their schemas. */
import { hashJson } from '../../src/base/hash.ts';
import { isObject, valueAt } from '../../src/base/json.ts';
import { openapiV3Of } from '../../src/schema/index.ts';
import { gitVersion } from './discovery.ts';
import type { JsonObject } from './object.ts';
import type { Resource, ResourceRegistry } from './resources.ts';

const pathOf = (group: string, version: string): string => (group === '' ? `api/${version}` : `apis/${group}/${version}`);

export class OpenApiDocuments {
  readonly #registry: ResourceRegistry;
  #generation = -1;
  readonly #custom = new Map<string, JsonObject>();

  constructor(registry: ResourceRegistry) {
    this.#registry = registry;
  }

  #refresh(): void {
    if (this.#generation === this.#registry.generation) return;
    this.#generation = this.#registry.generation;
    this.#custom.clear();
    const byVersion = new Map<string, Resource[]>();
    for (const resource of this.#registry.all()) {
      if (!resource.custom) continue;
      const path = pathOf(resource.group, resource.version);
      byVersion.set(path, [...(byVersion.get(path) ?? []), resource]);
    }
    for (const [path, resources] of byVersion) this.#custom.set(path, customDocument(resources));
  }

  /** `/openapi/v3`: where each document is, with a hash by which clients cache it. */
  index(): JsonObject {
    this.#refresh();
    const paths: JsonObject = {};
    for (const { name, versions } of this.#registry.groups()) {
      for (const version of versions) {
        const path = pathOf(name, version);
        const custom = this.#custom.get(path);
        const hash = custom ? hashJson(custom, 32) : hashJson([gitVersion, path], 32);
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.toUpperCase()}` };
      }
    }
    return { paths };
  }

  /** The document of `api/v1`, `apis/apps/v1`, …; undefined when the group version is not served. */
  document(path: string): JsonObject | undefined {
    this.#refresh();
    const custom = this.#custom.get(path);
    if (custom) return custom;
    const parts = path.split('/');
    const [group, version] = parts[0] === 'api' ? ['', parts[1] ?? ''] : [parts[1] ?? '', parts[2] ?? ''];
    if (this.#registry.inVersion(group, version).length === 0) return undefined;
    return openapiV3Of(group === '' ? version : `${group}/${version}`);
  }
}

/** `stable.example.com` → `com.example.stable.v1.Kind`, the name of a schema in the documents. */
function schemaName(resource: Resource, kind: string): string {
  return `${resource.group.split('.').reverse().join('.')}.${resource.version}.${kind}`;
}

const gvk = (resource: Resource, kind = resource.kind): JsonObject => ({ group: resource.group, version: resource.version, kind });

function customDocument(resources: readonly Resource[]): JsonObject {
  const schemas: JsonObject = {};
  const paths: JsonObject = {};
  const shared = valueAt(openapiV3Of('apps/v1'), ['components', 'schemas']);
  if (isObject(shared)) {
    for (const [name, schema] of Object.entries(shared)) if (name.startsWith('io.k8s.apimachinery.')) schemas[name] = schema;
  }
  for (const resource of resources) {
    schemas[schemaName(resource, resource.kind)] = customSchema(resource);
    schemas[schemaName(resource, resource.listKind)] = listSchema(resource);
    Object.assign(paths, customPaths(resource));
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' }, paths, components: { schemas } };
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const apiVersionText =
  'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources';
const kindText =
  'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds';

function customSchema(resource: Resource): JsonObject {
  const written = resource.custom?.openAPIV3Schema ?? { type: 'object' };
  const properties =
    typeof written.properties === 'object' && written.properties !== null && !Array.isArray(written.properties) ? written.properties : {};
  return {
    ...written,
    properties: {
      ...properties,
      apiVersion: text(apiVersionText),
      kind: text(kindText),
      metadata: {
        description:
          "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
        allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
      },
    },
    'x-kubernetes-group-version-kind': [gvk(resource)],
  };
}

function listSchema(resource: Resource): JsonObject {
  return {
    type: 'object',
    description: `${resource.listKind} is a list of ${resource.kind}`,
    required: ['items'],
    properties: {
      apiVersion: text(apiVersionText),
      kind: text(kindText),
      items: { type: 'array', items: { $ref: `#/components/schemas/${schemaName(resource, resource.kind)}` } },
      metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta' }] },
    },
    'x-kubernetes-group-version-kind': [gvk(resource, resource.listKind)],
  };
}

function operation(resource: Resource, action: string, body: boolean): JsonObject {
  const writes = body || action === 'delete';
  const query = (name: string, type: string): JsonObject => ({ name, in: 'query', schema: { type, uniqueItems: true } });
  const schema = { $ref: `#/components/schemas/${schemaName(resource, resource.kind)}` };
  const bodyTypes =
    action === 'patch'
      ? ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml']
      : ['application/json', 'application/yaml'];
  return {
    description: `${action} ${resource.kind}`,
    operationId: `${action}${resource.kind}`,
    parameters: writes ? [query('dryRun', 'string'), query('fieldManager', 'string'), query('fieldValidation', 'string')] : [],
    ...(body ? { requestBody: { content: Object.fromEntries(bodyTypes.map((type) => [type, { schema }])) } } : {}),
    responses: { '200': { description: 'OK', content: { 'application/json': { schema } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(resource),
  };
}

function customPaths(resource: Resource): JsonObject {
  const base = `/${pathOf(resource.group, resource.version)}`;
  const collection = resource.namespaced ? `${base}/namespaces/{namespace}/${resource.plural}` : `${base}/${resource.plural}`;
  const one: JsonObject = {
    get: operation(resource, 'get', false),
    put: operation(resource, 'put', true),
    patch: operation(resource, 'patch', true),
    delete: operation(resource, 'delete', false),
  };
  const paths: JsonObject = {
    [collection]: { get: operation(resource, 'list', false), post: operation(resource, 'post', true) },
    [`${collection}/{name}`]: one,
  };
  if (resource.namespaced) paths[`${base}/${resource.plural}`] = { get: operation(resource, 'list', false) };
  for (const name of resource.subresources.keys()) {
    paths[`${collection}/{name}/${name}`] = {
      get: operation(resource, 'get', false),
      put: operation(resource, 'put', true),
      patch: operation(resource, 'patch', true),
    };
  }
  return paths;
}
