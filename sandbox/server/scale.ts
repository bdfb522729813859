/** The scale subresource: one face for everything that has replicas. */
import { cloneJson, isObject } from '../../src/base/json.ts';
import { jsonMergePatch, jsonPatch, schemaFor, strategicMergePatch, untypedSchema } from '../../src/schema/index.ts';
import { selectorText } from './columns/cells.ts';
import { findAll, parseJsonPath } from './columns/json-path.ts';
import { fromStorage } from './convert.ts';
import { asObject, refuseIssues } from './decode.ts';
import type { Engine } from './engine.ts';
import { contentTypeOf, decodeBody } from './media.ts';
import type { Json, JsonObject, KubeObject } from './object.ts';
import { badRequest, notFound, Refusal, staleWrite, unsupportedPatchType } from './refusal.ts';
import { fieldManagerOf, isDryRun, type ResourceCall } from './request.ts';
import type { Resource } from './resources.ts';
import { updateObject } from './write.ts';

interface ScalePaths {
  spec: string;
  status: string;
  selector: string | undefined;
}

function pathsOf(resource: Resource): ScalePaths {
  const custom = resource.custom?.scale;
  if (custom) return { spec: custom.specReplicasPath, status: custom.statusReplicasPath, selector: custom.labelSelectorPath };
  return { spec: '.spec.replicas', status: '.status.replicas', selector: '.spec.selector' };
}

function replicasAt(object: KubeObject, path: string | undefined): unknown {
  const parsed = path === undefined ? undefined : parseJsonPath(path);
  return parsed && !('error' in parsed) ? findAll(object, parsed)[0] : undefined;
}

export function scaleOf(resource: Resource, object: KubeObject): JsonObject {
  const paths = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = replicasAt(object, paths.selector);
  const replicas = replicasAt(object, paths.spec);
  if (resource.custom && replicas === undefined)
    throw new Refusal(500, 'InternalError', `Internal error occurred: the spec replicas field "${paths.spec}" does not exist`);
  const statusReplicas = replicasAt(object, paths.status);
  const selectorString = typeof selector === 'string' ? selector : isObject(selector) ? selectorText(selector) : '';
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid: uid ?? '',
      resourceVersion: resourceVersion ?? '',
      creationTimestamp: creationTimestamp ?? null,
    },
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: {
      replicas: typeof statusReplicas === 'number' ? statusReplicas : 0,
      ...(selectorString && selectorString !== '<none>' ? { selector: selectorString } : {}),
    },
  };
}

const patchTypes = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];

/** GET, PUT and PATCH of a scale. */
export function handleScale(engine: Engine, call: ResourceCall): JsonObject {
  const { resource, namespace, name = '' } = call;
  const stored = engine.store.get(resource.storage, namespace, name);
  if (!stored) throw notFound(resource, name);
  const live = fromStorage(resource, stored.object);
  const scale = scaleOf(resource, live);
  if (call.verb === 'get') return scale;
  const wanted = wantedScale(call, scale);
  if (!isObject(wanted) || wanted.kind !== 'Scale')
    throw badRequest(`expected a Scale, got ${isObject(wanted) ? String(wanted.kind) : typeof wanted}`);
  const metadata = asObject(wanted).metadata;
  if (metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (metadata.resourceVersion && metadata.resourceVersion !== live.metadata.resourceVersion) throw staleWrite(resource, name);
  const replicas = isObject(wanted.spec) ? (wanted.spec.replicas ?? 0) : 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw badRequest(
      'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32',
    );
  if (replicas < 0) {
    throw refuseIssues({ ...resource, group: 'autoscaling', kind: 'Scale' }, name, [
      { path: 'spec.replicas', type: 'FieldValueInvalid', message: `Invalid value: ${replicas}: must be greater than or equal to 0` },
    ]);
  }
  const written = updateObject(engine, {
    resource,
    namespace,
    name,
    live,
    object: withReplicas(resource, live, replicas),
    manager: fieldManagerOf(call),
    user: call.request.user,
    dryRun: isDryRun(call.query, 'UpdateOptions'),
    subresource: 'scale',
  });
  return scaleOf(resource, written.object);
}

function wantedScale(call: ResourceCall, scale: JsonObject): Json {
  const type = contentTypeOf(call.request.headers);
  if (call.verb === 'update') return decodeBody(call.request.body, type, ['application/json', 'application/yaml']).value;
  if (!patchTypes.includes(type)) throw unsupportedPatchType(call.resource.custom !== undefined, patchTypes);
  const { value: body } = decodeBody(call.request.body, type, patchTypes);
  if (type === 'application/merge-patch+json') return jsonMergePatch(scale, body);
  const result =
    type === 'application/json-patch+json'
      ? jsonPatch(scale, body)
      : isObject(body)
        ? strategicMergePatch(scale, body, schemaFor('autoscaling/v1', 'Scale') ?? untypedSchema)
        : undefined;
  if (!result) throw badRequest('error decoding patch');
  if (!result.ok) throw new Refusal(result.code, result.code === 422 ? 'Invalid' : 'BadRequest', result.message);
  return result.value;
}

function withReplicas(resource: Resource, live: KubeObject, replicas: number): KubeObject {
  const parsed = parseJsonPath(pathsOf(resource).spec);
  if ('error' in parsed) throw badRequest(parsed.error);
  const next = cloneJson(live);
  let current: unknown = next;
  for (const [index, step] of parsed.entries()) {
    if (step.kind !== 'field' || !isObject(current)) break;
    if (index === parsed.length - 1) current[step.name] = replicas;
    else {
      current[step.name] ??= {};
      current = current[step.name];
    }
  }
  return next;
}
