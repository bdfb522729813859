/**
 * The built-in kinds: reads the generated tables and links their references into schemas. A definition is
 * linked once, when first asked for, so that a command that needs one kind does not build four hundred.
 */
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import definitions from './generated/definitions.json' with { type: 'json' };
import resources from './generated/resources.json' with { type: 'json' };
import { deducedSchema, opaqueSchema, type StructuralSchema, structuralSchemaWith } from './structural.ts';

/** A resource as discovery lists it. */
export interface ApiResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources: ApiSubresource[];
}

export interface ApiSubresource {
  name: string;
  kind: string;
  verbs: string[];
  /** Where the subresource's kind is of another API (`scale`: autoscaling/v1 Scale). */
  group?: string;
  version?: string;
}

interface Tables {
  kubernetes: string;
  /** `apps/v1/Deployment` → name of its definition. */
  kinds: Record<string, string>;
  /** Short name → name in the server's documents. */
  names: Record<string, string>;
  definitions: Record<string, Json>;
}

// The border: the generated files are ours, and their inferred type would be as large as they are.
const tables = definitions as unknown as Tables;
const listed = resources as unknown as readonly ApiResource[];

/** The Kubernetes version the tables were generated from. */
export const kubernetesVersion: string = tables.kubernetes;
export const definitionTables: Readonly<Tables> = tables;

/** Every built-in resource the tables know, in discovery's terms. */
export function builtinResources(): readonly ApiResource[] {
  return listed;
}

const linked = new Map<string, StructuralSchema>();

/** Definitions whose Go types write themselves in a form their schema does not tell. */
const special: Record<string, StructuralSchema> = {
  'runtime.RawExtension': opaqueSchema,
  'api.resource.Quantity': { format: 'quantity' },
  'util.intstr.IntOrString': { intOrString: true, format: 'int-or-string' },
  'apis.meta.v1.FieldsV1': { type: 'object', ...deducedSchema },
};

function linkDefinition(name: string): StructuralSchema {
  const known = linked.get(name);
  if (known !== undefined) return known;
  const node: StructuralSchema = {};
  linked.set(name, node); // before its fields: definitions refer to themselves
  Object.assign(node, special[name] ?? linkNode(tables.definitions[name] ?? {}), {
    goName: name.split('.').slice(-2).join('.'),
  });
  return node;
}

function linkNode(source: Json): StructuralSchema {
  if (typeof source === 'string') return source.startsWith('#') ? linkDefinition(source.slice(1)) : primitive(source);
  if (!isObject(source)) return {};
  const { ref, fields, values, items, default: goDefault, ...rest } = source;
  // The rest is what the generator copied from the document under our names.
  const node: StructuralSchema = { ...(typeof ref === 'string' ? linkDefinition(ref) : {}), ...(rest as StructuralSchema) };
  if (isObject(fields)) node.fields = Object.fromEntries(Object.entries(fields).map(([name, child]) => [name, linkNode(child)]));
  if (values !== undefined) node.values = linkNode(values);
  if (items !== undefined) node.items = linkNode(items);
  if (goDefault !== undefined) node.goDefault = goDefault;
  return node;
}

const primitives = new Map<string, StructuralSchema>();
function primitive(type: string): StructuralSchema {
  const known = primitives.get(type);
  if (known !== undefined) return known;
  const node = { type } as StructuralSchema;
  primitives.set(type, node);
  return node;
}

/** The schema of a built-in kind, or undefined for kinds the tables do not hold. */
export function schemaFor(apiVersion: string, kind: string): StructuralSchema | undefined {
  const key = `${apiVersion}/${kind}`;
  return Object.hasOwn(tables.kinds, key) ? linkDefinition(tables.kinds[key] ?? '') : undefined;
}

/** The schema of every object's `metadata`. */
export function objectMetaSchema(): StructuralSchema {
  return schemaFor('v1', 'ConfigMap')?.fields?.metadata ?? deducedSchema;
}

/** The schema of a custom resource, from its CRD version's `schema.openAPIV3Schema`; adds apiVersion, kind and metadata. */
export function structuralSchemaOf(openAPIV3Schema: JsonObject): StructuralSchema {
  return structuralSchemaWith(openAPIV3Schema, objectMetaSchema());
}
