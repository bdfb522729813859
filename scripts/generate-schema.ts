/**
 * Writes src/schema/generated/ from the OpenAPI v3 and discovery documents of a Kubernetes API server:
 * `node scripts/generate-schema.ts <directory | URL> <version> <Go types>...`. A directory is searched for JSON files
 * of both sorts, in whatever folders; a URL is that of an API server that needs no credentials (`kubectl proxy`). The Go
 * types are the folders of the modules k8s.io/api, k8s.io/apimachinery and k8s.io/apiextensions-apiserver of that
 * version: only they tell whether a field that is zero is written or left out.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { canonicalJson, isObject, type Json, type JsonObject } from '../src/base/json.ts';

/** The kinds the product serves or writes, by group and version. `*` takes every kind with a resource. */
const served: Record<string, readonly string[] | '*'> = {
  v1: [
    'Pod',
    'Service',
    'ConfigMap',
    'Secret',
    'Namespace',
    'Node',
    'Event',
    'Endpoints',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'ServiceAccount',
    'ResourceQuota',
    'LimitRange',
    'ReplicationController',
    'PodTemplate',
    'Binding',
    'Status',
  ],
  'apps/v1': '*',
  'batch/v1': '*',
  'autoscaling/v1': '*',
  'autoscaling/v2': '*',
  'policy/v1': '*',
  'networking.k8s.io/v1': '*',
  'rbac.authorization.k8s.io/v1': '*',
  'storage.k8s.io/v1': ['StorageClass'],
  'scheduling.k8s.io/v1': '*',
  'coordination.k8s.io/v1': '*',
  'discovery.k8s.io/v1': '*',
  'events.k8s.io/v1': '*',
  'apiextensions.k8s.io/v1': '*',
  'admissionregistration.k8s.io/v1': '*',
  'authorization.k8s.io/v1': '*',
  'authentication.k8s.io/v1': '*',
};
const metaKinds = ['DeleteOptions', 'APIResourceList', 'APIGroup'];
/** Definitions that documents refer to and no kind contains. */
const extraDefinitions = ['io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch'];

interface Sources {
  schemas: Map<string, JsonObject>;
  discovery: JsonObject[];
}

function collect(document: unknown, into: Sources): void {
  if (!isObject(document)) return;
  if (document.kind === 'APIResourceList') into.discovery.push(document);
  const components = document.components;
  if (!isObject(components) || !isObject(components.schemas)) return;
  for (const [name, schema] of Object.entries(components.schemas)) if (isObject(schema)) into.schemas.set(name, schema);
}

function readDirectory(directory: string, into: Sources): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    try {
      collect(JSON.parse(text), into);
    } catch (error) {
      throw new Error(`${join(entry.parentPath, entry.name)} is not JSON: ${String(error)}`);
    }
  }
}

async function readServer(url: string, into: Sources): Promise<void> {
  const get = async (path: string): Promise<unknown> => (await fetch(new URL(path, url))).json();
  const index = await get('/openapi/v3');
  if (!isObject(index) || !isObject(index.paths)) throw new Error(`${url} serves no /openapi/v3`);
  for (const groupVersion of Object.keys(served)) {
    const path = groupVersion === 'v1' ? 'api/v1' : `apis/${groupVersion}`;
    collect(await get(`/openapi/v3/${path}`), into);
    collect(await get(`/${path}`), into);
  }
}

const refPrefix = '#/components/schemas/';
/** The definition a node refers to, directly or as the one member of `allOf`. */
function reference(node: JsonObject): string | undefined {
  const direct = node.$ref;
  if (typeof direct === 'string') return direct.slice(refPrefix.length);
  const [only] = Array.isArray(node.allOf) ? node.allOf : [];
  return isObject(only) && typeof only.$ref === 'string' ? only.$ref.slice(refPrefix.length) : undefined;
}

/** `io.k8s.api.apps.v1.Deployment` is written once a reference: the common prefixes are dropped. */
const shortName = (name: string): string => name.replace(/^io\.k8s\.(api\.|apimachinery\.pkg\.|apiextensions-apiserver\.pkg\.apis\.)?/, '');

const textual: readonly string[] = [
  'format',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'enum',
  'nullable',
];

/** What a field's Go type and tag say of its zero: left out, or written as null. */
interface GoField {
  omitEmpty: boolean;
  pointer: boolean;
  /** Slices, maps and times, whose zero is null where it is written. */
  nil: boolean;
}
interface GoStruct {
  fields: Map<string, GoField>;
  inlined: string[];
}

/** Where a folder of Go types stands in the names of definitions; undefined for folders without any. */
function packageName(folder: string): string | undefined {
  const parts = folder.split('/');
  const [group = '', version = ''] = parts.slice(-2);
  if (!/^v\d/.test(version)) return undefined;
  if (folder.includes('/apis/meta/')) return `apis.meta.${version}`;
  return parts.at(-3) === 'apis' ? `pkg.apis.${group}.${version}` : `${group}.${version}`;
}

function readGoTypes(directory: string, into: Map<string, GoStruct>): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/^types.*\.go$/.test(entry.name)) continue;
    const prefix = packageName(entry.parentPath);
    if (prefix === undefined) continue;
    let current: GoStruct | undefined;
    for (const line of readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n')) {
      const opened = /^type (\w+) struct \{/.exec(line);
      if (opened !== null) {
        current = { fields: new Map(), inlined: [] };
        into.set(shortName(`io.k8s.${prefix}.${opened[1]}`), current);
      }
      if (line === '}') current = undefined;
      const inlined = /^\t(?:\w+\s+)?([\w.]+)\s+`json:",inline"/.exec(line);
      if (inlined !== null) current?.inlined.push(shortName(`io.k8s.${prefix}.${inlined[1]}`));
      const field = /^\t\w+\s+(\S+)\s+`json:"([\w$-]+)(,omitempty)?[^"]*"/.exec(line);
      if (field === null || current === undefined) continue;
      const [, type = '', name = '', omitEmpty] = field;
      const nil = /^(\[\]|map\[)/.test(type) || /^(metav1\.)?(Micro)?Time$/.test(type);
      current.fields.set(name, { omitEmpty: omitEmpty !== undefined, pointer: type.startsWith('*'), nil });
    }
  }
}

function goField(types: Map<string, GoStruct>, definition: string, name: string): GoField | undefined {
  const struct = types.get(definition);
  if (struct === undefined) return undefined;
  const own = struct.fields.get(name);
  if (own !== undefined) return own;
  for (const other of struct.inlined) {
    const found = goField(types, other, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const scalars = ['string', 'integer', 'number', 'boolean'];

/** Adds to a definition's fields what the Go types know of their zeros. */
function addZeros(definition: Json, name: string, types: Map<string, GoStruct>): Json {
  if (!isObject(definition) || !isObject(definition.fields)) return definition;
  const fields: JsonObject = {};
  for (const [field, node] of Object.entries(definition.fields)) {
    fields[field] = node;
    const go = goField(types, name, field);
    if (go === undefined || go.pointer) continue;
    const whole: JsonObject = isObject(node)
      ? node
      : typeof node !== 'string'
        ? {}
        : node.startsWith('#')
          ? { ref: node.slice(1) }
          : { type: node };
    const isTime = String(whole.ref ?? '').endsWith('Time');
    if (go.omitEmpty ? isTime : go.nil) fields[field] = { ...whole, default: null };
    else if (go.omitEmpty && scalars.includes(String(whole.type))) fields[field] = { ...whole, omitZero: true };
  }
  return { ...definition, fields };
}

function compactNode(node: JsonObject, seen: (name: string) => void): Json {
  const out: JsonObject = {};
  const target = reference(node);
  if (target !== undefined) {
    seen(target);
    out.ref = shortName(target);
  } else if (typeof node.type === 'string') out.type = node.type;
  if (isObject(node.properties)) {
    out.fields = Object.fromEntries(
      Object.entries(node.properties).map(([name, child]) => [name, compactNode(isObject(child) ? child : {}, seen)]),
    );
  }
  if (isObject(node.items)) out.items = compactNode(node.items, seen);
  if (isObject(node.additionalProperties)) out.values = compactNode(node.additionalProperties, seen);
  if (Array.isArray(node.required)) out.required = node.required;
  if (node.default !== undefined) out.default = node.default;
  for (const key of textual) if (node[key] !== undefined) out[key] = node[key];
  if (node.format === 'int-or-string') out.intOrString = true;
  if (Array.isArray(node.oneOf) && out.intOrString === undefined) out.oneOf = node.oneOf;
  const listType = node['x-kubernetes-list-type'];
  const keys = node['x-kubernetes-list-map-keys'];
  if (listType !== undefined) out.listType = listType;
  if (keys !== undefined) out.listKeys = keys;
  const mapType = node['x-kubernetes-map-type'];
  if (mapType !== undefined) out.mapType = mapType;
  const strategy = node['x-kubernetes-patch-strategy'];
  if (typeof strategy === 'string') out.patchStrategy = strategy.split(',');
  const mergeKey = node['x-kubernetes-patch-merge-key'];
  if (mergeKey !== undefined) out.patchMergeKey = mergeKey;
  if (node['x-kubernetes-preserve-unknown-fields'] === true) out.preserveUnknown = true;
  if (node['x-kubernetes-embedded-resource'] === true) out.embeddedResource = true;
  const [first, ...rest] = Object.keys(out);
  if (rest.length > 0) return out;
  if (first === 'ref') return `#${String(out.ref)}`;
  return first === 'type' ? String(out.type) : out;
}

function kindsOf(schema: JsonObject): { group: string; version: string; kind: string }[] {
  const list = schema['x-kubernetes-group-version-kind'];
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map((each) => ({ group: String(each.group), version: String(each.version), kind: String(each.kind) }));
}

const joined = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

function isServed(groupVersion: string, kind: string): boolean {
  const kinds = served[groupVersion];
  return kinds === '*' || (kinds?.includes(kind) ?? false) || (kinds !== undefined && metaKinds.includes(kind) && groupVersion === 'v1');
}

interface Subresource {
  name: string;
  [key: string]: Json;
}

function resourcesOf(discovery: JsonObject[]): JsonObject[] {
  const out: JsonObject[] = [];
  for (const document of discovery) {
    const groupVersion = String(document.groupVersion);
    const slash = groupVersion.indexOf('/');
    const group = slash < 0 ? '' : groupVersion.slice(0, slash);
    const version = groupVersion.slice(slash + 1);
    const resources = Array.isArray(document.resources) ? document.resources.filter(isObject) : [];
    for (const resource of resources) {
      const plural = String(resource.name);
      if (plural.includes('/') || !isServed(groupVersion, String(resource.kind))) continue;
      const subresources: Subresource[] = resources
        .filter((each) => String(each.name).startsWith(`${plural}/`))
        .map((each) => {
          const sub: Subresource = { name: String(each.name).slice(plural.length + 1), kind: each.kind ?? '', verbs: each.verbs ?? [] };
          if (each.group !== undefined) sub.group = each.group;
          if (each.version !== undefined) sub.version = each.version;
          return sub;
        });
      const entry: JsonObject = {
        group,
        version,
        kind: resource.kind ?? '',
        plural,
        singular: resource.singularName ?? '',
        namespaced: resource.namespaced ?? false,
        verbs: resource.verbs ?? [],
        subresources,
      };
      if (resource.shortNames !== undefined) entry.shortNames = resource.shortNames;
      if (resource.categories !== undefined) entry.categories = resource.categories;
      out.push(entry);
    }
  }
  const order = Object.keys(served);
  const rank = (entry: JsonObject): number => order.indexOf(joined(String(entry.group), String(entry.version)));
  return out.sort((a, b) => rank(a) - rank(b) || (String(a.plural) < String(b.plural) ? -1 : 1));
}

/** Descriptions of a definition and its fields; the empty key is the definition itself. */
function descriptionsOf(schema: JsonObject): JsonObject {
  const out: JsonObject = {};
  if (typeof schema.description === 'string') out[''] = schema.description;
  if (isObject(schema.properties)) {
    for (const [name, child] of Object.entries(schema.properties)) {
      if (isObject(child) && typeof child.description === 'string') out[name] = child.description;
    }
  }
  return out;
}

async function main(): Promise<void> {
  const [from, version, ...goTypes] = process.argv.slice(2);
  if (from === undefined || version === undefined || goTypes.length === 0) {
    throw new Error('usage: node scripts/generate-schema.ts <directory | URL> <kubernetes version> <folder of Go types>...');
  }
  const types = new Map<string, GoStruct>();
  for (const folder of goTypes) readGoTypes(folder, types);
  const sources: Sources = { schemas: new Map(), discovery: [] };
  if (/^https?:/.test(from)) await readServer(from, sources);
  else readDirectory(from, sources);

  const kinds: Record<string, string> = {};
  const wanted: string[] = [...extraDefinitions];
  for (const [name, schema] of sources.schemas) {
    for (const each of kindsOf(schema)) {
      const groupVersion = joined(each.group, each.version);
      if (!isServed(groupVersion, each.kind) || each.kind.endsWith('List')) continue;
      kinds[`${groupVersion}/${each.kind}`] = shortName(name);
      wanted.push(name);
    }
  }
  const definitions: Record<string, Json> = {};
  const names: Record<string, string> = {};
  const descriptions: Record<string, Json> = {};
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const short = shortName(name);
    const schema = sources.schemas.get(name);
    if (schema === undefined) throw new Error(`no definition ${name}`);
    if (definitions[short] !== undefined) continue;
    definitions[short] = addZeros(
      compactNode(schema, (other) => wanted.push(other)),
      short,
      types,
    );
    names[short] = name;
    descriptions[short] = descriptionsOf(schema);
  }
  const folder = new URL('../src/schema/generated/', import.meta.url);
  const tables = { kubernetes: version, kinds, names, definitions };
  writeFileSync(new URL('definitions.json', folder), `${canonicalJson(tables)}\n`);
  writeFileSync(new URL('resources.json', folder), `${canonicalJson(resourcesOf(sources.discovery))}\n`);
  // Prose is four fifths of the documents and wanted by `kubectl explain` alone: it is kept compressed.
  const packed = brotliCompressSync(canonicalJson(descriptions), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(new URL('descriptions.json', folder), `${JSON.stringify({ brotli: packed.toString('base64') })}\n`);
  console.log(`${Object.keys(kinds).length} kinds, ${Object.keys(definitions).length} definitions`);
}

await main();
