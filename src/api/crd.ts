/**
 * From the description of a kind to its CustomResourceDefinition. The schemas are cut to what a structural schema
 * of apiextensions v1 may hold; a keyword it does not know is a bug and stops the generator.
 */
import type { JsonObject } from '../base/json.ts';
import { isObject } from '../base/json.ts';
import type { Column, KindDescription } from './kind.ts';
import { writtenMark } from './schema.ts';

const copiedKeywords = new Set([
  'type',
  'description',
  'format',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'nullable',
  'default',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
]);

/** The structural schema of a TypeBox schema. Throws on what structural schemas cannot say. */
export function structuralSchema(schema: unknown, writtenByControllers = false): JsonObject {
  if (!isObject(schema)) throw new Error(`Expected a schema, got ${typeof schema}`);
  const lenient = writtenByControllers || schema[writtenMark] === true;
  const out: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties' && isObject(value)) {
      out.properties = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, structuralSchema(field, lenient)]));
    } else if (keyword === 'items') {
      out.items = structuralSchema(value, lenient);
    } else if (keyword === 'additionalProperties' && isObject(value)) {
      out.additionalProperties = structuralSchema(value, lenient);
    } else if (keyword === 'required' && Array.isArray(value)) {
      if (!lenient && value.length > 0) out.required = value;
    } else if (copiedKeywords.has(keyword)) {
      out[keyword] = value;
    } else if (keyword !== writtenMark) {
      throw new Error(`Expected keywords of a structural schema, got "${keyword}"`);
    }
  }
  if (lenient && out.type !== undefined) out.nullable = true;
  return out;
}

/** The schema of a whole object of the kind, as it stands under `openAPIV3Schema`. */
export function openApiSchema(kind: KindDescription): JsonObject {
  const own = structuralSchema(kind.schema);
  return {
    type: 'object',
    description: kind.description,
    ...(own.required === undefined ? {} : { required: own.required }),
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      ...(isObject(own.properties) ? own.properties : {}),
    },
  };
}

const column = ({ name, type, jsonPath, description, priority }: Column): JsonObject => ({
  name,
  type,
  jsonPath,
  ...(description === undefined ? {} : { description }),
  ...(priority === undefined ? {} : { priority }),
});

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(kind: KindDescription): JsonObject {
  const version = (name: string, storage: boolean): JsonObject => ({
    name,
    served: true,
    storage,
    ...(kind.columns.length === 0 ? {} : { additionalPrinterColumns: kind.columns.map(column) }),
    ...(kind.statusSubresource ? { subresources: { status: {} } } : {}),
    schema: { openAPIV3Schema: openApiSchema(kind) },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular ?? kind.kind.toLowerCase(),
        ...(kind.shortNames.length === 0 ? {} : { shortNames: [...kind.shortNames] }),
        ...(kind.categories.length === 0 ? {} : { categories: [...kind.categories] }),
      },
      scope: kind.scope,
      versions: [...(kind.alsoServed ?? []).map((name) => version(name, false)), version(kind.version, true)],
    },
  };
}
