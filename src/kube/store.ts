/** The objects of one view with their indices; every operation returns the changes it made. */
import type { KubeObject } from '../api/object.ts';
import { compareResourceVersions } from './resource-version.ts';
import type { Change, InformerOptions } from './types.ts';

export interface Store {
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  list(): KubeObject[];
  byIndex(index: string, value: string): KubeObject[];
  size(): number;
  /** Takes an object that was seen; older and repeated states change nothing (F15, F16). */
  put(object: KubeObject): Change[];
  /** Takes an object out; `gone` when that proves that it no longer exists. */
  drop(object: KubeObject, gone: boolean): Change[];
  /** Makes exactly these objects the content; what is missing is out of the view, which proves no deletion. */
  replace(objects: readonly KubeObject[]): Change[];
  /** True when exactly these objects (by uid) are the content. */
  holdsSame(objects: readonly KubeObject[]): boolean;
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
const keyOfObject = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.name);

export function createStore(indexers: NonNullable<InformerOptions['indexers']> = {}): Store {
  const objects = new Map<string, KubeObject>();
  const indices = new Map(Object.keys(indexers).map((name) => [name, new Map<string, Set<string>>()]));

  const index = (key: string, object: KubeObject, add: boolean): void => {
    for (const [name, valuesOf] of Object.entries(indexers)) {
      const entries = indices.get(name);
      if (!entries) continue;
      for (const value of valuesOf(object)) {
        const keys = entries.get(value);
        if (add) {
          if (keys) keys.add(key);
          else entries.set(value, new Set([key]));
        } else if (keys?.delete(key) && keys.size === 0) entries.delete(value);
      }
    }
  };

  const set = (key: string, object: KubeObject): void => {
    const previous = objects.get(key);
    if (previous) index(key, previous, false);
    objects.set(key, object);
    index(key, object, true);
  };

  const remove = (key: string, previous: KubeObject): void => {
    objects.delete(key);
    index(key, previous, false);
  };

  /** Puts a newer state; another uid under the name proves that the former object is gone (F18). */
  const supersede = (key: string, previous: KubeObject | undefined, object: KubeObject): Change[] => {
    set(key, object);
    if (!previous) return [{ type: 'added', object }];
    if (previous.metadata.uid === object.metadata.uid) return [{ type: 'updated', object, previous }];
    return [
      { type: 'deleted', object: previous, previous, gone: true },
      { type: 'added', object },
    ];
  };

  return {
    get: (namespace, name) => objects.get(keyOf(namespace, name)),
    list: () => [...objects.values()],
    size: () => objects.size,
    byIndex(name, value) {
      const found: KubeObject[] = [];
      for (const key of indices.get(name)?.get(value) ?? []) {
        const object = objects.get(key);
        if (object) found.push(object);
      }
      return found;
    },
    put(object) {
      const key = keyOfObject(object);
      const previous = objects.get(key);
      if (previous && compareResourceVersions(object.metadata.resourceVersion, previous.metadata.resourceVersion) <= 0) return [];
      return supersede(key, previous, object);
    },
    drop(object, gone) {
      const key = keyOfObject(object);
      const previous = objects.get(key);
      if (!previous) return [];
      const isOther = previous.metadata.uid !== object.metadata.uid;
      // The end of a predecessor, late: the object that has the name now lives.
      if (isOther && compareResourceVersions(object.metadata.resourceVersion, previous.metadata.resourceVersion) <= 0) return [];
      remove(key, previous);
      return [{ type: 'deleted', object: isOther ? previous : object, previous, gone: gone || isOther }];
    },
    replace(wanted) {
      const changes: Change[] = [];
      const next = new Map(wanted.map((object) => [keyOfObject(object), object]));
      for (const [key, previous] of objects) {
        if (next.has(key)) continue;
        remove(key, previous);
        changes.push({ type: 'deleted', object: previous, previous, gone: false });
      }
      for (const [key, object] of next) {
        const previous = objects.get(key);
        const unchanged =
          previous?.metadata.uid === object.metadata.uid && previous?.metadata.resourceVersion === object.metadata.resourceVersion;
        if (previous === undefined || !unchanged) changes.push(...supersede(key, previous, object));
      }
      return changes;
    },
    holdsSame: (others) =>
      others.length === objects.size && others.every((object) => objects.get(keyOfObject(object))?.metadata.uid === object.metadata.uid),
  };
}
