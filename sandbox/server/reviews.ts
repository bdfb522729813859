/** Reviews: who am I, may I. They are answered and never stored. */
import { isObject } from '../../src/base/json.ts';
import type { AccessQuestion, Engine } from './engine.ts';
import { contentTypeOf, decodeBody } from './media.ts';
import type { Identity, JsonObject } from './object.ts';
import { badRequest, invalidObject } from './refusal.ts';
import type { ResourceCall } from './request.ts';

export type TokenLookup = (token: string) => Identity | undefined;

const reviewed = new Set([
  'TokenReview',
  'SelfSubjectReview',
  'SubjectAccessReview',
  'SelfSubjectAccessReview',
  'LocalSubjectAccessReview',
  'SelfSubjectRulesReview',
]);
export const isReview = (kind: string): boolean => reviewed.has(kind);

const userInfo = (identity: Identity): JsonObject => ({
  username: identity.user,
  ...(identity.uid ? { uid: identity.uid } : {}),
  groups: [...(identity.groups ?? []), 'system:authenticated'].filter((group, index, all) => all.indexOf(group) === index),
  ...(identity.extra ? { extra: identity.extra } : {}),
});

export function answerReview(engine: Engine, call: ResourceCall, tokens: TokenLookup): JsonObject {
  const { kind } = call.resource;
  const { value } = decodeBody(call.request.body, contentTypeOf(call.request.headers), ['application/json', 'application/yaml']);
  if (!isObject(value)) throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  const base = { ...value, kind, apiVersion: call.resource.apiVersion, metadata: { creationTimestamp: null } };
  const spec = isObject(value.spec) ? value.spec : {};
  switch (kind) {
    case 'TokenReview': {
      const token = typeof spec.token === 'string' ? spec.token : '';
      if (token === '')
        throw invalidObject(
          'authentication.k8s.io',
          kind,
          '',
          'TokenReview.authentication.k8s.io "" is invalid: spec.token: Required value',
          [],
        );
      const found = tokens(token);
      return { ...base, status: found ? { authenticated: true, user: userInfo(found) } : { user: {}, error: 'invalid bearer token' } };
    }
    case 'SelfSubjectReview':
      return { ...base, status: { userInfo: userInfo(call.request.user) } };
    case 'SelfSubjectRulesReview':
      return {
        ...base,
        status: {
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          incomplete: false,
        },
      };
    default:
      return { ...base, status: answerAccess(engine, spec, kind === 'SelfSubjectAccessReview' ? call.request.user : subjectOf(spec)) };
  }
}

function subjectOf(spec: JsonObject): Identity {
  const groups = Array.isArray(spec.groups) ? spec.groups.map(String) : [];
  return { user: typeof spec.user === 'string' ? spec.user : '', groups };
}

function answerAccess(engine: Engine, spec: JsonObject, user: Identity): JsonObject {
  const answer = engine.authorize(questionOf(spec, user));
  return answer === true ? { allowed: true } : { allowed: false, ...(answer ? { reason: answer } : {}) };
}

function questionOf(spec: JsonObject, user: Identity): AccessQuestion {
  const attributes = isObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined;
  const text = (source: JsonObject, field: string): string => (typeof source[field] === 'string' ? source[field] : '');
  if (attributes) {
    return {
      user,
      verb: text(attributes, 'verb'),
      group: text(attributes, 'group'),
      version: text(attributes, 'version'),
      resource: text(attributes, 'resource'),
      subresource: text(attributes, 'subresource'),
      namespace: text(attributes, 'namespace'),
      name: text(attributes, 'name'),
    };
  }
  const other = isObject(spec.nonResourceAttributes) ? spec.nonResourceAttributes : {};
  return { user, verb: text(other, 'verb'), path: text(other, 'path') };
}
