/**
 * From an API server's refusal to one of our five kinds of problem: what the user reads, and when it is tried again.
 * A refusal that somebody outside can lift (namespace, CRD, quota, webhook) makes the application wait and say for
 * what; it is never a failure of the delivery (reliability.md F25, F27, F30 to F32, F34).
 */
import { describeRef, type ObjectRef } from '../api/object.ts';
import type { Problem } from '../base/errors.ts';
import type { ApiFailure } from '../kube/types.ts';

/** Turns `failure` of a write to `ref` into a problem. Messages are whole sentences with the object in front. */
export function classifyFailure(failure: ApiFailure, ref: ObjectRef): Problem {
  const what = describeRef(ref);
  const { httpStatus, reason, message } = failure;
  if (reason === 'NoKind') return missingKind(ref);
  if (httpStatus === 0) return withRetry({ kind: 'Transient', code: 'Unreachable', message: `${what}: ${message}` }, failure);
  if (/failed calling webhook/.test(message)) {
    return withRetry(
      { kind: 'Waiting', code: 'WebhookFailed', message: `${what} waits for an admission webhook: ${message}` },
      failure,
      10_000,
    );
  }
  // A server-side apply of a mistyped, undeclared or doubled field is answered 500, though trying again never helps.
  const mistyped = /failed to create typed patch object \([^)]*\): (.+)/s.exec(message)?.[1];
  if (mistyped) return { kind: 'Invalid', code: 'InvalidObject', message: `${what} is invalid: ${mistyped}` };
  // The kind has come a moment ago and turned out to be cluster-scoped: the next pass renders it so.
  if (
    httpStatus === 400 &&
    /namespace of the (provided )?object does not match|namespace may not be set on a cluster-scoped object/.test(message)
  ) {
    return { kind: 'Transient', code: 'ScopeUnknown', message: `${what}: ${message}` };
  }
  switch (httpStatus) {
    case 404:
      return notFound(failure, ref);
    case 403:
      return forbidden(failure, ref);
    case 409:
      return withRetry({ kind: 'Transient', code: 'WriteConflict', message: `${what}: ${message}` }, failure);
    case 422:
      return isImmutable(message)
        ? immutable(failure, ref)
        : { kind: 'Invalid', code: 'InvalidObject', message: `${what} is invalid: ${causesOf(failure)}` };
    case 400:
    case 415:
      return { kind: 'Invalid', code: 'InvalidObject', message: `${what} was not understood by the API server: ${message}` };
    case 413:
      return { kind: 'Invalid', code: 'TooLarge', message: `${what} is too large for the API server: ${message}` };
    case 401:
      return { kind: 'Denied', code: 'Unauthorized', message: `${what}: the operator's credentials were not accepted: ${message}` };
    case 405:
    case 501:
      return { kind: 'Invalid', code: 'NotSupported', message: `${what}: the API server does not support this request: ${message}` };
    default:
      return withRetry(
        { kind: 'Transient', code: httpStatus === 429 ? 'TooManyRequests' : 'ServerError', message: `${what}: ${message}` },
        failure,
      );
  }
}

/** The kind is not served: its CRD is not installed, or not established yet (F27). */
export function missingKind(ref: ObjectRef): Problem {
  return {
    kind: 'Waiting',
    code: 'KindMissing',
    message: `no kind "${ref.kind}" in ${ref.apiVersion}; is its CRD installed?`,
    on: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    retryAfterMs: 30_000,
  };
}

function notFound(failure: ApiFailure, ref: ObjectRef): Problem {
  if (ref.namespace !== undefined && /namespaces? "/.test(failure.message)) {
    return {
      kind: 'Waiting',
      code: 'NamespaceMissing',
      message: `${describeRef(ref)} waits for namespace "${ref.namespace}", which does not exist`,
      on: { apiVersion: 'v1', kind: 'Namespace', name: ref.namespace },
    };
  }
  if (failure.reason === 'NotFound' && /could not find the requested resource/.test(failure.message)) return missingKind(ref);
  return { kind: 'Transient', code: 'Gone', message: `${describeRef(ref)}: ${failure.message}` };
}

function forbidden(failure: ApiFailure, ref: ObjectRef): Problem {
  const { message } = failure;
  if (/exceeded quota/.test(message)) {
    const on = { apiVersion: 'v1', kind: 'ResourceQuota', ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }) };
    return { kind: 'Waiting', code: 'QuotaExceeded', message: `${describeRef(ref)} waits for quota: ${message}`, on, retryAfterMs: 30_000 };
  }
  const isTerminating =
    failure.causes?.some((cause) => cause.reason === 'NamespaceTerminating') || /because it is being terminated/.test(message);
  if (isTerminating && ref.namespace !== undefined) {
    return {
      kind: 'Waiting',
      code: 'NamespaceTerminating',
      message: `${describeRef(ref)} waits: namespace "${ref.namespace}" is being deleted`,
      on: { apiVersion: 'v1', kind: 'Namespace', name: ref.namespace },
    };
  }
  return { kind: 'Denied', code: 'Forbidden', message: `${describeRef(ref)} is not allowed: ${message}` };
}

/** The application waits until the change is undone (F34). What was accepted last stays, and returns when somebody deletes it. */
function immutable(failure: ApiFailure, ref: ObjectRef): Problem {
  return {
    kind: 'Waiting',
    code: 'ImmutableField',
    message: `${describeRef(ref)} cannot be changed in place: ${causesOf(failure)}. Undo the change, or give it another name; until then it stays as it was accepted last.`,
    on: ref,
  };
}

function isImmutable(message: string): boolean {
  return /field is immutable|may not be changed|updates to .* for fields other than|may not change once set|is forbidden after creation/.test(
    message,
  );
}

/** The causes say what and where; the message alone repeats the object's whole name and value. */
function causesOf(failure: ApiFailure): string {
  const causes = (failure.causes ?? [])
    .map(({ field, message = '' }) => (field ? `${field}: ${withoutValue(message)}` : withoutValue(message)))
    .filter(Boolean);
  const text = causes.length > 0 ? causes.join('; ') : failure.message;
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

/** The server repeats a whole pod template as Go prints it (`Invalid value: {...}: field is immutable`): only the rule is kept. */
function withoutValue(message: string): string {
  const last = message.lastIndexOf(': ');
  return message.length > 200 && message.startsWith('Invalid value: ') && last > 0 ? message.slice(last + 2) : message;
}

function withRetry(problem: Problem & { kind: 'Transient' | 'Waiting' }, failure: ApiFailure, otherwiseMs?: number): Problem {
  const retryAfterMs = failure.retryAfterMs ?? otherwiseMs;
  return retryAfterMs === undefined ? problem : { ...problem, retryAfterMs };
}
