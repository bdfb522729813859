/**
 * OpenAPI v3 documents of the built-in kinds, written back from the tables: what `kubectl explain` reads
 * (descriptions) and what clients look for before they patch (paths, parameters, merge keys).
 */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { type ApiResource, builtinResources, definitionTables, kubernetesVersion } from './tables.ts';

const refPrefix = '#/components/schemas/';

type Descriptions = Record<string, Record<string, string>>;
let loaded: Descriptions | undefined;

/** The prose of every definition and field; read once, when somebody first asks. */
function descriptions(): Descriptions {
  if (loaded !== undefined) return loaded;
  const file: unknown = JSON.parse(readFileSync(new URL('./generated/descriptions.json', import.meta.url), 'utf8'));
  const packed = isObject(file) && typeof file.brotli === 'string' ? file.brotli : '';
  loaded = JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8')) as Descriptions;
  return loaded;
}

const nameOf = (short: string): string => definitionTables.names[short] ?? short;
const copied = ['type', 'format', 'required', 'enum', 'pattern', 'nullable', 'minimum', 'maximum', 'oneOf', 'uniqueItems'];

function write(source: Json | undefined, description: string | undefined, used: Set<string>): JsonObject {
  const out: JsonObject = description === undefined ? {} : { description };
  if (typeof source === 'string') {
    if (!source.startsWith('#')) return { ...out, type: source };
    used.add(source.slice(1));
    return { ...out, allOf: [{ $ref: refPrefix + nameOf(source.slice(1)) }] };
  }
  if (!isObject(source)) return out;
  if (typeof source.ref === 'string') {
    used.add(source.ref);
    out.allOf = [{ $ref: refPrefix + nameOf(source.ref) }];
  }
  for (const key of copied) if (source[key] !== undefined) out[key] = source[key];
  if (source.default !== undefined && source.default !== null) out.default = source.default;
  if (isObject(source.fields)) {
    out.properties = Object.fromEntries(Object.entries(source.fields).map(([name, field]) => [name, write(field, undefined, used)]));
  }
  if (source.items !== undefined) out.items = write(source.items, undefined, used);
  if (source.values !== undefined) out.additionalProperties = write(source.values, undefined, used);
  if (source.intOrString === true) out.oneOf = [{ type: 'integer' }, { type: 'string' }];
  if (source.listType !== undefined) out['x-kubernetes-list-type'] = source.listType;
  if (source.listKeys !== undefined) out['x-kubernetes-list-map-keys'] = source.listKeys;
  if (source.mapType !== undefined) out['x-kubernetes-map-type'] = source.mapType;
  if (Array.isArray(source.patchStrategy)) out['x-kubernetes-patch-strategy'] = source.patchStrategy.join(',');
  if (source.patchMergeKey !== undefined) out['x-kubernetes-patch-merge-key'] = source.patchMergeKey;
  return out;
}

function definition(short: string, used: Set<string>): JsonObject {
  const source = definitionTables.definitions[short];
  const prose = descriptions()[short] ?? {};
  const out = write(source, prose[''], used);
  if (isObject(source) && isObject(source.fields)) {
    out.properties = Object.fromEntries(Object.entries(source.fields).map(([name, field]) => [name, write(field, prose[name], used)]));
  }
  return out;
}

const query = (name: string, description: string, type = 'string'): JsonObject => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
});
const writeParameters: JsonObject[] = [
  query(
    'dryRun',
    'When present, indicates that modifications should not be persisted. Valid values are: - All: all dry run stages will be processed',
  ),
  query('fieldManager', 'A name associated with the actor or entity that is making these changes.'),
  query('fieldValidation', 'How to handle objects in the request with unknown or duplicate fields: Ignore, Warn or Strict.'),
];
const force = query('force', 'Take fields that other managers own. For apply requests only.', 'boolean');
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

interface Subject {
  group: string;
  version: string;
  kind: string;
}

function operation(action: string, subject: Subject, ref: string | undefined, parameters: JsonObject[] = []): JsonObject {
  const schema: JsonObject = ref === undefined ? {} : { $ref: ref };
  const out: JsonObject = {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: subject.group, version: subject.version, kind: subject.kind },
    responses: { '200': { description: 'OK', content: { 'application/json': { schema } } } },
  };
  if (parameters.length > 0) out.parameters = parameters;
  if (action === 'patch') {
    const body = { schema: { $ref: `${refPrefix}io.k8s.apimachinery.pkg.apis.meta.v1.Patch` } };
    out.requestBody = { required: true, content: Object.fromEntries(patchTypes.map((type) => [type, body])) };
  } else if (action === 'post' || action === 'put') out.requestBody = { required: true, content: { '*/*': { schema } } };
  return out;
}

function itemOperations(verbs: readonly string[], subject: Subject, ref: string | undefined): JsonObject {
  const out: JsonObject = {};
  if (verbs.includes('get')) out.get = operation('get', subject, ref);
  if (verbs.includes('update')) out.put = operation('put', subject, ref, writeParameters);
  if (verbs.includes('patch')) out.patch = operation('patch', subject, ref, [...writeParameters, force]);
  if (verbs.includes('delete')) out.delete = operation('delete', subject, undefined);
  if (verbs.includes('create')) out.post = operation('post', subject, ref, writeParameters);
  return out;
}

function pathsOf(resource: ApiResource, ref: string, listRef: string): JsonObject {
  const { group, version, plural, verbs } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scoped = resource.namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const collection: JsonObject = {};
  if (verbs.includes('list')) collection.get = operation('list', resource, listRef);
  if (verbs.includes('create')) collection.post = operation('post', resource, ref, writeParameters);
  const out: JsonObject = { [scoped]: collection };
  if (resource.namespaced && verbs.includes('list')) out[`${root}/${plural}`] = { get: operation('list', resource, listRef) };
  const item = itemOperations(
    verbs.filter((verb) => verb !== 'create'),
    resource,
    ref,
  );
  if (Object.keys(item).length > 0) out[`${scoped}/{name}`] = item;
  for (const sub of resource.subresources) {
    const subject = { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind };
    const same = sub.kind === resource.kind;
    out[`${scoped}/{name}/${sub.name}`] = itemOperations(sub.verbs, subject, same ? ref : undefined);
  }
  return out;
}

const listMeta = 'apis.meta.v1.ListMeta';

function listDefinition(resource: ApiResource, ref: string, used: Set<string>): JsonObject {
  used.add(listMeta);
  return {
    description: `${resource.kind}List is a list of ${resource.kind}.`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      items: { type: 'array', items: { default: {}, allOf: [{ $ref: ref }] } },
      kind: { type: 'string' },
      metadata: { default: {}, allOf: [{ $ref: refPrefix + nameOf(listMeta) }] },
    },
    'x-kubernetes-group-version-kind': [{ group: resource.group, version: resource.version, kind: `${resource.kind}List` }],
  };
}

/** The OpenAPI v3 document of a group and version (`v1`, `apps/v1`); undefined where the tables have no kind of it. */
export function openapiV3Of(groupVersion: string): JsonObject | undefined {
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  const resources = builtinResources().filter((each) => each.group === group && each.version === version);
  if (resources.length === 0) return undefined;
  const schemas: JsonObject = {};
  const paths: JsonObject = {};
  const used = new Set<string>(['apis.meta.v1.Patch', 'apis.meta.v1.DeleteOptions']);
  for (const [key, short] of Object.entries(definitionTables.kinds)) {
    if (!key.startsWith(`${groupVersion}/`) || key.slice(groupVersion.length + 1).includes('/')) continue;
    used.add(short);
  }
  for (const resource of resources) {
    const short = definitionTables.kinds[`${groupVersion}/${resource.kind}`];
    if (short === undefined) continue;
    const ref = refPrefix + nameOf(short);
    const isListed = resource.verbs.includes('list');
    if (isListed) schemas[`${nameOf(short)}List`] = listDefinition(resource, ref, used);
    Object.assign(paths, pathsOf(resource, ref, `${ref}List`));
  }
  // A set grows while it is walked: definitions that definitions refer to come too.
  for (const short of used) schemas[nameOf(short)] = definition(short, used);
  for (const [key, short] of Object.entries(definitionTables.kinds)) {
    const kind = key.slice(groupVersion.length + 1);
    const schema = schemas[nameOf(short)];
    if (key === `${groupVersion}/${kind}` && isObject(schema)) schema['x-kubernetes-group-version-kind'] = [{ group, version, kind }];
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: `v${kubernetesVersion}` }, paths, components: { schemas } };
}
