/**
 * The older OpenAPI v2 document, translated from v3: kubectl up to 1.27 wants it, in protobuf form, before it
 * applies anything.
 */
import { isObject, type Json, type JsonObject } from '../../src/base/json.ts';
import { gitVersion } from './discovery.ts';
import type { OpenApiDocuments } from './openapi.ts';
import { ProtoWriter } from './protobuf/writer.ts';
import type { Resource, ResourceRegistry } from './resources.ts';

/** The whole document as JSON. */
export function openapiV2(documents: OpenApiDocuments, registry: ResourceRegistry): JsonObject {
  const definitions: JsonObject = {};
  for (const { name, versions } of registry.groups()) {
    for (const version of versions) {
      const document = documents.document(name === '' ? `api/${version}` : `apis/${name}/${version}`);
      const components = document && isObject(document.components) ? document.components : {};
      const schemas = isObject(components.schemas) ? components.schemas : {};
      for (const [key, schema] of Object.entries(schemas)) definitions[key] ??= schemaV2(schema);
    }
  }
  const paths: JsonObject = {};
  for (const resource of registry.all())
    if (resource.verbs.includes('patch')) paths[onePath(resource)] = { patch: patchOperation(resource) };
  return { swagger: '2.0', info: { title: 'Kubernetes', version: gitVersion }, paths, definitions };
}

function onePath(resource: Resource): string {
  const base = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.apiVersion}`;
  return `${base}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`;
}

function patchOperation(resource: Resource): JsonObject {
  const query = (name: string): JsonObject => ({ name, in: 'query', type: 'string', uniqueItems: true });
  return {
    operationId: `patch${resource.group}${resource.version}${resource.kind}`,
    parameters: [query('dryRun'), query('fieldManager'), query('fieldValidation')],
    'x-kubernetes-group-version-kind': { group: resource.group, version: resource.version, kind: resource.kind },
  };
}

const refText = (ref: Json | undefined): string => String(ref).replace('#/components/schemas/', '#/definitions/');

/** One schema of v3 in the words of v2. */
function schemaV2(schema: Json): JsonObject {
  if (!isObject(schema)) return {};
  if (schema.$ref !== undefined) return { $ref: refText(schema.$ref) };
  const { allOf, oneOf, anyOf: _any, not: _not, nullable: _nullable, properties, items, additionalProperties, ...rest } = schema;
  const single =
    Array.isArray(allOf) && allOf.length === 1 && isObject(allOf[0]) && allOf[0].$ref !== undefined ? allOf[0].$ref : undefined;
  if (single !== undefined) return { ...(rest.description ? { description: rest.description } : {}), $ref: refText(single) };
  const result: JsonObject = { ...rest };
  if (Array.isArray(oneOf) && rest.type === undefined) result.type = 'string';
  if (isObject(properties))
    result.properties = Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, schemaV2(child)]));
  if (items !== undefined) result.items = schemaV2(items);
  if (isObject(additionalProperties)) result.additionalProperties = schemaV2(additionalProperties);
  return result;
}

const scalarFields: readonly (readonly [string, number])[] = [
  ['format', 2],
  ['title', 3],
  ['description', 4],
  ['pattern', 13],
  ['discriminator', 26],
];

/** The document in the protobuf form of gnostic's openapi.v2.Document. */
export function encodeV2(document: JsonObject): Uint8Array {
  const writer = new ProtoWriter();
  writer.text(1, '2.0');
  const info = isObject(document.info) ? document.info : {};
  writer.message(2, (inner) => {
    inner.text(1, String(info.title));
    inner.text(2, String(info.version));
  });
  writer.message(8, (inner) => {
    for (const [name, item] of Object.entries(isObject(document.paths) ? document.paths : {}))
      inner.message(2, (named) => encodePath(named, name, item));
  });
  writer.message(9, (inner) => encodeNamedSchemas(inner, document.definitions));
  return writer.finish();
}

function encodePath(writer: ProtoWriter, name: string, item: Json): void {
  writer.text(1, name);
  const patch = isObject(item) && isObject(item.patch) ? item.patch : {};
  writer.message(2, (path) =>
    path.message(8, (operation) => {
      operation.text(5, String(patch.operationId));
      for (const parameter of Array.isArray(patch.parameters) ? patch.parameters : []) {
        if (!isObject(parameter)) continue;
        operation.message(8, (entry) =>
          entry.message(1, (kind) =>
            kind.message(2, (plain) =>
              plain.message(3, (query) => {
                query.text(2, 'query');
                query.text(4, String(parameter.name));
                query.text(6, String(parameter.type));
                query.flag(20, true);
              }),
            ),
          ),
        );
      }
      encodeExtensions(operation, 13, patch);
    }),
  );
}

function encodeNamedSchemas(writer: ProtoWriter, schemas: Json | undefined): void {
  for (const [name, schema] of Object.entries(isObject(schemas) ? schemas : {})) {
    writer.message(1, (named) => {
      named.text(1, name);
      named.message(2, (inner) => encodeSchema(inner, schema));
    });
  }
}

function encodeExtensions(writer: ProtoWriter, number: number, source: JsonObject): void {
  for (const [name, value] of Object.entries(source)) {
    if (!name.startsWith('x-')) continue;
    writer.message(number, (named) => {
      named.text(1, name);
      // JSON is YAML.
      named.message(2, (any) => any.text(2, JSON.stringify(value)));
    });
  }
}

function encodeSchema(writer: ProtoWriter, schema: Json): void {
  if (!isObject(schema)) return;
  if (schema.$ref !== undefined) writer.text(1, String(schema.$ref));
  for (const [field, number] of scalarFields) if (typeof schema[field] === 'string') writer.text(number, schema[field]);
  if (schema.default !== undefined) writer.message(5, (any) => any.text(2, JSON.stringify(schema.default)));
  for (const name of Array.isArray(schema.required) ? schema.required : []) writer.text(19, String(name));
  for (const value of Array.isArray(schema.enum) ? schema.enum : []) writer.message(20, (any) => any.text(2, JSON.stringify(value)));
  if (isObject(schema.additionalProperties))
    writer.message(21, (item) => item.message(1, (inner) => encodeSchema(inner, schema.additionalProperties ?? {})));
  if (typeof schema.type === 'string') writer.message(22, (type) => type.text(1, String(schema.type)));
  if (schema.items !== undefined) writer.message(23, (items) => items.message(1, (inner) => encodeSchema(inner, schema.items ?? {})));
  if (isObject(schema.properties)) writer.message(25, (inner) => encodeNamedSchemas(inner, schema.properties));
  encodeExtensions(writer, 31, schema);
}
