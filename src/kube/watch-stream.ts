/** A watch's body as events: one JSON document per line, cut anywhere by the network. */
import type { KubeObject } from '../api/object.ts';
import { TransportError } from '../base/http.ts';
import { isObject } from '../base/json.ts';
import { failureOfStatus } from './answers.ts';
import { parseJson } from './parse-json.ts';
import type { WatchEvent } from './types.ts';

/** Longest line: an object can have 1.5 MiB in etcd and about double as JSON with managed fields. */
const maxLineLength = 16 * 1024 * 1024;

/** The annotation that ends the initial events of a watch-list (KEP-3157). */
const initialEventsEnd = 'k8s.io/initial-events-end';

/** Cuts chunks into lines. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const line = rest + chunk.slice(from, end);
      rest = '';
      from = end + 1;
      if (line !== '') yield line;
    }
    rest += chunk.slice(from);
    if (rest.length > maxLineLength) throw new TransportError('broken', `a watch event is longer than ${maxLineLength} characters`);
  }
  // What is left was cut off in the middle of an event; the next watch brings it again.
}

/** Checks the little that everything relies on; the rest of an object is data (F46). */
export function asKubeObject(value: unknown): KubeObject | undefined {
  if (!isObject(value) || !isObject(value.metadata)) return undefined;
  const { metadata } = value;
  if (typeof value.apiVersion !== 'string' || typeof value.kind !== 'string' || typeof metadata.name !== 'string') return undefined;
  return value as unknown as KubeObject;
}

/** One line as an event; undefined for a type of event that is not known. Throws TransportError for what is no event. */
export function readEvent(line: string): WatchEvent | undefined {
  let event: unknown;
  try {
    event = parseJson(line);
  } catch {
    throw new TransportError('broken', `a watch sent what is no JSON: ${line.slice(0, 200)}`);
  }
  if (!isObject(event)) throw new TransportError('broken', 'a watch sent what is no event');
  const { type, object } = event;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const found = asKubeObject(object);
      if (!found) throw new TransportError('broken', `a watch sent a ${type} event without an object`);
      return { type, object: found };
    }
    case 'BOOKMARK': {
      const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
      const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
      const resourceVersion = String(metadata.resourceVersion ?? '');
      return { type: 'BOOKMARK', resourceVersion, initialEventsEnd: annotations[initialEventsEnd] === 'true' };
    }
    case 'ERROR':
      return {
        type: 'ERROR',
        failure: failureOfStatus(object) ?? { httpStatus: 500, reason: 'InternalError', message: 'the watch ended with an error' },
      };
    default:
      return undefined;
  }
}

/** The events of a watch's body. */
export async function* eventsOf(chunks: AsyncIterable<string>): AsyncGenerator<WatchEvent> {
  for await (const line of linesOf(chunks)) {
    const event = readEvent(line);
    if (event) yield event;
  }
}
