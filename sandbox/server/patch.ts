/** PATCH in its four forms: JSON patch, merge patch, strategic merge patch and server-side apply. */
import { canonicalJson, cloneJson, isObject } from '../../src/base/json.ts';
import {
  applyServerSide,
  conversionError,
  jsonMergePatch,
  jsonPatch,
  type PatchResult,
  prune,
  strategicMergePatch,
} from '../../src/schema/index.ts';
import { fromStorage } from './convert.ts';
import { asObject, complete, decodeObject, expectKind, reportFields, type Warnings } from './decode.ts';
import { type Engine, nowOf } from './engine.ts';
import { contentTypeOf, decodeBody } from './media.ts';
import type { Json, JsonObject, KubeObject } from './object.ts';
import { badRequest, conflict, notFound, Refusal, staleWrite, unsupportedPatchType } from './refusal.ts';
import { booleanParameter, fieldManagerOf, fieldValidationOf, isDryRun, type ResourceCall } from './request.ts';
import type { Resource } from './resources.ts';
import { convertTo, createObject, updateObject, type Written } from './write.ts';

export const applyType = 'application/apply-patch+yaml';
const patchTypes = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', applyType];

const maxJsonPatchOperations = 10_000;

export function patchTypesFor(resource: Resource): string[] {
  return resource.custom ? patchTypes.filter((type) => type !== 'application/strategic-merge-patch+json') : patchTypes;
}

/** Applies a patch of any form to an object or its status. `created` tells whether apply created it. */
export function patchObject(engine: Engine, call: ResourceCall, warnings: Warnings): Written & { created: boolean } {
  const type = contentTypeOf(call.request.headers);
  const accepted = patchTypesFor(call.resource);
  if (!accepted.includes(type)) throw unsupportedPatchType(call.resource.custom !== undefined, accepted);
  return type === applyType ? applyObject(engine, call, warnings) : { ...patchLive(engine, call, type, warnings), created: false };
}

/** Fails the precondition of a patch that names the revision it was made for. */
function checkPatchRevision(resource: Resource, live: KubeObject, body: Json): void {
  if (!isObject(body) || !isObject(body.metadata)) return;
  const wanted = body.metadata.resourceVersion;
  if (typeof wanted === 'string' && wanted !== '' && wanted !== live.metadata.resourceVersion)
    throw staleWrite(resource, live.metadata.name);
}

function patchLive(engine: Engine, call: ResourceCall, type: string, warnings: Warnings): Written {
  const { resource, namespace, name = '' } = call;
  const stored = engine.store.get(resource.storage, namespace, name);
  if (!stored) throw notFound(resource, name);
  const live = fromStorage(resource, stored.object);
  const { value: body, duplicates } = decodeBody(call.request.body, type, patchTypes);
  const patched = applyPatch(resource, live, type, body);
  if (type !== 'application/json-patch+json') checkPatchRevision(resource, live, body);
  // What is wrong with the result is said of the patch: a strategic one as it was sent, the others with what they made.
  const isStrategic = type === 'application/strategic-merge-patch+json';
  const blamed = isStrategic ? goValue(body) : canonicalJson(patched);
  const wrong = isStrategic ? conversionError(patched, resource.schema) : undefined;
  if (wrong !== undefined) throw invalidPatch(blamed, wrong);
  const object = decodeObject(resource, patched, duplicates, { query: call.query, warnings }, (why) => invalidPatch(blamed, why));
  checkAddress(resource, live, object);
  return updateObject(engine, {
    resource,
    namespace,
    name,
    live,
    object:
      type === 'application/json-patch+json'
        ? object
        : { ...object, metadata: { ...object.metadata, resourceVersion: live.metadata.resourceVersion } },
    manager: fieldManagerOf(call),
    user: call.request.user,
    dryRun: isDryRun(call.query, 'PatchOptions'),
    subresource: call.subresource,
  });
}

function invalidPatch(blamed: string, why: string): Refusal {
  const message = `Invalid value: ${JSON.stringify(blamed)}: ${why}`;
  return new Refusal(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  });
}

/** A value as Go prints it with %+v: `map[data:map[a:1]]`. */
function goValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (isObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goValue(value[key] ?? null)}`)
      .join(' ')}]`;
  return value === null ? '<nil>' : String(value);
}

/** A patch may neither rename nor move the object. */
function checkAddress(resource: Resource, live: KubeObject, object: KubeObject): void {
  if (resource.namespaced && object.metadata.namespace !== live.metadata.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (object.metadata.name !== live.metadata.name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${live.metadata.name})`);
  }
}

export function applyPatch(resource: Resource, live: KubeObject, type: string, body: Json): Json {
  // The patch functions take and give plain JSON; snapshots are never changed.
  const original = live as unknown as JsonObject;
  switch (type) {
    case 'application/json-patch+json':
      if (!Array.isArray(body)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
      if (body.length > maxJsonPatchOperations) {
        throw new Refusal(
          413,
          'RequestEntityTooLarge',
          `The allowed maximum operations in a JSON patch is ${maxJsonPatchOperations}, got ${body.length}`,
        );
      }
      return resultOf(jsonPatch(original, body));
    case 'application/merge-patch+json':
      return jsonMergePatch(original, body);
    default:
      if (!isObject(body)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
      return resultOf(strategicMergePatch(original, body, resource.schema));
  }
}

function resultOf(result: PatchResult): Json {
  if (result.ok) return result.value;
  if (result.code === 422) throw new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  if (result.code === 400) throw badRequest(result.message);
  throw new Refusal(500, '', result.message);
}

/** Server-side apply: creates what is absent, merges what is there (KEP-555). */
function applyObject(engine: Engine, call: ResourceCall, warnings: Warnings): Written & { created: boolean } {
  const { resource, namespace, name = '', query } = call;
  const manager = query.get('fieldManager');
  if (!manager) {
    throw new Refusal(422, 'Invalid', 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch', {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }],
    });
  }
  fieldManagerOf(call);
  const { value: body, duplicates } = decodeBody(call.request.body, applyType, patchTypes);
  const applied = expectApplied(call, body);
  const stored = engine.store.get(resource.storage, namespace, name);
  const live = stored && fromStorage(resource, stored.object);
  if (!live && call.subresource) throw notFound(resource, name);
  checkIdentity(resource, live, applied, name);
  const { value: known, pruned: unknown } = prune(applied, resource.schema);
  if (unknown.length > 0) {
    // The typed merge of the real server knows no field outside of the schema.
    const all = unknown.map((path) => `.${path}: field not declared in schema`);
    throw new Refusal(
      500,
      '',
      `failed to create typed patch object (${typedName(body)}; ${resource.group}/${resource.version}, Kind=${resource.kind}): ${all.length === 1 ? all[0] : `errors:\n  ${all.join('\n  ')}`}`,
    );
  }
  reportFields(resource, fieldValidationOf(query, 'PatchOptions'), { unknown, duplicates }, warnings, (why) =>
    badRequest(`error strict decoding YAML: ${why}`),
  );
  const result = applyServerSide({
    live,
    applied: cloneJson(known),
    manager,
    force: booleanParameter(query, 'force'),
    schema: resource.schema,
    apiVersion: resource.apiVersion,
    now: nowOf(engine),
    ...(call.subresource ? { subresource: call.subresource } : {}),
    resetFields: resource.resetFields(call.subresource),
    complete: (merged) => complete(resource, merged),
    convert: (object, apiVersion) => convertTo(engine, resource, object, apiVersion),
  });
  if (!result.ok) throw refuseApply(resource, name, result);
  const common = { resource, namespace, manager, user: call.request.user, dryRun: isDryRun(query, 'PatchOptions'), managed: true } as const;
  if (!live) return { ...createObject(engine, { ...common, object: result.object }), created: true };
  const written = updateObject(engine, {
    ...common,
    name,
    live,
    object: { ...result.object, metadata: { ...result.object.metadata, resourceVersion: live.metadata.resourceVersion } },
    subresource: call.subresource,
  });
  return { ...written, created: false };
}

/** The object as the typed merge names it: as it was sent. */
function typedName(body: Json): string {
  const metadata = isObject(body) && isObject(body.metadata) ? body.metadata : {};
  return `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}`;
}

function expectApplied(call: ResourceCall, body: Json): JsonObject {
  const { resource, namespace, name = '' } = call;
  if (!isObject(body))
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type map[string]interface {}`,
    );
  if (!body.kind || !body.apiVersion) throw badRequest(`invalid object type: /, Kind=`);
  expectKind(resource, body);
  const metadata = isObject(body.metadata) ? body.metadata : {};
  if (metadata.name === undefined || metadata.name === '')
    return { ...body, metadata: { ...metadata, name, ...(namespace ? { namespace } : {}) } };
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${String(metadata.name)}) does not match the name on the URL (${name})`);
  if (namespace && metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (Array.isArray(metadata.managedFields) && metadata.managedFields.length > 0) throw badRequest('metadata.managedFields must be nil');
  return namespace && !metadata.namespace ? { ...body, metadata: { ...metadata, namespace } } : body;
}

/** uid and resourceVersion in an applied object are preconditions: see design, "Writing". */
function checkIdentity(resource: Resource, live: KubeObject | undefined, applied: JsonObject, name: string): void {
  const { uid, resourceVersion } = asObject(applied).metadata;
  if (!live) {
    if (uid) throw conflict(resource, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
    return;
  }
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw staleWrite(resource, name);
}

function refuseApply(
  resource: Resource,
  name: string,
  result: { code: number; message: string; conflicts: { message: string; field: string }[] },
): Refusal {
  if (result.code === 409) {
    return new Refusal(409, 'Conflict', result.message, {
      causes: result.conflicts.map(({ message, field }) => ({ reason: 'FieldManagerConflict', message, field })),
    });
  }
  if (result.code === 400) return badRequest(result.message);
  if (result.code === 422)
    return new Refusal(422, 'Invalid', result.message, { name, ...(resource.group ? { group: resource.group } : {}), kind: resource.kind });
  return new Refusal(500, '', result.message);
}
