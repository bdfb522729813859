/**
 * Names of the objects the product makes for itself. Object names hold 253 characters, label values 63; what would
 * be longer is cut and closed with a hash of the whole, so that two long names never become one.
 */
import { hashJson } from '../base/hash.ts';

/** Characters a name of a custom resource, a ConfigMap or a Secret may have. */
export const maxNameLength = 253;
/** Characters a label value, and the name of a Service or a namespace, may have. */
export const maxLabelLength = 63;
const hashDigits = 8;

/** `name`, or its beginning and a hash of the whole where it is longer than `limit` characters. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  // A name must not have a dot or dash before the dash of the hash: "a.-1234" is no DNS subdomain.
  const head = name.slice(0, limit - hashDigits - 1).replace(/[^a-zA-Z0-9]+$/, '');
  return `${head}-${hashJson(name, hashDigits)}`;
}

/** A name as a label value. Up to 63 characters it is the name itself, as KubeVela writes it. */
export function labelValue(name: string): string {
  return boundedName(name, maxLabelLength);
}

/** `shop-v3`. */
export function revisionName(application: string, revision: number): string {
  const suffix = `-v${revision}`;
  return boundedName(application, maxNameLength - suffix.length) + suffix;
}

/** The number in a name that `revisionName` made for this application; undefined for other names. */
export function revisionNumberOf(application: string, name: string): number | undefined {
  const match = /-v([1-9]\d*)$/.exec(name);
  if (match === null) return undefined;
  const revision = Number(match[1]);
  return revisionName(application, revision) === name ? revision : undefined;
}

/**
 * Name of an application's tracker: `shop-prod-1b4e28ba`, its further pages `-2`, `-3`. The uid keeps `shop-eu` in
 * `prod` apart from `shop` in `eu-prod`, and an application apart from a namesake that was deleted before it.
 * @param page from 1
 */
export function trackerName(application: string, namespace: string, uid: string, page = 1): string {
  const suffix = `-${uidDigits(uid)}${page > 1 ? `-${page}` : ''}`;
  return boundedName(`${application}-${namespace}`, maxNameLength - suffix.length) + suffix;
}

function uidDigits(uid: string): string {
  return /^[0-9a-f]{8}(?:-|$)/.test(uid) ? uid.slice(0, hashDigits) : hashJson(uid, hashDigits);
}

/** ConfigMap that keeps what a workflow hands from step to step. */
export function workflowContextName(application: string): string {
  const bounded = boundedName(application, maxNameLength - 'workflow--context'.length);
  return `workflow-${bounded}-context`;
}

/** `webservice-v2`, or `webservice-v1.2.0` where the definition names its revision. */
export function definitionRevisionName(definition: string, revision: number | string): string {
  return `${definition}-v${typeof revision === 'number' ? revision : revision.replace(/^v/, '')}`;
}

/** ConfigMap with the schema of a definition's parameters; with `revision`, of that revision. */
export function schemaConfigMapName(
  definitionKind: 'component' | 'trait' | 'policy' | 'workflowstep',
  definition: string,
  revision?: number | string,
): string {
  return `${definitionKind}-schema-${revision === undefined ? definition : definitionRevisionName(definition, revision)}`;
}
