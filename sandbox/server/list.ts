/** Get and list: selectors, pages with continue tokens, the meanings of resourceVersion. */
import { fromStorage } from './convert.ts';
import type { Engine } from './engine.ts';
import type { KubeObject } from './object.ts';
import { badRequest, expired, notFound, Refusal } from './refusal.ts';
import type { ResourceCall } from './request.ts';
import type { Resource } from './resources.ts';
import {
  type FieldRequirement,
  type LabelSelector,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from './selectors.ts';
import { keyOf, type Stored } from './store.ts';

/** One object as it is given out: the snapshot and its form in the version of the request. */
export interface Shown {
  stored: Stored;
  object: KubeObject;
}

export interface Selection {
  labels: LabelSelector;
  fields: FieldRequirement[];
}

export function selectionOf(resource: Resource, query: URLSearchParams): Selection {
  return {
    labels: parseLabelSelector(query.get('labelSelector') ?? ''),
    fields: parseFieldSelector(query.get('fieldSelector') ?? '', resource.storage, resource.apiVersion, resource.custom?.selectableFields),
  };
}

export function selects(selection: Selection, object: KubeObject): boolean {
  return matchesLabels(selection.labels, object.metadata.labels) && matchesFields(selection.fields, object);
}

export function getOne(engine: Engine, call: ResourceCall): Shown {
  const { resource, namespace, name = '' } = call;
  const wanted = call.query.get('resourceVersion');
  if (wanted) checkNotAhead(engine, parseRevision(wanted));
  const stored = engine.store.get(resource.storage, namespace, name);
  if (!stored) throw notFound(resource, name);
  return { stored, object: fromStorage(resource, stored.object) };
}

export interface ListAnswer {
  items: Shown[];
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

interface Token {
  v: 'meta.k8s.io/v1';
  rv: number;
  start: string;
}

const encodeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decodeToken(text: string): Token {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (
      typeof token === 'object' &&
      token !== null &&
      'rv' in token &&
      'start' in token &&
      typeof token.rv === 'number' &&
      typeof token.start === 'string'
    ) {
      return { v: 'meta.k8s.io/v1', rv: token.rv, start: token.start };
    }
  } catch {
    // Falls through to the refusal: the token is the client's, and may be anything.
  }
  throw badRequest('invalid continue token: continue key is not valid: encoded start key is not valid');
}

export function parseRevision(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  }
  return Number(text);
}

/** Asked for a state that has not come yet: the real server waits three seconds, then answers 504; nothing will come here. */
function checkNotAhead(engine: Engine, revision: number): void {
  if (revision <= engine.store.revision) return;
  throw new Refusal(504, 'Timeout', `Too large resource version: ${revision}, current: ${engine.store.revision}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export function listObjects(engine: Engine, call: ResourceCall): ListAnswer {
  const { resource, namespace, query } = call;
  const selection = selectionOf(resource, query);
  const limit = limitOf(query);
  const token = query.get('continue');
  const asked = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  checkMatch(asked, match, token);
  if (query.get('sendInitialEvents') !== null && query.get('sendInitialEvents') !== '') {
    throw badRequest('sendInitialEvents is forbidden for list');
  }
  let revision = engine.store.revision;
  let start = '';
  if (token) {
    const decoded = decodeToken(token);
    start = decoded.start;
    // -1: the client was told to go on from here without a consistent snapshot.
    revision = decoded.rv < 0 ? engine.store.revision : decoded.rv;
  } else if (asked !== '' && asked !== '0') {
    const wanted = parseRevision(asked);
    checkNotAhead(engine, wanted);
    if (match === 'Exact' || (match === '' && limit > 0)) revision = wanted;
  }
  // From resourceVersion=0 the watch cache answers, which does not page.
  const effectiveLimit = asked === '0' && !token ? 0 : limit;
  const all = engine.store.listAt(resource.storage, revision, namespace);
  if (!all) throw expiredList(token, start);
  return page(resource, all, { selection, start, limit: effectiveLimit, revision });
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '';
  if (text === '') return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Math.max(0, Number(text));
}

function checkMatch(asked: string, match: string, token: string | null): void {
  if (token && asked !== '' && asked !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  if (match === '') return;
  const refuse = (why: string): never => {
    throw new Refusal(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ${why}`, {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [
        {
          reason: why.startsWith('Unsupported') ? 'FieldValueNotSupported' : 'FieldValueForbidden',
          message: why,
          field: 'resourceVersionMatch',
        },
      ],
    });
  };
  if (asked === '') refuse('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (token) refuse('Forbidden: resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') refuse(`Unsupported value: "${match}": supported values: "Exact", "NotOlderThan", ""`);
  if (match === 'Exact' && asked === '0') refuse('Forbidden: resourceVersionMatch "Exact" is forbidden for resourceVersion "0"');
}

function expiredList(token: string | null, start: string): Refusal {
  if (!token) return expired('The resourceVersion for the provided list is too old.');
  const refusal = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  refusal.status.metadata = { continue: encodeToken({ v: 'meta.k8s.io/v1', rv: -1, start }) };
  return refusal;
}

function page(
  resource: Resource,
  all: readonly Stored[],
  options: { selection: Selection; start: string; limit: number; revision: number },
): ListAnswer {
  const { selection, start, limit, revision } = options;
  const items: Shown[] = [];
  const resourceVersion = String(revision);
  const unselected = selection.labels.length === 0 && selection.fields.length === 0;
  for (let index = 0; index < all.length; index++) {
    const stored = all[index];
    if (!stored) continue;
    const { namespace, name } = stored.object.metadata;
    const key = keyOf(namespace, name);
    if (start !== '' && key < start) continue;
    if (limit > 0 && items.length === limit) {
      const answer: ListAnswer = { items, resourceVersion, continue: encodeToken({ v: 'meta.k8s.io/v1', rv: revision, start: key }) };
      // What remains is only counted where every object counts (as documented: not with selectors).
      if (unselected) answer.remainingItemCount = all.length - index;
      return hasMore(resource, all, index, selection) ? answer : { items, resourceVersion };
    }
    const object = fromStorage(resource, stored.object);
    if (selects(selection, object)) items.push({ stored, object });
  }
  return { items, resourceVersion };
}

function hasMore(resource: Resource, all: readonly Stored[], from: number, selection: Selection): boolean {
  for (let index = from; index < all.length; index++) {
    const stored = all[index];
    if (stored && selects(selection, fromStorage(resource, stored.object))) return true;
  }
  return false;
}
