/**
 * Which objects a rule of a policy speaks about (SELECTOR in compat/definitions.md §3): every field that is given
 * must match, within a field any entry does. An empty selector matches nothing (decision 27).
 */
import * as labels from '../api/labels.ts';
import type { KubeObject } from '../api/object.ts';
import type { Json } from '../base/json.ts';
import type { Resource } from '../definitions/resource.ts';
import { fields, type Reader, texts } from './reader.ts';

/** An object as rules see it. */
export interface PolicySubject {
  component: string;
  /** WORKLOAD or TRAIT; STEP for what a step made. */
  role: string;
  /** Component type on a workload, trait type on the object of a trait. */
  type: string;
  kind: string;
  name: string;
}

export function subjectOfResource({ origin, manifest }: Resource): PolicySubject {
  return { component: origin.component, role: origin.role, type: origin.type, kind: manifest.kind, name: manifest.metadata.name };
}

/** The same from an object's labels, for objects that are only recorded or only live. */
export function subjectOfObject({ kind, metadata }: KubeObject): PolicySubject {
  const own = metadata.labels ?? {};
  return {
    component: own[labels.appComponent] ?? '',
    role: own[labels.resourceType] ?? '',
    type: own[labels.traitType] ?? own[labels.workloadType] ?? '',
    kind,
    name: metadata.name,
  };
}

const selectorFields = ['componentNames', 'componentTypes', 'oamTypes', 'traitTypes', 'resourceTypes', 'resourceNames'] as const;
export type RuleSelector = Partial<Record<(typeof selectorFields)[number], readonly string[]>>;

/** Reads a selector; undefined where none is written. */
export function readSelector(reader: Reader, value: Json | undefined, path: string): RuleSelector | undefined {
  if (value === undefined || value === null) return undefined;
  const given = fields(reader, value, path, selectorFields);
  const selector: Record<string, readonly string[]> = {};
  for (const name of selectorFields) {
    const words = texts(reader, given[name], `${path}.${name}`);
    if (words.length > 0) selector[name] = words;
  }
  return selector;
}

/** Whether a selector picks an object; one without entries never does. */
export function matches(selector: RuleSelector | undefined, subject: PolicySubject): boolean {
  if (selector === undefined) return false;
  const ofTrait = subject.role === 'TRAIT';
  const seen: Record<(typeof selectorFields)[number], string> = {
    componentNames: subject.component,
    componentTypes: ofTrait ? '' : subject.type,
    oamTypes: subject.role,
    traitTypes: ofTrait ? subject.type : '',
    resourceTypes: subject.kind,
    resourceNames: subject.name,
  };
  const given = selectorFields.filter((name) => (selector[name]?.length ?? 0) > 0);
  return given.length > 0 && given.every((name) => selector[name]?.includes(seen[name]) === true);
}
