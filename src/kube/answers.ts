/** HTTP answers as values: a Status becomes an ApiFailure, warnings and Retry-After are read from the headers. */
import { type HttpResponse, TransportError } from '../base/http.ts';
import { isObject } from '../base/json.ts';
import { parseJson } from './parse-json.ts';
import type { ApiFailure, ApiResult } from './types.ts';

type Head = Pick<HttpResponse, 'status' | 'headers'>;

/** Longest piece of an unparsed body that goes into a message. */
const maxQuoted = 300;

/** Texts of `Warning: 299 - "text"` headers (KEP-1693), several of them joined by commas. */
export function warningsOf(headers: Record<string, string>): string[] | undefined {
  const header = headers.warning;
  if (header === undefined) return undefined;
  const texts: string[] = [];
  for (const match of header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) texts.push((match[1] ?? '').replace(/\\(.)/g, '$1'));
  return texts.length > 0 ? texts : undefined;
}

/** Retry-After in milliseconds; the API server writes whole seconds, never a date. */
export function retryAfterOf(headers: Record<string, string>): number | undefined {
  const header = headers['retry-after'];
  if (header === undefined || !/^[0-9]+$/.test(header)) return undefined;
  return Math.min(Number(header), 3600) * 1000;
}

function causesOf(details: unknown): ApiFailure['causes'] {
  if (!isObject(details) || !Array.isArray(details.causes)) return undefined;
  return details.causes.filter(isObject).map((cause) => ({
    ...(typeof cause.reason === 'string' ? { reason: cause.reason } : {}),
    ...(typeof cause.message === 'string' ? { message: cause.message } : {}),
    ...(typeof cause.field === 'string' ? { field: cause.field } : {}),
  }));
}

/** A metav1.Status as a failure; undefined when the value is none. */
export function failureOfStatus(value: unknown, head: Partial<Head> = {}): ApiFailure | undefined {
  if (!isObject(value) || value.kind !== 'Status') return undefined;
  const details = value.details;
  const fromBody = isObject(details) && typeof details.retryAfterSeconds === 'number' ? details.retryAfterSeconds * 1000 : undefined;
  const retryAfterMs = retryAfterOf(head.headers ?? {}) ?? fromBody;
  const causes = causesOf(details);
  const httpStatus = head.status ?? (typeof value.code === 'number' ? value.code : 500);
  return {
    httpStatus,
    reason: typeof value.reason === 'string' && value.reason !== '' ? value.reason : reasonOf(httpStatus),
    message: typeof value.message === 'string' ? value.message : `the API server answered ${httpStatus}`,
    ...(causes ? { causes } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The failure in an answer that is no 2xx. */
export function failureOf(head: Head, body: string): ApiFailure {
  const status = failureOfStatus(tryParse(body), head);
  if (status) return status;
  const retryAfterMs = retryAfterOf(head.headers);
  // A path that nobody serves answers in plain text: the kind is missing, which proves nothing about the object (F28).
  const reason = head.status === 404 ? 'NoKind' : reasonOf(head.status);
  const quoted = body.trim().slice(0, maxQuoted);
  return {
    httpStatus: head.status,
    reason,
    message: `the API server answered ${head.status}${quoted ? `: ${quoted}` : ''}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The parsed body of a 2xx answer, or its failure. */
export function answerOf(response: HttpResponse): ApiResult<unknown> {
  if (response.status < 200 || response.status > 299) return { ok: false, failure: failureOf(response, response.body) };
  let value: unknown;
  try {
    value = parseJson(response.body);
  } catch {
    // A proxy's error page or a body that broke off: whether the server acted is unknown.
    return {
      ok: false,
      failure: { httpStatus: 0, reason: 'Unreadable', message: `the answer is no JSON: ${response.body.slice(0, maxQuoted)}` },
    };
  }
  const warnings = warningsOf(response.headers);
  return warnings ? { ok: true, value, warnings } : { ok: true, value };
}

/** No answer: the outcome is unknown (F10), which httpStatus 0 says. */
export function failureOfTransport(error: unknown): ApiFailure {
  if (!(error instanceof TransportError)) throw error;
  switch (error.code) {
    case 'timeout':
      return { httpStatus: 0, reason: 'Timeout', message: error.message };
    case 'aborted':
      return { httpStatus: 0, reason: 'Aborted', message: error.message };
    case 'unreachable':
    case 'broken':
      return { httpStatus: 0, reason: 'Unreachable', message: error.message };
    default:
      return error.code satisfies never;
  }
}

function tryParse(body: string): unknown {
  if (!body.startsWith('{')) return undefined;
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function reasonOf(status: number): string {
  return reasons[status] ?? 'Unknown';
}
