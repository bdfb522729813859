/**
 * Every way the API server says no, as metav1.Status in the words of the real server. A refusal is thrown
 * anywhere inside the handling of one request and turned into an answer in one place (server.ts).
 */
import type { JsonObject } from './object.ts';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: JsonObject;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

export class Refusal extends Error {
  readonly status: Status;
  readonly headers: Record<string, string>;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    };
    this.headers = headers;
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}

/** What a message calls a resource: `deployments.apps`, `pods`. */
export interface Named {
  group: string;
  plural: string;
}

export const qualified = (resource: Named): string => (resource.group ? `${resource.plural}.${resource.group}` : resource.plural);

const detailsOf = (resource: Named, name: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(resource.group ? { group: resource.group } : {}),
  kind: resource.plural,
});

export const notFound = (resource: Named, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));

export const alreadyExists = (resource: Named, name: string): Refusal =>
  new Refusal(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, detailsOf(resource, name));

export const conflict = (resource: Named, name: string, why: string): Refusal =>
  new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, detailsOf(resource, name));

export const staleWrite = (resource: Named, name: string): Refusal =>
  conflict(resource, name, 'the object has been modified; please apply your changes to the latest version and try again');

export const forbidden = (resource: Named, name: string, why: string, causes?: StatusCause[]): Refusal =>
  new Refusal(
    403,
    'Forbidden',
    name ? `${qualified(resource)} "${name}" is forbidden: ${why}` : `${qualified(resource)} is forbidden: ${why}`,
    {
      ...detailsOf(resource, name),
      ...(causes ? { causes } : {}),
    },
  );

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message);

/** 405 where the path exists but not with this method, as the router of the real server answers. */
export const methodNotAllowed = (): Refusal =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const notAcceptable = (accepted: readonly string[]): Refusal =>
  new Refusal(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);

export const unsupportedMediaType = (supported: readonly string[]): Refusal =>
  new Refusal(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`,
  );

/** 415 of PATCH, where the router of the real server answers. */
export const unsupportedPatchType = (custom: boolean, supported: readonly string[]): Refusal =>
  custom ? unsupportedMediaType(supported) : new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

/** An option in the query or in DeleteOptions that is not known. */
export const invalidOption = (kind: string, field: string, message: string): Refusal =>
  new Refusal(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [{ reason: message.startsWith('Unsupported') ? 'FieldValueNotSupported' : 'FieldValueInvalid', message, field }],
  });

/** 404 below a group that is served. */
export const noSuchResource = (): Refusal => new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});

export const tooLarge = (): Refusal => new Refusal(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728');

export const notImplemented = (what: string): Refusal =>
  new Refusal(501, 'NotImplemented', `the embedded API server does not implement ${what}`);

export const internalError = (message: string): Refusal =>
  new Refusal(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

export const expired = (message: string): Refusal => new Refusal(410, 'Expired', message);

export const unauthorized = (): Refusal => new Refusal(401, 'Unauthorized', 'Unauthorized');

/** A refusal of the object's content; `causes` are the single issues. */
export const invalidObject = (group: string, kind: string, name: string, message: string, causes: StatusCause[]): Refusal =>
  new Refusal(422, 'Invalid', message, { ...(name ? { name } : {}), ...(group ? { group } : {}), kind, causes });

/** The Status that reports a success without an object. */
export const successStatus = (details: StatusDetails): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
});
