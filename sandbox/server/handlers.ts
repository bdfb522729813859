/** What each verb on a resource does; the way from a parsed call to an answer. */
import { type Answer, formsFor, jsonAnswer, listAnswer, objectAnswer, scaleAnswer, watchAnswer } from './answer.ts';
import { fromStorage } from './convert.ts';
import { decodeObject, type Warnings } from './decode.ts';
import { deleteObject, parseDeleteOptions } from './deletion.ts';
import type { Engine } from './engine.ts';
import { getOne, listObjects, selectionOf, selects } from './list.ts';
import { contentTypeOf, decodeBody } from './media.ts';
import type { Json, KubeObject } from './object.ts';
import { patchObject } from './patch.ts';
import { bindPod, evictPod, needsKubelet, refuseKubelet } from './pod-subresources.ts';
import { badRequest, methodNotAllowed, noSuchResource, notFound, Refusal } from './refusal.ts';
import { fieldManagerOf, isDryRun, type ResourceCall } from './request.ts';
import { answerReview, isReview, type TokenLookup } from './reviews.ts';
import { handleScale } from './scale.ts';
import { checkNamespace, createObject, updateObject } from './write.ts';

export interface HandlerContext {
  engine: Engine;
  tokens: TokenLookup;
  /** Called when a watch that was opened ends. */
  onWatchClosed: () => void;
}

const objectTypes = ['application/json', 'application/yaml'];

/** Verbs of built-in kinds whose update creates what is absent. */
const createsOnUpdate = new Set([
  '/events',
  '/services',
  '/endpoints',
  'coordination.k8s.io/leases',
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/clusterrolebindings',
]);

/** What the server says with every answer about a resource that is on its way out, by storage key. */
const deprecations: Record<string, string> = {
  '/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

/** Carries out one call. Refusals are thrown. */
export function handleCall(context: HandlerContext, call: ResourceCall): Answer {
  const deprecation = deprecations[call.resource.storage];
  if (deprecation === undefined) return carryOut(context, call);
  const warned = (headers: Record<string, string>): Record<string, string> => {
    const { warning } = warningHeaders([deprecation]);
    return { ...headers, warning: [warning, headers.warning].filter(Boolean).join(', ') };
  };
  try {
    const answer = carryOut(context, call);
    return { ...answer, headers: warned(answer.headers) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, reason = '', message = '', details } = error.status;
    throw new Refusal(code ?? 500, reason, message, details, warned(error.headers));
  }
}

function carryOut(context: HandlerContext, call: ResourceCall): Answer {
  const { engine } = context;
  const { resource } = call;
  if (call.subresource) return handleSubresource(context, call);
  if (!resource.verbs.includes(call.verb)) throw methodNotAllowed();
  if (isReview(resource.kind)) {
    if (resource.kind === 'LocalSubjectAccessReview') checkNamespace(engine, resource, call.namespace, '');
    return jsonAnswer(201, answerReview(engine, call, context.tokens));
  }
  switch (call.verb) {
    case 'get': {
      const accepted = formsFor(call);
      const shown = getOne(engine, call);
      return objectAnswer(engine, call, accepted, 200, shown.object, shown.stored);
    }
    case 'list':
      return listAnswer(engine, call, formsFor(call), listObjects(engine, call));
    case 'watch':
      return watchAnswer(engine, call, formsFor(call), context.onWatchClosed);
    case 'create':
      return create(engine, call);
    case 'update':
      return update(engine, call);
    case 'patch':
      return patch(engine, call);
    case 'delete':
      return remove(engine, call);
    case 'deletecollection':
      return removeCollection(engine, call);
  }
}

function bodyOf(call: ResourceCall): { value: Json; duplicates: string[] } {
  return decodeBody(call.request.body, contentTypeOf(call.request.headers), objectTypes);
}

/** Warnings as the headers of an answer carry them (RFC 7234 warn-text, code 299). */
export function warningHeaders(warnings: Warnings): Record<string, string> {
  if (warnings.length === 0) return {};
  const unique = [...new Set(warnings)];
  return { warning: unique.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ') };
}

function create(engine: Engine, call: ResourceCall): Answer {
  if (call.name !== undefined) throw methodNotAllowed();
  const accepted = formsFor(call);
  const warnings: Warnings = [];
  const dryRun = isDryRun(call.query, 'CreateOptions');
  if (call.resource.namespaced && call.namespace === undefined) {
    throw methodNotAllowed();
  }
  const { value, duplicates } = bodyOf(call);
  const object = decodeObject(call.resource, value, duplicates, { query: call.query, warnings });
  const written = createObject(engine, {
    resource: call.resource,
    namespace: call.namespace,
    object,
    manager: fieldManagerOf(call),
    user: call.request.user,
    dryRun,
  });
  return objectAnswer(engine, call, accepted, 201, written.object, written.stored, warningHeaders(warnings));
}

function checkName(call: ResourceCall, object: KubeObject): KubeObject {
  const { name } = object.metadata;
  if (!name) throw badRequest('name must be provided');
  if (name !== call.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name ?? ''})`);
  const { namespace } = object.metadata;
  if (call.resource.namespaced && namespace && namespace !== call.namespace) {
    throw badRequest(`the namespace of the object (${namespace}) does not match the namespace on the request (${call.namespace ?? ''})`);
  }
  return object;
}

function update(engine: Engine, call: ResourceCall): Answer {
  const accepted = formsFor(call);
  const warnings: Warnings = [];
  const { resource, namespace, name = '' } = call;
  const { value, duplicates } = bodyOf(call);
  const object = checkName(call, decodeObject(resource, value, duplicates, { query: call.query, warnings }));
  const common = {
    resource,
    namespace,
    manager: fieldManagerOf(call),
    user: call.request.user,
    dryRun: isDryRun(call.query, 'UpdateOptions'),
  };
  const stored = engine.store.get(resource.storage, namespace, name);
  if (!stored) {
    if (call.subresource || !createsOnUpdate.has(resource.storage)) throw notFound(resource, name);
    const created = createObject(engine, { ...common, object });
    return objectAnswer(engine, call, accepted, 201, created.object, created.stored, warningHeaders(warnings));
  }
  const written = updateObject(engine, {
    ...common,
    name,
    live: fromStorage(resource, stored.object),
    object,
    subresource: call.subresource,
    uidIsPrecondition: true,
    demandsRevision: true,
  });
  return objectAnswer(engine, call, accepted, 200, written.object, written.stored, warningHeaders(warnings));
}

function patch(engine: Engine, call: ResourceCall): Answer {
  const accepted = formsFor(call);
  const warnings: Warnings = [];
  const written = patchObject(engine, call, warnings);
  return objectAnswer(engine, call, accepted, written.created ? 201 : 200, written.object, written.stored, warningHeaders(warnings));
}

function deleteBody(call: ResourceCall): Json | undefined {
  const { body } = call.request;
  if (body === undefined || body.trim() === '') return undefined;
  return decodeBody(body, contentTypeOf(call.request.headers), objectTypes).value;
}

function remove(engine: Engine, call: ResourceCall): Answer {
  const accepted = formsFor(call);
  const options = parseDeleteOptions(deleteBody(call), call.query);
  const { resource, namespace, name = '' } = call;
  const result = deleteObject(engine, {
    resource,
    namespace,
    name,
    options,
    user: call.request.user,
    dryRun: isDryRun(call.query, 'DeleteOptions', options.dryRun),
  });
  return objectAnswer(engine, call, accepted, 200, result);
}

function removeCollection(engine: Engine, call: ResourceCall): Answer {
  const accepted = formsFor(call);
  const { resource } = call;
  const options = parseDeleteOptions(deleteBody(call), call.query);
  const selection = selectionOf(resource, call.query);
  const dryRun = isDryRun(call.query, 'DeleteOptions', options.dryRun);
  const matching = engine.store
    .list(resource.storage, call.namespace)
    .map((stored) => ({ stored, object: fromStorage(resource, stored.object) }))
    .filter(({ object }) => selects(selection, object));
  const resourceVersion = String(engine.store.revision);
  for (const { object } of matching) {
    try {
      deleteObject(engine, {
        resource,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        options,
        user: call.request.user,
        dryRun,
      });
    } catch (error) {
      // Gone in between is as good as deleted.
      if (!(error instanceof Refusal) || error.code !== 404) throw error;
    }
  }
  return listAnswer(engine, call, accepted, { items: matching, resourceVersion });
}

function handleSubresource(context: HandlerContext, call: ResourceCall): Answer {
  const { engine } = context;
  const { resource, subresource = '' } = call;
  const served = resource.subresources.get(subresource);
  if (resource.storage === '/pods' && needsKubelet.has(subresource)) refuseKubelet(call);
  // Custom resources have a handler of their own, which names the object where it means the subresource.
  if (!served) throw resource.custom ? notFound(resource, call.name ?? '') : noSuchResource();
  if (!served.verbs.includes(call.verb)) throw methodNotAllowed();
  if (subresource === 'scale') {
    const accepted = formsFor(call);
    return scaleAnswer(engine, call, accepted, handleScale(engine, call));
  }
  if (resource.storage === '/pods') {
    if (subresource === 'binding') return jsonAnswer(201, bindPod(engine, call));
    if (subresource === 'eviction') return jsonAnswer(201, evictPod(engine, call));
  }
  if (subresource === 'finalize') return finalize(engine, call);
  if (subresource !== 'status')
    throw new Refusal(501, 'NotImplemented', `the embedded API server does not implement ${resource.plural}/${subresource}`);
  switch (call.verb) {
    case 'get': {
      const accepted = formsFor(call);
      const shown = getOne(engine, call);
      return objectAnswer(engine, call, accepted, 200, shown.object, shown.stored);
    }
    case 'update':
      return update(engine, call);
    case 'patch':
      return patch(engine, call);
    default:
      throw methodNotAllowed();
  }
}

/** PUT namespaces/NAME/finalize: the only way to change a namespace's finalizers. */
function finalize(engine: Engine, call: ResourceCall): Answer {
  const accepted = formsFor(call);
  const { resource, name = '' } = call;
  const { value, duplicates } = bodyOf(call);
  const object = checkName(call, decodeObject(resource, value, duplicates, { query: call.query, warnings: [] }));
  const stored = engine.store.get(resource.storage, undefined, name);
  if (!stored) throw notFound(resource, name);
  const next = { ...stored.object, spec: object.spec ?? {} };
  if (isDryRun(call.query, 'UpdateOptions')) return objectAnswer(engine, call, accepted, 200, next);
  const written = engine.store.put(resource.storage, next);
  return objectAnswer(engine, call, accepted, 200, written.object, written);
}
