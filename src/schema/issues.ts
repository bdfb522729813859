/**
 * What validation finds, and how the API server words it. Source: apimachinery, util/validation/field (error
 * types and texts) and api/errors (the sentence around them).
 */

export type IssueType =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One finding. `message` is without the path, as in a Status's causes. */
export interface FieldIssue {
  path: string;
  type: IssueType;
  message: string;
  got?: unknown;
}

/** A value as the server prints it in messages: strings quoted, the rest as JSON. */
export function printed(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  return JSON.stringify(value);
}

/** Go's `%q`. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/\u007f/g, '\\x7f');
}

const issue = (path: string, type: IssueType, message: string, got?: unknown): FieldIssue =>
  got === undefined ? { path, type, message } : { path, type, message, got };
const detailed = (title: string, detail: string): string => (detail === '' ? title : `${title}: ${detail}`);

export const invalidValue = (path: string, got: unknown, detail: string): FieldIssue =>
  issue(path, 'FieldValueInvalid', detailed(`Invalid value: ${printed(got)}`, detail), got);
export const requiredValue = (path: string, detail = ''): FieldIssue =>
  issue(path, 'FieldValueRequired', detailed('Required value', detail));
export const duplicateValue = (path: string, got: unknown): FieldIssue =>
  issue(path, 'FieldValueDuplicate', `Duplicate value: ${printed(got)}`, got);
export const forbidden = (path: string, detail: string): FieldIssue => issue(path, 'FieldValueForbidden', detailed('Forbidden', detail));
export const notFound = (path: string, got: unknown): FieldIssue => issue(path, 'FieldValueNotFound', `Not found: ${printed(got)}`, got);
export const tooLong = (path: string, max: number): FieldIssue =>
  issue(path, 'FieldValueTooLong', `Too long: may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}`);
export const tooMany = (path: string, got: number, max: number): FieldIssue =>
  issue(path, 'FieldValueTooMany', `Too many: ${got}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`, got);
/** A value of the wrong JSON type: its type is what the server shows of it. */
export const wrongType = (path: string, got: unknown, detail: string): FieldIssue =>
  issue(path, 'FieldValueTypeInvalid', `Invalid value: ${quote(typeName(got))}: ${detail}`, got);
/** `allowed` in the order the server lists them: sorted, except for custom resources. */
export const notSupported = (path: string, got: unknown, allowed: readonly unknown[]): FieldIssue =>
  issue(
    path,
    'FieldValueNotSupported',
    detailed(
      `Unsupported value: ${printed(got)}`,
      allowed.length > 0 ? `supported values: ${allowed.map((each) => printed(each)).join(', ')}` : '',
    ),
    got,
  );

/** The JSON type of a value as OpenAPI names it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export function formatIssue(found: FieldIssue): string {
  return `${found.path === '' ? '<nil>' : found.path}: ${found.message}`;
}

/** `Deployment.apps "web" is invalid: spec.replicas: …`; several findings stand in brackets. */
export function invalidMessage(group: string, kind: string, name: string, issues: readonly FieldIssue[]): string {
  const texts = [...new Set(issues.map(formatIssue))];
  const found = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return `${group === '' ? kind : `${kind}.${group}`} ${quote(name)} is invalid: ${found}`;
}

/** A path below another: `spec` + `replicas`. */
export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
export const at = (path: string, index: number): string => `${path}[${index}]`;
export const keyed = (path: string, key: string): string => `${path}[${key}]`;
