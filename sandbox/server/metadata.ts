/** Validation of metadata, the part all kinds share (apimachinery's rules and words). */
import type { FieldIssue } from '../../src/schema/index.ts';
import type { KubeObject, ObjectMeta } from './object.ts';
import type { Resource } from './resources.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${label}(\\.${label})*$`);
const label1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const label1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const qualifiedMessage =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Bytes of all keys and values of annotations together. */
const maxAnnotationBytes = 256 * 1024;

export const isDnsLabel = (text: string): boolean => text.length <= 63 && labelPattern.test(text);

function bad(path: string, got: unknown, why: string): FieldIssue {
  return { path, type: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(got)}: ${why}`, got };
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

type NameRule = 'subdomain' | 'label' | 'label1035' | 'segment';

/** Which rule a kind's names follow; custom resources and most built-ins: subdomain. */
const nameRules: Record<string, NameRule> = {
  '/namespaces': 'label',
  '/services': 'label1035',
  'rbac.authorization.k8s.io/roles': 'segment',
  'rbac.authorization.k8s.io/clusterroles': 'segment',
  'rbac.authorization.k8s.io/rolebindings': 'segment',
  'rbac.authorization.k8s.io/clusterrolebindings': 'segment',
};

function nameProblems(rule: NameRule, name: string): string[] {
  switch (rule) {
    case 'segment':
      if (name === '.' || name === '..') return [`may not be '${name}'`];
      return ['/', '%'].filter((letter) => name.includes(letter)).map((letter) => `may not contain '${letter}'`);
    case 'label':
      return [...(labelPattern.test(name) ? [] : [labelMessage]), ...(name.length > 63 ? ['must be no more than 63 characters'] : [])];
    case 'label1035':
      return [
        ...(label1035Pattern.test(name) ? [] : [label1035Message]),
        ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
      ];
    case 'subdomain':
      return [
        ...(subdomainPattern.test(name) ? [] : [subdomainMessage]),
        ...(name.length > 253 ? ['must be no more than 253 characters'] : []),
      ];
  }
}

function qualifiedNameProblems(key: string): string[] {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = slash < 0 ? key : key.slice(slash + 1);
  const problems: string[] = [];
  if (name.includes('/')) {
    return [`a qualified name ${qualifiedMessage.slice(10)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (prefix !== undefined) {
    if (prefix === '') problems.push('prefix part must be non-empty');
    else if (!subdomainPattern.test(prefix)) problems.push(`prefix part ${subdomainMessage}`);
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 characters');
  if (!qualifiedPart.test(name)) problems.push(qualifiedMessage);
  return problems;
}

/** Issues of `metadata` on their own. */
export function validateMetadata(resource: Resource, object: KubeObject): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const meta = object.metadata;
  if (!meta.name)
    issues.push({ path: 'metadata.name', type: 'FieldValueRequired', message: 'Required value: name or generateName is required' });
  else
    for (const why of nameProblems(nameRules[resource.storage] ?? 'subdomain', meta.name))
      issues.push(bad('metadata.name', meta.name, why));
  for (const [key, value] of Object.entries(meta.labels ?? {})) {
    for (const why of qualifiedNameProblems(key)) issues.push(bad('metadata.labels', key, why));
    if (!labelValue.test(value)) issues.push(bad('metadata.labels', value, labelValueMessage));
    else if (value.length > 63) issues.push(bad('metadata.labels', value, 'must be no more than 63 bytes'));
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(meta.annotations ?? {})) {
    for (const why of qualifiedNameProblems(key.toLowerCase())) issues.push(bad('metadata.annotations', key, why));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxAnnotationBytes) {
    issues.push({
      path: 'metadata.annotations',
      type: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxAnnotationBytes} bytes`,
    });
  }
  for (const finalizer of meta.finalizers ?? []) {
    for (const why of qualifiedNameProblems(finalizer)) issues.push(bad('metadata.finalizers', finalizer, why));
  }
  if (!resource.custom) {
    for (const [index, finalizer] of (meta.finalizers ?? []).entries()) {
      if (finalizer.includes('/') || standardFinalizers.has(finalizer)) continue;
      issues.push(bad(`metadata.finalizers[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
    }
  }
  issues.push(...validateOwners(meta));
  return issues;
}

function validateOwners(meta: ObjectMeta): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const controllers = (meta.ownerReferences ?? []).filter((owner) => owner.controller);
  for (const owner of meta.ownerReferences ?? []) {
    const required = (field: 'apiVersion' | 'kind' | 'name' | 'uid'): void => {
      if (!owner[field])
        issues.push(
          bad(
            `metadata.ownerReferences.${field}`,
            owner[field] ?? '',
            field === 'apiVersion' ? 'version must not be empty' : `must not be empty`,
          ),
        );
    };
    required('apiVersion');
    required('kind');
    required('name');
    required('uid');
  }
  if (controllers.length > 1) {
    issues.push(
      bad(
        'metadata.ownerReferences',
        meta.ownerReferences,
        `Only one reference can have Controller set to true. Found "true" in references for ${controllers.map((owner) => `${owner.kind}/${owner.name}`).join(' and ')}`,
      ),
    );
  }
  return issues;
}

const systemFields = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** What may not change in `metadata`. Absent system fields have been filled in from the live object before. */
export function validateMetadataUpdate(object: KubeObject, live: KubeObject): FieldIssue[] {
  const issues: FieldIssue[] = [];
  for (const field of systemFields) {
    if (object.metadata[field] !== live.metadata[field]) {
      issues.push(bad(`metadata.${field}`, object.metadata[field] ?? null, 'field is immutable'));
    }
  }
  if (live.metadata.deletionTimestamp) {
    const known = new Set(live.metadata.finalizers);
    const added = (object.metadata.finalizers ?? []).filter((finalizer) => !known.has(finalizer));
    if (added.length > 0) {
      issues.push({
        path: 'metadata.finalizers',
        type: 'FieldValueForbidden',
        message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
      });
    }
  }
  return issues;
}

/** Five letters and digits that cannot spell a word, appended to `generateName`. */
export function generatedSuffix(fraction: () => number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let suffix = '';
  for (let index = 0; index < 5; index++) suffix += letters[Math.floor(fraction() * letters.length)] ?? 'b';
  return suffix;
}
