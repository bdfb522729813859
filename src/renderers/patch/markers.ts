/**
 * How a patch says that a place is not simply unified (compat/cue.md §4.4). In CUE these are comments on a field;
 * here they are values, so that a patch stays plain data that can be built, printed and compared.
 */
import type { Json, JsonObject } from '../../base/json.ts';

export type Marker =
  /** The value takes the place of whatever is there (`+patchStrategy=replace` on lists). */
  | { strategy: 'replace'; value: unknown }
  /** The same for a struct or scalar (`+patchStrategy=retainKeys`): only the keys of the patch are retained. */
  | { strategy: 'retainKeys'; value: unknown }
  /** Items of a list meet by one of their keys (`+patchKey=name`); those that meet nothing are appended. */
  | { strategy: 'keyedBy'; keys: string[][]; items: readonly unknown[] }
  /** Items meet by position and the list may be longer (`[{…}, ...]`). */
  | { strategy: 'leading'; items: readonly unknown[] }
  /** One patch for every item that is there (`[...{…}]`). */
  | { strategy: 'everyItem'; item: unknown };

/** A patch of the whole object. */
export type WholePatch = { strategy: 'jsonMergePatch'; patch: Json } | { strategy: 'jsonPatch'; operations: readonly JsonObject[] };

const mark = Symbol('patch marker');
const whole = Symbol('whole patch');

class Marked {
  readonly [mark]: Marker;
  constructor(marker: Marker) {
    this[mark] = marker;
  }
}

class Whole {
  readonly [whole]: WholePatch;
  constructor(patch: WholePatch) {
    this[whole] = patch;
  }
}

export const replaced = (value: unknown) => new Marked({ strategy: 'replace', value });
export const retainKeys = (value: unknown) => new Marked({ strategy: 'retainKeys', value });

/** `keyedBy('name', […])`; `keyedBy('name,mountPath', […])` tries several keys, `a.b` reaches into an item. */
export const keyedBy = (key: string, items: readonly unknown[]) =>
  new Marked({ strategy: 'keyedBy', keys: key.split(',').map((part) => part.trim().split('.')), items });

export const leading = (items: readonly unknown[]) => new Marked({ strategy: 'leading', items });
export const everyItem = (item: unknown) => new Marked({ strategy: 'everyItem', item });

/** RFC 7396: null deletes, lists are replaced. */
export const jsonMergePatch = (patch: Json) => new Whole({ strategy: 'jsonMergePatch', patch });

/** RFC 6902. */
export const jsonPatch = (operations: readonly JsonObject[]) => new Whole({ strategy: 'jsonPatch', operations });

export const markerOf = (value: unknown): Marker | undefined => (value instanceof Marked ? value[mark] : undefined);
export const wholePatchOf = (value: unknown): WholePatch | undefined => (value instanceof Whole ? value[whole] : undefined);
