/**
 * A set of fields of an object: who owns what. The algebra (union, difference, intersection, equality) is that
 * of structured-merge-diff v4; the text form is fieldsV1, as managedFields carries it. A set is a tree: a node
 * is a member or not, apart from whether its children are. Sets are immutable once handed out.
 */
import { isObject, type JsonObject } from '../base/json.ts';
import { compareKeys, describeKeys, formatElement, type PathElement, parseElement } from './path-element.ts';

export interface FieldNode {
  member: boolean;
  children: Map<string, FieldNode> | undefined;
}

type Children = Map<string, FieldNode>;
const none: Children = new Map();

function insertKeys(children: Children, keys: readonly string[]): void {
  let level = children;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? '';
    let node = level.get(key);
    if (node === undefined) {
      node = { member: false, children: undefined };
      level.set(key, node);
    }
    if (index === keys.length - 1) {
      node.member = true;
      return;
    }
    node.children ??= new Map();
    level = node.children;
  }
}

function union(a: Children, b: Children): Children {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const out = new Map(a);
  for (const [key, right] of b) {
    const left = a.get(key);
    if (left === undefined) out.set(key, right);
    else if (left !== right) {
      const children = left.children === undefined ? right.children : union(left.children, right.children ?? none);
      out.set(key, { member: left.member || right.member, children });
    }
  }
  return out;
}

function intersection(a: Children, b: Children): Children {
  const out: Children = new Map();
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined) continue;
    const member = left.member && right.member;
    const children = left.children && right.children ? intersection(left.children, right.children) : none;
    if (member || children.size > 0) out.set(key, { member, children: children.size > 0 ? children : undefined });
  }
  return out;
}

function difference(a: Children, b: Children, recursive: boolean): Children {
  if (b.size === 0) return a;
  const out: Children = new Map();
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined) {
      out.set(key, left);
      continue;
    }
    if (recursive && right.member) continue;
    const member = left.member && !right.member;
    const children = left.children && right.children ? difference(left.children, right.children, recursive) : (left.children ?? none);
    if (member || children.size > 0) out.set(key, { member, children: children.size > 0 ? children : undefined });
  }
  return out;
}

function equal(a: Children, b: Children): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined || left.member !== right.member) return false;
    if (left !== right && !equal(left.children ?? none, right.children ?? none)) return false;
  }
  return true;
}

function sortedEntries(children: Children): [string, FieldNode][] {
  return [...children].sort(([a], [b]) => compareKeys(a, b));
}

/** Members of a level come before the members of any level below it, as the server iterates. */
function visit(children: Children, prefix: string[], each: (keys: string[]) => void): void {
  const entries = sortedEntries(children);
  for (const [key, node] of entries) if (node.member) each([...prefix, key]);
  for (const [key, node] of entries) if (node.children) visit(node.children, [...prefix, key], each);
}

function format(children: Children, self: boolean): JsonObject {
  const out: JsonObject = self ? { '.': {} } : {};
  for (const [key, node] of sortedEntries(children)) {
    out[key] = node.children && node.children.size > 0 ? format(node.children, node.member) : {};
  }
  return out;
}

function leavesOf(children: Children): Children {
  const out: Children = new Map();
  for (const [key, node] of children) {
    if (node.children && node.children.size > 0) out.set(key, { member: false, children: leavesOf(node.children) });
    else if (node.member) out.set(key, node);
  }
  return out;
}

export class FieldSet {
  static readonly empty: FieldSet = new FieldSet(new Map());
  readonly children: ReadonlyMap<string, FieldNode>;
  readonly #children: Children;

  /** Takes ownership of the map. */
  constructor(children: Map<string, FieldNode>) {
    this.#children = children;
    this.children = children;
  }

  /** A set of paths given as key texts (`['f:spec', 'f:replicas']`). */
  static ofKeys(...paths: (readonly string[])[]): FieldSet {
    const children: Children = new Map();
    for (const path of paths) if (path.length > 0) insertKeys(children, path);
    return new FieldSet(children);
  }

  get isEmpty(): boolean {
    return this.#children.size === 0;
  }

  has(path: readonly PathElement[]): boolean {
    return this.hasKeys(path.map(formatElement));
  }

  hasKeys(keys: readonly string[]): boolean {
    let level: Children | undefined = this.#children;
    for (let index = 0; index < keys.length; index++) {
      const node: FieldNode | undefined = level?.get(keys[index] ?? '');
      if (node === undefined) return false;
      if (index === keys.length - 1) return node.member;
      level = node.children;
    }
    return false;
  }

  /** This set and one path more. */
  insert(path: readonly PathElement[]): FieldSet {
    return this.union(FieldSet.ofKeys(path.map(formatElement)));
  }

  union(other: FieldSet): FieldSet {
    return this === other || other.isEmpty ? this : new FieldSet(union(this.#children, other.#children));
  }

  intersection(other: FieldSet): FieldSet {
    return new FieldSet(intersection(this.#children, other.#children));
  }

  /** What is in this set and not in the other; a member's children stay when only the member is taken. */
  difference(other: FieldSet): FieldSet {
    return other.isEmpty ? this : new FieldSet(difference(this.#children, other.#children, false));
  }

  /** As `difference`, but a member of the other set takes everything below it too. */
  recursiveDifference(other: FieldSet): FieldSet {
    return other.isEmpty ? this : new FieldSet(difference(this.#children, other.#children, true));
  }

  equals(other: FieldSet): boolean {
    return equal(this.#children, other.#children);
  }

  /** The set without members that only contain other members. */
  leaves(): FieldSet {
    return new FieldSet(leavesOf(this.#children));
  }

  /** Every member as key texts, in the server's order. */
  keyPaths(): string[][] {
    const out: string[][] = [];
    visit(this.#children, [], (keys) => out.push(keys));
    return out;
  }

  /** Every member, in the server's order. */
  paths(): PathElement[][] {
    return this.keyPaths().map((keys) => keys.flatMap((key) => parseElement(key) ?? []));
  }

  /** Every member as messages show it. */
  descriptions(): string[] {
    return this.keyPaths().map(describeKeys);
  }

  toFieldsV1(): JsonObject {
    return format(this.#children, false);
  }
}

/** The level below a node and whether the node itself is a member (`.`, or nothing below). */
function parseLevel(source: JsonObject): FieldNode {
  let member = false;
  let children: Children | undefined;
  for (const key in source) {
    if (key === '.') {
      member = true;
      continue;
    }
    const element = key.startsWith('f:') ? undefined : parseElement(key);
    if (element === undefined && !key.startsWith('f:')) continue;
    const below = source[key];
    children ??= new Map();
    // Keys of foreign writers may be spelled otherwise ({"b":1,"a":2}); inside, one spelling is used.
    children.set(element === undefined ? key : formatElement(element), parseLevel(isObject(below) ? below : {}));
  }
  return { member: member || children === undefined, children };
}

/** Reads `managedFields[].fieldsV1`. Throws SyntaxError where a key is malformed. */
export function parseFieldsV1(fieldsV1: JsonObject): FieldSet {
  return new FieldSet(parseLevel(fieldsV1).children ?? new Map());
}

export function formatFieldsV1(set: FieldSet): JsonObject {
  return set.toFieldsV1();
}
