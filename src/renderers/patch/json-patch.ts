/** RFC 6902, with messages that name the operation and the path as the user wrote it. */
import { invalid, ProblemError } from '../../base/errors.ts';
import { cloneJson, isObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';

/** @throws ProblemError with code `InvalidJsonPatch` at the first operation that cannot be done; nothing is applied then. */
export function applyJsonPatch(target: unknown, operations: readonly JsonObject[]): unknown {
  let document = cloneJson(target);
  operations.forEach((operation, index) => {
    document = applyOperation(document, operation, index);
  });
  return document;
}

function applyOperation(document: unknown, operation: JsonObject, index: number): unknown {
  const fail = (what: string): never => {
    throw new ProblemError(invalid('InvalidJsonPatch', `operation ${index}: ${what}`, `operations[${index}]`));
  };
  const { op } = operation;
  const pointer = (field: 'path' | 'from'): string => {
    const text = operation[field];
    if (typeof text !== 'string' || (text !== '' && !text.startsWith('/')))
      return fail(`${field} must be a JSON pointer such as /spec/replicas`);
    return text;
  };
  const path = pointer('path');
  const missing = (text: string) => fail(`path ${text} does not exist`);
  const value = (): Json => operation.value ?? (Object.hasOwn(operation, 'value') ? null : fail('value is required'));
  const read = (text: string) => at(document, text) ?? missing(text);
  switch (op) {
    case 'add':
      return write(document, path, value(), 'add') ?? missing(path);
    case 'replace':
      read(path);
      return write(document, path, value(), 'replace') ?? missing(path);
    case 'remove':
      read(path);
      return remove(document, path);
    case 'copy':
      return write(document, path, cloneJson(read(pointer('from')).found), 'add') ?? missing(path);
    case 'move': {
      const { found } = read(pointer('from'));
      return write(remove(document, pointer('from')), path, found, 'add') ?? missing(path);
    }
    case 'test':
      if (!jsonEqual(read(path).found, value())) fail(`test of path ${path} failed`);
      return document;
    default:
      return fail(`op must be one of add, remove, replace, move, copy, test, got ${JSON.stringify(op)}`);
  }
}

const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Index of an item: digits without leading zeros, below the length. */
function indexIn(list: readonly unknown[], step: string): number | undefined {
  const index = /^(0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
  return index >= 0 && index < list.length ? index : undefined;
}

function child(parent: unknown, step: string): { found: unknown } | undefined {
  if (Array.isArray(parent)) {
    const index = indexIn(parent, step);
    return index === undefined ? undefined : { found: parent[index] };
  }
  return isObject(parent) && Object.hasOwn(parent, step) ? { found: parent[step] } : undefined;
}

function at(document: unknown, pointer: string): { found: unknown } | undefined {
  let current: { found: unknown } | undefined = { found: document };
  for (const step of steps(pointer)) current = current && child(current.found, step);
  return current;
}

/** The document with a value at the pointer, or undefined where its parent does not exist. The document is ours to change. */
function write(document: unknown, pointer: string, value: unknown, mode: 'add' | 'replace'): unknown {
  const all = steps(pointer);
  const last = all.at(-1);
  if (last === undefined) return value;
  const parent = at(document, pointer.slice(0, pointer.lastIndexOf('/')))?.found;
  if (Array.isArray(parent)) {
    const index = last === '-' || last === String(parent.length) ? parent.length : indexIn(parent, last);
    if (index === undefined) return undefined;
    parent.splice(index, mode === 'replace' ? 1 : 0, value);
    return document;
  }
  if (!isObject(parent)) return undefined;
  Object.defineProperty(parent, last, { value, writable: true, enumerable: true, configurable: true });
  return document;
}

function remove(document: unknown, pointer: string): unknown {
  const last = steps(pointer).at(-1);
  if (last === undefined) return null;
  const parent = at(document, pointer.slice(0, pointer.lastIndexOf('/')))?.found;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete parent[last];
  return document;
}
