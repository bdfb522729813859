/** From results to HTTP answers: objects, lists, tables and metadata in the form the client asked for. */
import { dump } from 'js-yaml';
import { scaleTable } from './columns/workloads.ts';
import { asObject } from './decode.ts';
import type { Engine } from './engine.ts';
import type { ListAnswer, Shown } from './list.ts';
import { type Accepted, type Form, negotiate } from './media.ts';
import type { JsonObject, KubeObject } from './object.ts';
import { badRequest, Refusal, type Status } from './refusal.ts';
import type { ResourceCall } from './request.ts';
import type { Resource } from './resources.ts';
import { type Stored, textOf } from './store.ts';
import { type IncludeObject, partialMetadata, tableOf } from './table.ts';
import { type EventEncoder, type OpenWatch, openWatch } from './watch.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** A body that is no text (OpenAPI v2 in protobuf form). */
  bytes?: Uint8Array;
  /** A watch: the body comes piece by piece. */
  stream?: OpenWatch;
  /** The connection breaks instead of answering (an injected fault). */
  broken?: boolean;
}

export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}, media: 'json' | 'yaml' = 'json'): Answer {
  const body = media === 'yaml' ? dump(value) : `${JSON.stringify(value)}\n`;
  return { status, headers: { 'content-type': media === 'yaml' ? 'application/yaml' : 'application/json', ...headers }, body };
}

export function refusalAnswer(refusal: Refusal): Answer {
  return jsonAnswer(refusal.code, refusal.status, refusal.headers);
}

export const plainAnswer = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** The forms one call may be answered in. */
export function formsFor(call: ResourceCall): Accepted {
  const allowed: Form[] = call.subresource === 'scale' ? ['object', 'table'] : ['object', 'table', 'metadata'];
  return negotiate(call.request.headers.accept, allowed);
}

function includeOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') || 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw badRequest(`unrecognized includeObject value: "${value}"`);
}

const isStatus = (value: KubeObject | Status | JsonObject): value is Status => value.kind === 'Status';

/** One object (or the Status of a delete). */
export function objectAnswer(
  engine: Engine,
  call: ResourceCall,
  accepted: Accepted,
  code: number,
  result: KubeObject | Status,
  stored?: Stored,
  headers: Record<string, string> = {},
): Answer {
  if (isStatus(result)) return jsonAnswer(code, result, headers, accepted.media);
  switch (accepted.form) {
    case 'object': {
      if (accepted.media === 'yaml') return jsonAnswer(code, result, headers, 'yaml');
      const text = stored ? textOf(stored, result) : JSON.stringify(result);
      return { status: code, headers: { 'content-type': 'application/json', ...headers }, body: `${text}\n` };
    }
    case 'metadata':
      return jsonAnswer(code, partialMetadata(result, accepted.version), headers, accepted.media);
    case 'table': {
      const table = tableOf(call.resource, [result], {
        version: accepted.version,
        include: includeOf(call.query),
        now: engine.clock.now(),
        withColumns: true,
        metadata: { resourceVersion: result.metadata.resourceVersion ?? '' },
      });
      return jsonAnswer(code, table, headers, accepted.media);
    }
  }
}

/** A Scale, also as the table of `kubectl get --subresource=scale`. */
export function scaleAnswer(engine: Engine, call: ResourceCall, accepted: Accepted, scale: JsonObject): Answer {
  if (accepted.form !== 'table') return jsonAnswer(200, scale, {}, accepted.media);
  const shown = asObject(scale);
  const table = tableOf(call.resource, [shown], {
    version: accepted.version,
    include: includeOf(call.query),
    now: engine.clock.now(),
    withColumns: true,
    metadata: { resourceVersion: shown.metadata.resourceVersion ?? '' },
    form: scaleTable,
  });
  return jsonAnswer(200, table, {}, accepted.media);
}

function listMetadata(list: ListAnswer): JsonObject {
  return {
    resourceVersion: list.resourceVersion,
    ...(list.continue ? { continue: list.continue } : {}),
    ...(list.remainingItemCount ? { remainingItemCount: list.remainingItemCount } : {}),
  };
}

export function listAnswer(engine: Engine, call: ResourceCall, accepted: Accepted, list: ListAnswer): Answer {
  const { resource } = call;
  const metadata = listMetadata(list);
  switch (accepted.form) {
    case 'object': {
      if (accepted.media === 'yaml') {
        return jsonAnswer(
          200,
          { kind: resource.listKind, apiVersion: resource.apiVersion, metadata, items: list.items.map(({ object }) => object) },
          {},
          'yaml',
        );
      }
      const head = JSON.stringify({ kind: resource.listKind, apiVersion: resource.apiVersion, metadata });
      // Joined from the texts of the snapshots: a list costs no serialising of what was serialised before.
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: `${head.slice(0, -1)},"items":[${list.items.map((shown) => itemText(resource, shown)).join(',')}]}\n`,
      };
    }
    case 'metadata':
      return jsonAnswer(
        200,
        {
          kind: 'PartialObjectMetadataList',
          apiVersion: `meta.k8s.io/${accepted.version}`,
          metadata,
          items: list.items.map(({ object }) => partialMetadata(object, accepted.version)),
        },
        {},
        accepted.media,
      );
    case 'table':
      return jsonAnswer(
        200,
        tableOf(
          resource,
          list.items.map(({ object }) => object),
          { version: accepted.version, include: includeOf(call.query), now: engine.clock.now(), withColumns: true, metadata },
        ),
        {},
        accepted.media,
      );
  }
}

/** Items of built-in lists carry no kind, those of custom resources do, as in the real server. */
function itemText(resource: Resource, shown: Shown): string {
  if (resource.custom) return textOf(shown.stored, shown.object);
  const key = `item:${shown.object.apiVersion}`;
  const known = shown.stored.text.get(key);
  if (known !== undefined) return known;
  const { apiVersion: _version, kind: _kind, ...rest } = shown.object;
  const text = JSON.stringify(rest);
  shown.stored.text.set(key, text);
  return text;
}

/** Opens a watch as an answer. */
export function watchAnswer(engine: Engine, call: ResourceCall, accepted: Accepted, onClose: () => void): Answer {
  if (accepted.media === 'yaml')
    throw new Refusal(406, 'NotAcceptable', 'only the following media types are accepted: application/json;stream=watch');
  const stream = openWatch(engine, call, encoderFor(engine, call, accepted), onClose);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '', stream };
}

function encoderFor(engine: Engine, call: ResourceCall, accepted: Accepted): EventEncoder {
  const include = includeOf(call.query);
  let first = true;
  return (type, object, stored) => {
    if (type === 'ERROR' || isStatus(object)) return `${JSON.stringify({ type, object })}\n`;
    switch (accepted.form) {
      case 'object':
        return `{"type":"${type}","object":${stored ? textOf(stored, object) : JSON.stringify(object)}}\n`;
      case 'metadata':
        return `${JSON.stringify({ type, object: partialMetadata(object, accepted.version) })}\n`;
      case 'table': {
        const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
        const table =
          type === 'BOOKMARK'
            ? {
                kind: 'Table',
                apiVersion: `meta.k8s.io/${accepted.version}`,
                metadata,
                columnDefinitions: [],
                rows: [{ cells: [], object: partialMetadata(object, accepted.version) }],
              }
            : tableOf(call.resource, [object], {
                version: accepted.version,
                include,
                now: engine.clock.now(),
                withColumns: first,
                metadata,
              });
        first = false;
        return `${JSON.stringify({ type, object: table })}\n`;
      }
    }
  };
}
