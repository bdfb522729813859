/**
 * Strategic merge patch: a merge patch that knows from the schema which lists are merged by key, and that
 * understands directives ($patch, $retainKeys, $setElementOrder, $deleteFromPrimitiveList).
 * Source: apimachinery, util/strategicpatch.
 */
import { cloneJson, isObject, type Json, type JsonObject, jsonEqual } from '../base/json.ts';
import type { PatchResult } from './json-patch.ts';
import { fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

class PatchRefusal extends Error {
  readonly code: 400 | 422 | 500;
  constructor(message: string, code: 400 | 422 | 500 = 500) {
    super(message);
    this.code = code;
  }
}

const put = (object: JsonObject, key: string, value: Json): void => {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
};

/** A patch's value where nothing stands to merge with: without directives and nulls. Undefined for a pure deletion. */
function plain(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.flatMap((item) => plain(item) ?? []);
  if (!isObject(value)) return value;
  if (value[directive] === 'delete') return undefined;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === directive || key === retainKeys || key.startsWith(orderPrefix) || key.startsWith(deletePrefix) || item === null) continue;
    const kept = plain(item);
    if (kept !== undefined) put(out, key, kept);
  }
  return out;
}

function goPrint(value: Json): string {
  if (isObject(value)) {
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goPrint(value[key] ?? null)}`)
      .join(' ')}]`;
  }
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`;
  return value === null ? '<nil>' : String(value);
}

function retain(original: JsonObject, patch: JsonObject): void {
  const keys = patch[retainKeys];
  if (keys === undefined) return;
  if (!Array.isArray(keys)) throw new PatchRefusal('invalid patch format of retainKeys', 400);
  for (const [key, value] of Object.entries(patch)) {
    if (key === retainKeys || value === null || key.startsWith(orderPrefix) || key.startsWith(deletePrefix)) continue;
    if (!keys.includes(key)) throw new PatchRefusal('invalid patch format of retainKeys', 400);
  }
  for (const key of Object.keys(original)) if (!keys.includes(key)) delete original[key];
}

function mergeMap(before: Json | undefined, patch: JsonObject, schema: StructuralSchema): JsonObject {
  const mode = patch[directive];
  if (mode === 'replace') {
    const { [directive]: _, ...rest } = patch;
    return rest;
  }
  if (mode === 'delete') return {};
  if (mode !== undefined && mode !== 'merge') throw new PatchRefusal(`unknown patch type: ${goPrint(mode)} in map: ${goPrint(patch)}`);
  if (mode === 'merge') throw new PatchRefusal(`Invalid value for a ${directive} directive: merge in ${goPrint(patch)}`);
  const out: JsonObject = isObject(before) ? { ...before } : {};
  retain(out, patch);
  const ordered = orderedFields(patch);
  for (const [name, order] of ordered) applyOrdered(out, patch, name, order, schema);
  for (const [key, value] of Object.entries(patch)) {
    if (key === retainKeys || key.startsWith(orderPrefix)) continue;
    if (key.startsWith(deletePrefix)) {
      const name = key.slice(deletePrefix.length);
      if (!ordered.has(name)) deleteFrom(out, name, value);
      continue;
    }
    if (ordered.has(key)) continue;
    mergeField(out, key, value, schema);
  }
  return out;
}

function mergeField(out: JsonObject, key: string, value: Json, schema: StructuralSchema): void {
  if (value === null) {
    delete out[key];
    return;
  }
  const current = Object.hasOwn(out, key) ? out[key] : undefined;
  const below = fieldSchema(schema, key) ?? {};
  const strategy = below.patchStrategy ?? [];
  let merged: Json | undefined;
  if (isObject(current) && isObject(value)) merged = strategy.includes('replace') ? plain(value) : mergeMap(current, value, below);
  else if (Array.isArray(current) && Array.isArray(value))
    merged = strategy.includes('merge') ? mergeList(current, value, below) : plain(value);
  else merged = plain(value);
  if (merged === undefined) delete out[key];
  else put(out, key, merged);
}

function deleteFrom(out: JsonObject, name: string, gone: Json): void {
  const current = out[name];
  if (!Array.isArray(gone)) throw new PatchRefusal('unexpected object');
  if (Array.isArray(current)) out[name] = current.filter((item) => !gone.some((other) => jsonEqual(item, other)));
}

function orderedFields(patch: JsonObject): Map<string, Json[]> {
  const out = new Map<string, Json[]>();
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    if (!Array.isArray(value)) throw new PatchRefusal('unexpected object');
    out.set(key.slice(orderPrefix.length), value);
  }
  return out;
}

/** What tells two items apart: the merge key, or the value itself. */
function identity(item: Json, mergeKey: string | undefined): string {
  return JSON.stringify((mergeKey !== undefined && isObject(item) ? item[mergeKey] : item) ?? null);
}

/** A list whose order the patch gives: its items in that order, the server's own kept where they stood. */
function applyOrdered(out: JsonObject, patch: JsonObject, name: string, order: readonly Json[], schema: StructuralSchema): void {
  const below = fieldSchema(schema, name) ?? {};
  const mergeKey = below.patchMergeKey;
  const patched = patch[name];
  const original = out[name];
  if (Array.isArray(patched)) checkOrder(patched, order, mergeKey);
  if (original === undefined && patched === undefined) return;
  let merged: Json[] = Array.isArray(original) ? original : [];
  const gone = patch[deletePrefix + name];
  if (Array.isArray(gone)) merged = merged.filter((item) => !gone.some((other) => jsonEqual(item, other)));
  if (Array.isArray(patched))
    merged = Array.isArray(original) ? mergeList(merged, patched, below) : ((plain(patched) as Json[] | undefined) ?? []);
  const wanted = order.map((item) => identity(item, mergeKey));
  const byOrder = merged.filter((item) => wanted.includes(identity(item, mergeKey)));
  byOrder.sort((a, b) => wanted.indexOf(identity(a, mergeKey)) - wanted.indexOf(identity(b, mergeKey)));
  const others = merged.filter((item) => !wanted.includes(identity(item, mergeKey)));
  out[name] = interleave(others, byOrder, Array.isArray(original) ? original : [], mergeKey);
}

function checkOrder(patched: readonly Json[], order: readonly Json[], mergeKey: string | undefined): void {
  const wanted = order.map((item) => identity(item, mergeKey));
  let last = -1;
  for (const item of patched) {
    if (isObject(item) && item[directive] !== undefined) continue;
    const index = wanted.indexOf(identity(item, mergeKey), last + 1);
    if (index < 0) {
      throw new PatchRefusal(
        `The order in patch list:\n${goPrint([...patched])}\n doesn't match $setElementOrder list:\n${goPrint([...order])}\n`,
      );
    }
    last = index;
  }
}

/** Two lists without common items, in the order of `server` where it knows both, else the second list's first. */
function interleave(others: readonly Json[], right: readonly Json[], server: readonly Json[], mergeKey: string | undefined): Json[] {
  const place = new Map<string, number>();
  for (const [index, item] of server.entries()) if (!place.has(identity(item, mergeKey))) place.set(identity(item, mergeKey), index);
  const rank = (item: Json): number => place.get(identity(item, mergeKey)) ?? server.length;
  // Items that share a merge key stand together, where the first of them stood.
  const left = [...others].sort((a, b) => rank(a) - rank(b));
  const out: Json[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const a = left[l] ?? null;
    const b = right[r] ?? null;
    const placeA = place.get(identity(a, mergeKey));
    const placeB = place.get(identity(b, mergeKey));
    if (placeA !== undefined && placeB !== undefined && placeA < placeB) {
      out.push(a);
      l++;
    } else {
      out.push(b);
      r++;
    }
  }
  return [...out, ...left.slice(l), ...right.slice(r)];
}

function mergeList(original: readonly Json[], patch: readonly Json[], schema: StructuralSchema): Json[] {
  const sample = original[0] ?? patch[0];
  if (!isObject(sample)) {
    const out: Json[] = [...original];
    for (const item of patch) if (!out.some((other) => jsonEqual(item, other))) out.push(item);
    return reorder(out, patch, original, undefined);
  }
  const mergeKey = schema.patchMergeKey;
  if (mergeKey === undefined) throw new PatchRefusal('cannot merge lists without merge key');
  let out = [...original];
  let replaced = false;
  const additions: JsonObject[] = [];
  for (const item of patch) {
    if (!isObject(item)) throw new PatchRefusal('unexpected object');
    const mode = item[directive];
    if (mode === undefined) additions.push(item);
    else if (mode === 'replace') replaced = true;
    else if (mode === 'delete') {
      if (item[mergeKey] === undefined) throw new PatchRefusal(missingKey(item, mergeKey));
      out = out.filter((other) => !isObject(other) || !jsonEqual(other[mergeKey], item[mergeKey]));
    } else if (mode === 'merge') throw new PatchRefusal('merging lists cannot yet be specified in the patch');
    else throw new PatchRefusal(`unknown patch type: ${goPrint(mode)} in map: ${goPrint(item)}`);
  }
  if (replaced) return additions.flatMap((item) => plain(item) ?? []);
  const kept = [...out];
  for (const item of additions) {
    if (item[mergeKey] === undefined) throw new PatchRefusal(missingKey(item, mergeKey));
    const index = out.findIndex((other) => isObject(other) && jsonEqual(other[mergeKey], item[mergeKey]));
    if (index >= 0) out[index] = mergeMap(out[index], item, itemSchema(schema));
    else out.push(plain(item) ?? {});
  }
  return reorder(out, additions, kept, mergeKey);
}

const missingKey = (item: JsonObject, mergeKey: string): string => `map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`;

/** The patch's items in the patch's order, among those the server alone has. */
function reorder(merged: readonly Json[], patch: readonly Json[], original: readonly Json[], mergeKey: string | undefined): Json[] {
  const wanted = patch.map((item) => identity(item, mergeKey));
  const mine = merged.filter((item) => wanted.includes(identity(item, mergeKey)));
  mine.sort((a, b) => wanted.indexOf(identity(a, mergeKey)) - wanted.indexOf(identity(b, mergeKey)));
  const others = merged.filter((item) => !wanted.includes(identity(item, mergeKey)));
  return interleave(others, mine, original, mergeKey);
}

/** The original with the patch applied. Custom resources take no strategic patches: the endpoint answers 415. */
export function strategicMergePatch(original: JsonObject, patch: JsonObject, schema: StructuralSchema): PatchResult {
  try {
    return { ok: true, value: mergeMap(cloneJson(original), cloneJson(patch), schema) };
  } catch (error) {
    if (error instanceof PatchRefusal) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
