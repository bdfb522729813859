/** What a request asks for: path and query taken apart into verb, resource, name and subresource. */
import type { Identity } from './object.ts';
import { badRequest, invalidOption } from './refusal.ts';
import type { Resource, ResourceRegistry } from './resources.ts';

export interface IncomingRequest {
  method: string;
  /** Path with query. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string | undefined;
  /** The body of a request in protobuf form. */
  bytes?: Uint8Array | undefined;
  user: Identity;
  signal?: AbortSignal | undefined;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A request for a resource. */
export interface ResourceCall {
  verb: Verb;
  resource: Resource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  query: URLSearchParams;
  request: IncomingRequest;
}

export interface ParsedPath {
  group: string;
  version: string;
  namespace: string | undefined;
  plural: string;
  name: string | undefined;
  subresource: string | undefined;
  /** `/watch/` paths are the old way to ask for a watch. */
  oldWatch: boolean;
}

/** Takes `/apis/G/V/namespaces/N/R/NAME/SUB` apart; undefined when it is not a path to a resource. */
export function parsePath(path: string): ParsedPath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  let rest: string[];
  let group: string;
  let version: string;
  if (parts[0] === 'api' && parts.length > 2) {
    group = '';
    version = parts[1] ?? '';
    rest = parts.slice(2);
  } else if (parts[0] === 'apis' && parts.length > 3) {
    group = parts[1] ?? '';
    version = parts[2] ?? '';
    rest = parts.slice(3);
  } else return undefined;
  rest = rest.map(decode);
  let oldWatch = false;
  if (rest[0] === 'watch' && rest.length > 1) {
    oldWatch = true;
    rest = rest.slice(1);
  }
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize'))) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = '', name, ...sub] = rest;
  return { group, version, namespace, plural, name, subresource: sub.length > 0 ? sub.join('/') : undefined, oldWatch };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`invalid path segment "${part}"`);
  }
}

const isTrue = (value: string | null): boolean => value !== null && value !== '' && value !== 'false' && value !== '0';

/** The verb a method means on this path; undefined when the path has no such method. */
export function verbOf(method: string, parsed: ParsedPath, query: URLSearchParams): Verb | undefined {
  const named = parsed.name !== undefined;
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (parsed.oldWatch || (isTrue(query.get('watch')) && !parsed.subresource)) return named && !parsed.oldWatch ? 'get' : 'watch';
      return named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return named ? 'update' : undefined;
    case 'PATCH':
      return named ? 'patch' : undefined;
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return undefined;
  }
}

/** Finds the resource of a path; undefined when nothing of this name is served. */
export function locate(registry: ResourceRegistry, parsed: ParsedPath): Resource | undefined {
  const resource = registry.find(parsed.group, parsed.version, parsed.plural);
  if (!resource) return undefined;
  // A cluster-scoped resource has no path below a namespace, and a namespaced object none above.
  if (parsed.namespace !== undefined && !resource.namespaced) return undefined;
  return resource;
}

/** The name under which changes of this request are recorded in managed fields (KEP-555): fieldManager, else the user agent up to `/`. */
export function fieldManagerOf(call: ResourceCall): string {
  const named = call.query.get('fieldManager');
  if (named) {
    if (named.length > 128) throw badRequest(`fieldManager: Too long: may not be more than 128 bytes`);
    return named;
  }
  const agent = call.request.headers['user-agent'] ?? '';
  const slash = agent.indexOf('/');
  return (slash >= 0 ? agent.slice(0, slash) : agent) || 'unknown';
}

/** `dryRun=All` is the only value known; `kind` is the options object that a refusal names. */
export function isDryRun(query: URLSearchParams, kind: OptionsKind, bodyValues: readonly string[] = []): boolean {
  const values = [...query.getAll('dryRun'), ...bodyValues].filter((value) => value !== '');
  if (values.some((value) => value !== 'All')) {
    throw invalidOption(
      kind,
      'dryRun',
      `Unsupported value: []string{${values.map((value) => JSON.stringify(value)).join(', ')}}: supported values: "All"`,
    );
  }
  return values.length > 0;
}

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** How unknown fields are treated; `Warn` by default since 1.25. */
export function fieldValidationOf(query: URLSearchParams, kind: OptionsKind = 'CreateOptions'): FieldValidation {
  const value = query.get('fieldValidation') || 'Warn';
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value;
  throw invalidOption(kind, 'fieldValidation', `Unsupported value: "${value}": supported values: "", "Ignore", "Strict", "Warn"`);
}

export function booleanParameter(query: URLSearchParams, name: string): boolean {
  return isTrue(query.get(name));
}
