/** Two states of one object, field by field, with paths as people write them. Pure. */
import { formatPath, isObject, jsonEqual } from '../base/json.ts';

export interface FieldChange {
  /** `spec.template.spec.containers[web].image` */
  path: string;
  /** Undefined: the field was not there. */
  before: unknown;
  /** Undefined: the field goes. */
  after: unknown;
}

type Path = readonly (string | number)[];

/** The smallest changes that lead from `before` to `after`; lists of named items are compared by name, others by place. */
export function fieldChanges(before: unknown, after: unknown, path: Path = []): FieldChange[] {
  if (jsonEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => fieldChanges(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return itemChanges(before, after, path);
  // What appears or goes as a whole is told as a whole, down to where it holds something.
  if (before === undefined && isObject(after) && Object.keys(after).length === 1) return wholeChange(after, path, 'after');
  if (after === undefined && isObject(before) && Object.keys(before).length === 1) return wholeChange(before, path, 'before');
  return [{ path: spell(path), before, after }];
}

function wholeChange(value: Record<string, unknown>, path: Path, side: 'before' | 'after'): FieldChange[] {
  return Object.entries(value).flatMap(([key, one]) =>
    side === 'after' ? fieldChanges(undefined, one, [...path, key]) : fieldChanges(one, undefined, [...path, key]),
  );
}

function itemChanges(before: readonly unknown[], after: readonly unknown[], path: Path): FieldChange[] {
  const oldNames = namesOf(before);
  const newNames = namesOf(after);
  if (oldNames && newNames) {
    const at = (items: readonly unknown[], names: readonly string[], name: string): unknown => {
      const index = names.indexOf(name);
      return index < 0 ? undefined : items[index];
    };
    const changes = [...new Set([...oldNames, ...newNames])].flatMap((name) =>
      fieldChanges(at(before, oldNames, name), at(after, newNames, name), [...path, `[${name}]`]),
    );
    // The same items in another order: that is a change too, and none of its items shows it.
    return changes.length > 0 ? changes : [{ path: spell(path), before: oldNames, after: newNames }];
  }
  if (before.every(isScalar) && after.every(isScalar)) return [{ path: spell(path), before, after }];
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => fieldChanges(before[index], after[index], [...path, index])).flat();
}

/** Names of the items where each has one of its own. */
function namesOf(items: readonly unknown[]): string[] | undefined {
  const names = items.map((item) => (isObject(item) && typeof item.name === 'string' ? item.name : undefined));
  const given = names.filter((name) => name !== undefined);
  return given.length === items.length && new Set(given).size === given.length ? given : undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** `[name]` steps stand as they are, everything else as in messages. */
function spell(path: Path): string {
  let text = '';
  let plain: (string | number)[] = [];
  const flush = (): void => {
    if (plain.length === 0) return;
    const piece = formatPath(plain);
    text += text !== '' && !piece.startsWith('[') ? `.${piece}` : piece;
    plain = [];
  };
  for (const step of path) {
    if (typeof step === 'string' && /^\[.*\]$/.test(step)) {
      flush();
      text += step;
    } else plain.push(step);
  }
  flush();
  return text;
}
