/** From a request's body to an object of the resource: kind, unknown fields, wrong types, defaults. */
import { isObject, type JsonObject } from '../../src/base/json.ts';
import {
  applyDefaults,
  decodeError,
  defaultBuiltin,
  type FieldIssue,
  invalidMessage,
  prune,
  type StructuralSchema,
} from '../../src/schema/index.ts';
import type { Json, KubeObject, ObjectMeta } from './object.ts';
import { badRequest, invalidObject, type Refusal } from './refusal.ts';
import { type FieldValidation, fieldValidationOf } from './request.ts';
import type { Resource } from './resources.ts';

/** Warnings of one request, sent as Warning headers. */
export type Warnings = string[];

/** Objects of this many bytes of JSON and more do not fit into etcd (its request limit of 1.5 MiB). */
export const maxObjectBytes = 1_572_864;

export function refuseIssues(resource: Pick<Resource, 'group' | 'kind'>, name: string, issues: FieldIssue[]): Refusal {
  const seen = new Set<string>();
  // The text names each issue once; the causes may hold one twice, as two layers of the real server find it.
  const distinct = issues.filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`) !== undefined);
  return invalidObject(
    resource.group,
    resource.kind,
    name,
    invalidMessage(resource.group, resource.kind, name, distinct),
    issues.map((issue) => ({ reason: issue.type, message: issue.message, field: issue.path })),
  );
}

/** Checks that the body is an object of this kind; fills in a missing kind where the real server does. */
export function expectKind(resource: Pick<Resource, 'apiVersion' | 'kind' | 'custom'>, value: Json): JsonObject {
  if (!isObject(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${
        Array.isArray(value) ? 'array' : typeof value
      } into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const { apiVersion, kind } = value;
  if (resource.custom && (typeof kind !== 'string' || kind === '')) {
    const text = JSON.stringify(value);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): Object 'Kind' is missing in '${text}' (${text})`,
    );
  }
  if (resource.custom && (typeof apiVersion !== 'string' || apiVersion === '')) {
    throw badRequest(`Object 'apiVersion' is missing in '${JSON.stringify(value)}'`);
  }
  if (kind !== undefined && kind !== '' && kind !== resource.kind) {
    const version = typeof apiVersion === 'string' ? apiVersion.slice(apiVersion.indexOf('/') + 1) : '';
    throw badRequest(
      `${String(kind)} in version "${version}" cannot be handled as a ${resource.kind}: converting (${String(apiVersion)}.${String(kind)}) to (${resource.apiVersion.includes('/') ? (resource.apiVersion.split('.')[0] ?? '').replace(/\/.*/, '') : 'core'}.${resource.kind}): unknown conversion`,
    );
  }
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== resource.apiVersion) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${resource.apiVersion})`,
    );
  }
  return kind && apiVersion ? value : { ...value, apiVersion: resource.apiVersion, kind: resource.kind };
}

const cannotHandle = ({ kind, version }: Pick<Resource, 'kind' | 'version'>): string =>
  `${kind} in version "${version}" cannot be handled as a ${kind}: `;

/** Reports unknown and doubled fields as the request asked: refuse, warn or keep silent. */
export function reportFields(
  resource: Pick<Resource, 'apiVersion' | 'kind' | 'version'>,
  validation: FieldValidation,
  found: { unknown: readonly string[]; duplicates: readonly string[] },
  warnings: Warnings,
  refuse: (why: string) => Refusal = (why) => badRequest(`${cannotHandle(resource)}${why}`),
): void {
  const problems = [
    ...found.duplicates.map((path) => `duplicate field "${path}"`),
    ...found.unknown.map((path) => `unknown field "${path}"`),
  ];
  if (validation === 'Ignore' || problems.length === 0) return;
  if (validation === 'Strict') {
    throw refuse(`strict decoding error: ${problems.join(', ')}`);
  }
  warnings.push(...problems);
}

export interface Decoding {
  query: URLSearchParams;
  warnings: Warnings;
}

/** Decodes a whole object: POST, PUT, and the result of a patch. */
export function decodeObject(
  resource: Resource,
  value: Json,
  duplicates: readonly string[],
  decoding: Decoding,
  refuse?: (why: string) => Refusal,
): KubeObject {
  const validation = fieldValidationOf(decoding.query);
  const body = expectKind(resource, value);
  if (!resource.custom) {
    const wrong = decodeError(body, resource.schema);
    if (wrong !== undefined) {
      throw refuse?.(wrong.replace(cannotHandle(resource), '')) ?? badRequest(wrong);
    }
  } else checkCustomMetadata(resource, body);
  const { value: pruned, pruned: unknown } = pruneTop(body, resource.schema);
  reportFields(resource, validation, { unknown, duplicates }, decoding.warnings, refuse);
  return asObject(pruned);
}

function checkCustomMetadata(resource: Resource, body: JsonObject): void {
  const metadataSchema = resource.schema.fields?.metadata;
  if (body.metadata === undefined || body.metadata === null || !metadataSchema) return;
  const wrong = decodeError({ metadata: body.metadata }, { type: 'object', fields: { metadata: metadataSchema } });
  if (wrong !== undefined) {
    throw badRequest(`${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${wrong}`);
  }
}

function pruneTop(body: JsonObject, schema: StructuralSchema): { value: JsonObject; pruned: string[] } {
  return prune(body, schema);
}

/** The one place where decoded JSON becomes a typed object. */
export function asObject(value: JsonObject): KubeObject {
  const metadata = isObject(value.metadata) ? value.metadata : {};
  return { ...value, metadata: metadata as unknown as ObjectMeta, apiVersion: String(value.apiVersion), kind: String(value.kind) };
}

/** The object with all defaults of its kind. */
export function complete(resource: Resource, object: KubeObject): KubeObject {
  return resource.custom ? applyDefaults(object, resource.schema) : defaultBuiltin(object);
}
