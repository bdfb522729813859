/**
 * One step of a path in a field set, and its two texts: the key in fieldsV1 (`f:spec`, `k:{"name":"web"}`,
 * `v:"a"`, `i:3`) and the form in messages (`.spec`, `[name="web"]`, `[="a"]`, `[3]`). Sets hold the key text:
 * it is canonical, so that equal elements are equal strings. Source: structured-merge-diff v4, fieldpath.
 */
import { isObject, type Json } from '../base/json.ts';

export type PathElement = { f: string } | { k: Record<string, Json> } | { v: Json } | { i: number };

/** JSON as the server writes it in keys: `&`, `<` and `>` escaped. */
function goJson(value: Json): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  const text = JSON.stringify(value);
  return /[&<>\u2028\u2029]/.test(text)
    ? text.replace(/[&<>\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
}

export const fieldKey = (name: string): string => `f:${name}`;
export const valueKey = (value: Json): string => `v:${goJson(value)}`;

/** The key of a map-list item; `names` must be sorted. */
export function itemKey(names: readonly string[], values: readonly Json[]): string {
  let text = 'k:{';
  for (let index = 0; index < names.length; index++) {
    if (index > 0) text += ',';
    text += `${goJson(names[index] ?? '')}:${goJson(values[index] ?? null)}`;
  }
  return `${text}}`;
}

/** The canonical key text of an element. */
export function formatElement(element: PathElement): string {
  if ('f' in element) return fieldKey(element.f);
  if ('v' in element) return valueKey(element.v);
  if ('i' in element) return `i:${element.i}`;
  const names = Object.keys(element.k).sort();
  return itemKey(
    names,
    names.map((name) => element.k[name] ?? null),
  );
}

/** The element of a key text; undefined for kinds of keys this version does not know (they are dropped, as the server does). Throws SyntaxError on malformed keys. */
export function parseElement(key: string): PathElement | undefined {
  const content = key.slice(2);
  if (key[1] !== ':') throw new SyntaxError(`missing colon: ${key}`);
  switch (key[0]) {
    case 'f':
      return { f: content };
    case 'v':
      return { v: JSON.parse(content) as Json };
    case 'k': {
      const parsed: unknown = JSON.parse(content);
      if (!isObject(parsed)) throw new SyntaxError(`not an object: ${key}`);
      return { k: parsed };
    }
    case 'i': {
      const index = Number.parseInt(content, 10);
      if (Number.isNaN(index)) throw new SyntaxError(`not an index: ${key}`);
      return { i: index };
    }
    default:
      return undefined;
  }
}

const rank: Record<string, number> = { f: 0, k: 1, v: 2, i: 3 };
const typeRank = (value: Json): number =>
  typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : typeof value === 'boolean' ? 2 : 3;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareValues(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return typeRank(a) - typeRank(b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

/** The server's order of elements: fields, then keyed items, then values, then indices. */
export function compareKeys(a: string, b: string): number {
  const kind = (rank[a[0] ?? ''] ?? 4) - (rank[b[0] ?? ''] ?? 4);
  if (kind !== 0 || a === b) return kind;
  if (a[0] === 'f') return compareText(a, b);
  const left = parseElement(a);
  const right = parseElement(b);
  if (left === undefined || right === undefined) return compareText(a, b);
  if ('v' in left && 'v' in right) return compareValues(left.v, right.v);
  if ('i' in left && 'i' in right) return left.i - right.i;
  if ('k' in left && 'k' in right) return compareItemKeys(left.k, right.k);
  return 0;
}

function compareItemKeys(a: Record<string, Json>, b: Record<string, Json>): number {
  const left = Object.keys(a).sort();
  const right = Object.keys(b).sort();
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const nameA = left[index] ?? '';
    const nameB = right[index] ?? '';
    const order = compareText(nameA, nameB) || compareValues(a[nameA] ?? null, b[nameB] ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function describeKey(key: string): string {
  const element = parseElement(key);
  if (element === undefined) return key;
  if ('f' in element) return `.${element.f}`;
  if ('i' in element) return `[${element.i}]`;
  if ('v' in element) return `[=${JSON.stringify(element.v)}]`;
  const { k } = element;
  return `[${Object.keys(k)
    .sort()
    .map((name) => `${name}=${JSON.stringify(k[name])}`)
    .join(',')}]`;
}

/** Key texts as a path in messages: `.spec.template.spec.containers[name="web"].image`. */
export function describeKeys(keys: readonly string[]): string {
  return keys.map(describeKey).join('');
}

/** A path as messages show it. */
export function formatFieldPath(path: readonly PathElement[]): string {
  return describeKeys(path.map(formatElement));
}
