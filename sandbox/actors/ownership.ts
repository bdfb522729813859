/** Who owns whom: selectors, controller references, adoption and release, as all workload controllers agree on. */
import type { Write } from './actor.ts';
import type { LabelSelector, OwnerReference, Requirement, Resource, WorldObject } from './kinds.ts';

type Labels = Record<string, string> | undefined;

function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean {
  const value = labels?.[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether labels meet all requirements of a node selector term or an expression list. */
export function meetsAll(labels: Labels, requirements: Requirement[] | undefined): boolean {
  return (requirements ?? []).every((requirement) => meets(labels, requirement));
}

/** Whether a selector matches; an empty selector matches everything, an absent one nothing. */
export function selects(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  if (!selector) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value) &&
    meetsAll(labels, selector.matchExpressions)
  );
}

/** A selector as the scale subresource and Table output write it: `app=shop,tier in (a,b)`. */
export function selectorText(selector: LabelSelector): string {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    operator === 'Exists'
      ? key
      : operator === 'DoesNotExist'
        ? `!${key}`
        : `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})`,
  );
  return [...equal.sort(), ...others].join(',');
}

/** The reference that makes `owner` the controller of an object. */
export function controlledBy(owner: WorldObject, resource: Resource<WorldObject>): OwnerReference {
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** What an owner has after claiming: its objects, and the writes that adopt matching orphans and let go what matches no more. */
export interface Claim<T extends WorldObject> {
  owned: T[];
  writes: Write[];
}

/** Claims by selector; an owner that is being deleted adopts nothing (the rule of all workload controllers). */
export function claim<T extends WorldObject>(options: {
  owner: WorldObject;
  ownerResource: Resource<WorldObject>;
  resource: Resource<T>;
  selector: LabelSelector;
  owned: T[];
  orphans: T[];
}): Claim<T> {
  const { owner, ownerResource, resource, selector, orphans } = options;
  const writes: Write[] = [];
  const owned: T[] = [];
  for (const object of options.owned) {
    if (selects(selector, object.metadata.labels) || object.metadata.deletionTimestamp !== undefined) owned.push(object);
    else if (owner.metadata.deletionTimestamp === undefined) {
      const ownerReferences = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
      writes.push({ verb: 'update', resource, object: { ...object, metadata: { ...object.metadata, ownerReferences } } });
    }
  }
  if (owner.metadata.deletionTimestamp === undefined) {
    for (const object of orphans) {
      if (object.metadata.deletionTimestamp !== undefined || !selects(selector, object.metadata.labels)) continue;
      const ownerReferences = [...(object.metadata.ownerReferences ?? []), controlledBy(owner, ownerResource)];
      const adopted = { ...object, metadata: { ...object.metadata, ownerReferences } };
      writes.push({ verb: 'update', resource, object: adopted });
      owned.push(adopted);
    }
  }
  return { owned, writes };
}
