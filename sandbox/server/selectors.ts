/** Label and field selectors: parsing with the real server's refusals, and matching. */
import type { KubeObject } from './object.ts';
import { badRequest } from './refusal.ts';

export type LabelRequirement =
  | { key: string; operator: 'in' | 'notin'; values: readonly string[] }
  | { key: string; operator: 'exists' | 'absent' }
  | { key: string; operator: 'gt' | 'lt'; value: number };

export type LabelSelector = readonly LabelRequirement[];

const keyPattern = /^([A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valuePattern = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Splits at commas outside of parentheses. */
function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}

function unparsable(text: string, why: string): never {
  throw badRequest(`unable to parse requirement: ${why}${why.includes('"') ? '' : ` in "${text}"`}`);
}

function checkKey(text: string, key: string): string {
  if (!keyPattern.test(key))
    unparsable(
      text,
      `<nil>: Invalid value: "${key}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    );
  return key;
}

function checkValue(text: string, key: string, value: string): string {
  if (!valuePattern.test(value))
    unparsable(
      text,
      `values[0][${key}]: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    );
  return value;
}

function parseRequirement(text: string): LabelRequirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const key = checkKey(text, set[1] ?? '');
    const values = (set[3] ?? '').split(',').map((value) => checkValue(text, key, value.trim()));
    return { key, operator: set[2] === 'in' ? 'in' : 'notin', values };
  }
  const compared = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(text);
  if (compared) {
    const key = checkKey(text, compared[1] ?? '');
    const operator = compared[2];
    const value = compared[3] ?? '';
    if (operator === '>' || operator === '<') {
      if (!/^-?\d+$/.test(value))
        unparsable(text, `values[0][${key}]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`);
      return { key, operator: operator === '>' ? 'gt' : 'lt', value: Number(value) };
    }
    return { key, operator: operator === '!=' ? 'notin' : 'in', values: [checkValue(text, key, value)] };
  }
  if (text.startsWith('!')) return { key: checkKey(text, text.slice(1).trim()), operator: 'absent' };
  return { key: checkKey(text, text), operator: 'exists' };
}

/** Parses `a=b,c in (d,e),!f`. Refuses with 400 what the grammar does not know. */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === '') return [];
  return splitRequirements(text).map(parseRequirement);
}

export function matchesLabels(selector: LabelSelector, labels: Record<string, string> | undefined): boolean {
  for (const requirement of selector) {
    const value = labels !== undefined && Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
    switch (requirement.operator) {
      case 'in':
        if (value === undefined || !requirement.values.includes(value)) return false;
        break;
      case 'notin':
        if (value !== undefined && requirement.values.includes(value)) return false;
        break;
      case 'exists':
        if (value === undefined) return false;
        break;
      case 'absent':
        if (value !== undefined) return false;
        break;
      case 'gt':
        if (value === undefined || !(Number(value) > requirement.value)) return false;
        break;
      case 'lt':
        if (value === undefined || !(Number(value) < requirement.value)) return false;
        break;
    }
  }
  return true;
}

export interface FieldRequirement {
  path: string;
  value: string;
  negated: boolean;
}

/** Fields besides metadata.name and metadata.namespace that each built-in kind can be selected by (group/plural). */
const selectable: Record<string, readonly string[]> = {
  '/pods': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  '/nodes': ['spec.unschedulable'],
  '/secrets': ['type'],
  '/namespaces': ['status.phase'],
  '/services': ['spec.clusterIP', 'spec.type'],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
};

/** Values of fields that stand elsewhere than their name says, or have a default. */
const fieldDefaults: Record<string, string> = {
  'spec.hostNetwork': 'false',
  'spec.unschedulable': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};

/** Parses `metadata.name=x,status.phase!=Running`. A field the kind cannot be selected by is refused with 400. */
export function parseFieldSelector(
  text: string,
  storage: string,
  apiVersion: string,
  custom: readonly string[] | undefined,
): FieldRequirement[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const found = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
    if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const path = found[1] ?? '';
    const known: boolean | undefined =
      path === 'metadata.name' || path === 'metadata.namespace' || custom?.includes(path) || (selectable[storage] ?? []).includes(path);
    if (!known) {
      if (custom) throw badRequest(`field label not supported: ${path}`);
      if (!(storage in selectable)) throw badRequest(`"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
      throw badRequest(
        `Unable to find "${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Resource=${storage.slice(storage.indexOf('/') + 1)}" that match label selector "", field selector "${text}": field label not supported: ${path}`,
      );
    }
    return { path, value: found[3] ?? '', negated: found[2] === '!=' };
  });
}

export function matchesFields(requirements: readonly FieldRequirement[], object: KubeObject): boolean {
  for (const { path, value, negated } of requirements) {
    let current: unknown = object;
    if (path === 'status.successful') current = (object.status as { succeeded?: number } | undefined)?.succeeded;
    else if (path === 'source') current = (object.source as { component?: string } | undefined)?.component;
    else
      for (const step of path.split('.'))
        current = typeof current === 'object' && current !== null ? (current as Record<string, unknown>)[step] : undefined;
    const text = current === undefined || current === null ? (fieldDefaults[path] ?? '') : String(current);
    if ((text === value) === negated) return false;
  }
  return true;
}
