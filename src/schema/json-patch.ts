/**
 * JSON patch (RFC 6902) with the leniency of the API server (evanphx/json-patch v4): `replace` of a missing key
 * sets it, `copy` of a missing key copies null, `test` of a missing path against null holds; `remove` and `move` of what
 * is not there fail. The server tells its callers no more than that a patch does not apply; `detail` says why.
 */
import { cloneJson, isObject, type Json, jsonEqual } from '../base/json.ts';
import { put } from './put.ts';

/** A patched value, or the HTTP status and message of the refusal. */
export type PatchResult = { ok: true; value: Json } | { ok: false; code: 400 | 422 | 500; message: string; detail?: string };

class PatchError extends Error {}

const refusal = 'the server rejected our request due to an error in our request';

function pointer(text: unknown, operation: string): string[] {
  if (typeof text !== 'string') throw new PatchError(`${operation} operation does not apply: missing path`);
  if (text === '') return [];
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexIn(list: readonly Json[], step: string, operation: string, limit: number): number {
  if (!/^-?\d+$/.test(step)) throw new PatchError(`${operation} operation does not apply: invalid array index: ${JSON.stringify(step)}`);
  let index = Number(step);
  if (index < 0) index += list.length;
  if (index < 0 || index >= limit) throw new PatchError(`Unable to access invalid index: ${index}: invalid index referenced`);
  return index;
}

function lookUp(root: Json, steps: readonly string[]): Json | undefined {
  let current: Json | undefined = root;
  for (const step of steps) {
    if (Array.isArray(current)) {
      if (!/^-?\d+$/.test(step)) return undefined;
      current = current.at(Number(step));
    } else if (isObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

type Operation = { op: string; path: string; from?: unknown; value?: Json };

function parent(root: Json, steps: readonly string[], operation: Operation): Json {
  const container = lookUp(root, steps.slice(0, -1));
  if (!isObject(container) && !Array.isArray(container)) {
    throw new PatchError(`${operation.op} operation does not apply: doc is missing path: ${JSON.stringify(operation.path)}: missing value`);
  }
  return container;
}

function add(root: Json, steps: readonly string[], value: Json, operation: Operation): Json {
  const last = steps.at(-1);
  if (last === undefined) return value;
  const container = parent(root, steps, operation);
  if (Array.isArray(container)) {
    if (last === '-') container.push(value);
    else container.splice(indexIn(container, last, operation.op, container.length + 1), 0, value);
  } else if (isObject(container)) {
    put(container, last, value);
  }
  return root;
}

function remove(root: Json, steps: readonly string[], operation: Operation): Json {
  const last = steps.at(-1);
  if (last === undefined) throw new PatchError('remove operation does not apply: unable to remove the document');
  const container = lookUp(root, steps.slice(0, -1));
  if (Array.isArray(container)) container.splice(indexIn(container, last, operation.op, container.length), 1);
  else if (isObject(container)) {
    if (!Object.hasOwn(container, last)) throw new PatchError(`unable to remove nonexistent key: ${last}: missing value`);
    delete container[last];
  } else throw new PatchError(`remove operation does not apply: doc is missing path: ${JSON.stringify(operation.path)}: missing value`);
  return root;
}

function replace(root: Json, steps: readonly string[], value: Json, operation: Operation): Json {
  const last = steps.at(-1);
  if (last === undefined) return value;
  const container = lookUp(root, steps.slice(0, -1));
  if (Array.isArray(container)) container[indexIn(container, last, operation.op, container.length)] = value;
  else if (isObject(container)) put(container, last, value);
  else throw new PatchError(`replace operation does not apply: doc is missing path: ${operation.path}: missing value`);
  return root;
}

function step(root: Json, operation: Operation): Json {
  const steps = pointer(operation.path, operation.op);
  switch (operation.op) {
    case 'add':
      return add(root, steps, cloneJson(operation.value ?? null), operation);
    case 'remove':
      return remove(root, steps, operation);
    case 'replace':
      return replace(root, steps, cloneJson(operation.value ?? null), operation);
    case 'test': {
      const found = lookUp(root, steps);
      if (!jsonEqual(found ?? null, operation.value ?? null)) throw new PatchError(`testing value ${operation.path} failed: test failed`);
      return root;
    }
    case 'move':
    case 'copy': {
      const from = pointer(operation.from, operation.op);
      const parentOfSource = lookUp(root, from.slice(0, -1));
      const value = lookUp(root, from) ?? (operation.op === 'copy' && isObject(parentOfSource) ? null : undefined);
      if (value === undefined) {
        throw new PatchError(
          `${operation.op} operation does not apply: doc is missing from path: ${String(operation.from)}: missing value`,
        );
      }
      const copy = cloneJson(value);
      return add(operation.op === 'move' ? remove(root, from, operation) : root, steps, copy, operation);
    }
    default:
      throw new PatchError(`Unexpected kind: ${operation.op}`);
  }
}

/** Applies the operations in order; 400 where the patch is malformed, 422 where an operation does not apply. */
export function jsonPatch(original: Json, operations: unknown): PatchResult {
  if (!Array.isArray(operations)) {
    return {
      ok: false,
      code: 400,
      message: 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    };
  }
  if (operations.length > 10_000) {
    return { ok: false, code: 422, message: `The allowed maximum operations in a JSON patch is 10000, got ${operations.length}` };
  }
  let root = cloneJson(original);
  try {
    for (const operation of operations) {
      if (!isObject(operation) || typeof operation.op !== 'string') throw new PatchError('Unexpected kind: unknown');
      root = step(root, operation as Operation);
    }
  } catch (error) {
    if (error instanceof PatchError) return { ok: false, code: 422, message: refusal, detail: error.message };
    throw error;
  }
  return { ok: true, value: root };
}
