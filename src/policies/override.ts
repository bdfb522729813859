/**
 * override: a variant of the components for one delivery. Names are whole globs (KubeVela's match any part of a name:
 * decision 8), traits of one type are told apart by position or name (KubeVela keeps one per type: decision 9).
 */
import type { ApplicationComponent, ApplicationTrait } from '../api/application.ts';
import { cloneJson, isObject, type Json, type JsonObject } from '../base/json.ts';
import { fields, flag, list, type Reader, text, texts } from './reader.ts';

interface TraitPatch {
  type: string;
  name?: string;
  properties?: JsonObject;
  disable: boolean;
}

interface ComponentPatch {
  /** A name, or a glob with `*`; absent: every component (of the type). */
  name?: string;
  type?: string;
  properties?: JsonObject;
  traits: TraitPatch[];
  externalRevision?: string;
}

export interface Override {
  name: string;
  components: ComponentPatch[];
  /** Names of the components to keep after patching; empty: all. */
  selector: string[];
}

export function readOverride(reader: Reader, properties: JsonObject, name: string): Override {
  const given = fields(reader, properties, '', ['components', 'selector']);
  return {
    name,
    components: list(reader, given.components, 'components').map((value, index) => readComponent(reader, value, `components[${index}]`)),
    selector: texts(reader, given.selector, 'selector'),
  };
}

function readComponent(reader: Reader, value: Json, path: string): ComponentPatch {
  const given = fields(reader, value, path, ['name', 'type', 'properties', 'traits', 'externalRevision']);
  const name = text(reader, given.name, `${path}.name`);
  const type = text(reader, given.type, `${path}.type`);
  const properties = readProperties(reader, given.properties, `${path}.properties`);
  const externalRevision = text(reader, given.externalRevision, `${path}.externalRevision`);
  return {
    ...(name ? { name } : {}),
    ...(type ? { type } : {}),
    ...(properties ? { properties } : {}),
    ...(externalRevision ? { externalRevision } : {}),
    traits: list(reader, given.traits, `${path}.traits`).flatMap(
      (trait, index) => readTrait(reader, trait, `${path}.traits[${index}]`) ?? [],
    ),
  };
}

function readTrait(reader: Reader, value: Json, path: string): TraitPatch | undefined {
  const given = fields(reader, value, path, ['type', 'name', 'properties', 'disable']);
  const type = text(reader, given.type, `${path}.type`);
  const name = text(reader, given.name, `${path}.name`);
  const properties = readProperties(reader, given.properties, `${path}.properties`);
  if (type === undefined) {
    reader.problems.push({
      kind: 'Invalid',
      code: 'MissingField',
      message: `${reader.subject}: ${path}.type is required`,
      path: `properties.${path}.type`,
    });
    return undefined;
  }
  return {
    type,
    ...(name ? { name } : {}),
    ...(properties ? { properties } : {}),
    disable: flag(reader, given.disable, `${path}.disable`) ?? false,
  };
}

function readProperties(reader: Reader, value: Json | undefined, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  return fields(reader, value, path, isObject(value) ? Object.keys(value) : []);
}

/** The components of an application after overrides, in order; a patch whose name is new and whose type is given adds one. */
export function overrideComponents(components: readonly ApplicationComponent[], overrides: readonly Override[]): ApplicationComponent[] {
  let current = components.map((component) => component);
  for (const override of overrides) {
    for (const patch of override.components) current = patched(current, patch);
    if (override.selector.length > 0) current = current.filter((component) => override.selector.includes(component.name));
  }
  return current;
}

function patched(components: readonly ApplicationComponent[], patch: ComponentPatch): ApplicationComponent[] {
  const { name, type } = patch;
  const exact = name !== undefined && !name.includes('*');
  const fits = (component: ApplicationComponent): boolean =>
    exact
      ? component.name === name
      : (name === undefined || matchesGlob(name, component.name)) && (type === undefined || component.type === type);
  if (components.some(fits)) return components.map((component) => (fits(component) ? merged(component, patch) : component));
  if (!exact || type === undefined) return [...components];
  return [...components, merged({ name, type }, patch)];
}

/** `*` stands for any run of letters; everything else for itself, from the first to the last letter. */
export function matchesGlob(glob: string, name: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return glob === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

function merged(component: ApplicationComponent, patch: ComponentPatch): ApplicationComponent {
  const replaced = patch.type !== undefined && patch.type !== component.type;
  const properties = replaced ? patch.properties : mergeProperties(component.properties, patch.properties);
  const traits = mergeTraits(component.traits ?? [], patch.traits);
  const { properties: _properties, traits: _traits, ...rest } = component;
  return {
    ...rest,
    type: patch.type ?? component.type,
    ...(properties === undefined ? {} : { properties }),
    ...(patch.externalRevision === undefined ? {} : { externalRevision: patch.externalRevision }),
    ...(traits.length > 0 ? { traits } : {}),
  };
}

function mergeTraits(base: readonly ApplicationTrait[], patches: readonly TraitPatch[]): ApplicationTrait[] {
  const traits: (ApplicationTrait | undefined)[] = [...base];
  const taken = new Map<string, number>();
  for (const patch of patches) {
    const places = base.flatMap((trait, index) => (trait.type === patch.type ? [index] : []));
    if (patch.disable && patch.name === undefined) {
      for (const index of places) traits[index] = undefined;
      continue;
    }
    const turn = taken.get(patch.type) ?? 0;
    if (patch.name === undefined) taken.set(patch.type, turn + 1);
    const index = patch.name === undefined ? places[turn] : places.find((at) => base[at]?.properties?.name === patch.name);
    const trait = index === undefined ? undefined : traits[index];
    if (patch.disable) {
      if (index !== undefined) traits[index] = undefined;
    } else if (index !== undefined && trait !== undefined) {
      const properties = mergeProperties(trait.properties, patch.properties);
      traits[index] = { type: trait.type, ...(properties === undefined ? {} : { properties }) };
    } else {
      traits.push({ type: patch.type, ...(patch.properties === undefined ? {} : { properties: patch.properties }) });
    }
  }
  return traits.filter((trait) => trait !== undefined);
}

/** Mappings are merged key by key, everything else is replaced, lists too; null takes a key away. */
export function mergeProperties(base: JsonObject | undefined, patch: JsonObject | undefined): JsonObject | undefined {
  if (patch === undefined) return base;
  const result: JsonObject = cloneJson(base ?? {});
  for (const [key, value] of Object.entries(patch)) {
    const own = Object.hasOwn(result, key) ? result[key] : undefined;
    if (value === null) delete result[key];
    else {
      const next = isObject(value) ? (mergeProperties(isObject(own) ? own : {}, value) ?? {}) : cloneJson(value);
      Object.defineProperty(result, key, { value: next, writable: true, enumerable: true, configurable: true });
    }
  }
  return result;
}
