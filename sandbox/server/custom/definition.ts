/**
 * CustomResourceDefinitions: what they must say, the conditions they get, and the resources they become.
 * A rule, path or conversion that cannot be carried out here refuses the CRD instead of being ignored.
 */
import { isObject } from '../../../src/base/json.ts';
import {
  type CelEvaluator,
  compileRules,
  type FieldIssue,
  resetFieldsForCustom,
  structuralSchemaOf,
  untypedSchema,
} from '../../../src/schema/index.ts';
import { parseJsonPath } from '../columns/json-path.ts';
import { isDnsLabel } from '../metadata.ts';
import type { JsonObject, KubeObject } from '../object.ts';
import { apiVersionOf, type CustomVersion, type PrinterColumn, type Resource, type Subresource } from '../resources.ts';

export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  schema: JsonObject | undefined;
  subresources: JsonObject;
  columns: PrinterColumn[];
  selectableFields: string[];
  raw: JsonObject;
}

export interface CrdSpec {
  group: string;
  scope: string;
  plural: string;
  singular: string;
  kind: string;
  listKind: string;
  shortNames: string[];
  categories: string[];
  versions: CrdVersion[];
  preserveUnknownFields: boolean;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []);
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

export function readCrd(crd: KubeObject): CrdSpec {
  const spec = isObject(crd.spec) ? crd.spec : {};
  const names = isObject(spec.names) ? spec.names : {};
  const kind = word(names.kind);
  const versions = (Array.isArray(spec.versions) ? spec.versions : []).filter(isObject).map(
    (raw): CrdVersion => ({
      name: word(raw.name),
      served: raw.served === true,
      storage: raw.storage === true,
      schema: isObject(raw.schema) && isObject(raw.schema.openAPIV3Schema) ? raw.schema.openAPIV3Schema : undefined,
      subresources: isObject(raw.subresources) ? raw.subresources : {},
      columns: (Array.isArray(raw.additionalPrinterColumns) ? raw.additionalPrinterColumns : []).filter(isObject).map((column) => ({
        name: word(column.name),
        type: word(column.type),
        jsonPath: word(column.jsonPath),
        ...(column.format ? { format: word(column.format) } : {}),
        ...(column.description ? { description: word(column.description) } : {}),
        ...(typeof column.priority === 'number' ? { priority: column.priority } : {}),
      })),
      selectableFields: (Array.isArray(raw.selectableFields) ? raw.selectableFields : [])
        .filter(isObject)
        .map((field) => word(field.jsonPath).replace(/^\./, '')),
      raw,
    }),
  );
  return {
    group: word(spec.group),
    scope: word(spec.scope),
    plural: word(names.plural),
    singular: word(names.singular) || kind.toLowerCase(),
    kind,
    listKind: word(names.listKind) || `${kind}List`,
    shortNames: texts(names.shortNames),
    categories: texts(names.categories),
    versions,
    preserveUnknownFields: spec.preserveUnknownFields === true,
  };
}

/** Fills in names and strategy, as the defaulting of apiextensions does. */
export function defaultCrd(crd: KubeObject): KubeObject {
  if (!isObject(crd.spec)) return crd;
  const names = isObject(crd.spec.names) ? { ...crd.spec.names } : {};
  const kind = word(names.kind);
  names.singular ||= kind.toLowerCase();
  names.listKind ||= `${kind}List`;
  return { ...crd, spec: { ...crd.spec, names, conversion: crd.spec.conversion ?? { strategy: 'None' } } };
}

export const crdStorage = 'apiextensions.k8s.io/customresourcedefinitions';
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Marks a CRD's first state; used at create, so that a client that reads its own write sees the names accepted. */
export function withInitialStatus(crd: KubeObject): KubeObject {
  const storedVersions = readCrd(crd)
    .versions.filter((version) => version.storage)
    .map((version) => version.name);
  return {
    ...crd,
    status: { storedVersions, acceptedNames: { plural: '', kind: '' }, conditions: [] },
  };
}

const required = (path: string, why = ''): FieldIssue => ({
  path,
  type: 'FieldValueRequired',
  message: `Required value${why ? `: ${why}` : ''}`,
});
const bad = (path: string, got: unknown, why: string): FieldIssue => ({
  path,
  type: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(got)}: ${why}`,
  got,
});
const forbiddenField = (path: string, why: string): FieldIssue => ({ path, type: 'FieldValueForbidden', message: `Forbidden: ${why}` });

/** Everything wrong with a CRD. */
export function crdIssues(crd: KubeObject, evaluator: CelEvaluator, live: KubeObject | undefined): FieldIssue[] {
  const spec = readCrd(crd);
  const issues: FieldIssue[] = [];
  if (crd.metadata.name !== `${spec.plural}.${spec.group}`) {
    issues.push(bad('metadata.name', crd.metadata.name, `must be spec.names.plural+"."+spec.group`));
  }
  if (!spec.group) issues.push(required('spec.group'));
  else if (!spec.group.includes('.')) issues.push(bad('spec.group', spec.group, 'should be a domain with at least one dot'));
  if (!spec.plural) issues.push(required('spec.names.plural'));
  else if (!isDnsLabel(spec.plural)) issues.push(bad('spec.names.plural', spec.plural, 'must be a lowercase RFC 1123 label'));
  if (!spec.kind) issues.push(required('spec.names.kind'));
  if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') {
    issues.push(
      spec.scope
        ? {
            path: 'spec.scope',
            type: 'FieldValueNotSupported',
            message: `Unsupported value: "${spec.scope}": supported values: "Cluster", "Namespaced"`,
          }
        : required('spec.scope'),
    );
  }
  issues.push(...versionIssues(spec, evaluator), ...conversionIssues(crd));
  if (spec.preserveUnknownFields)
    issues.push(
      bad(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  if (live) issues.push(...immutableIssues(spec, readCrd(live)));
  return issues;
}

function immutableIssues(spec: CrdSpec, before: CrdSpec): FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (spec.group !== before.group) issues.push(bad('spec.group', spec.group, 'field is immutable'));
  if (spec.plural !== before.plural) issues.push(bad('spec.names.plural', spec.plural, 'field is immutable'));
  if (spec.scope !== before.scope) issues.push(bad('spec.scope', spec.scope, 'field is immutable'));
  if (spec.kind !== before.kind) issues.push(bad('spec.names.kind', spec.kind, 'field is immutable'));
  return issues;
}

function conversionIssues(crd: KubeObject): FieldIssue[] {
  const conversion = isObject(crd.spec) && isObject(crd.spec.conversion) ? crd.spec.conversion : {};
  if (conversion.strategy === undefined || conversion.strategy === 'None') return [];
  // A webhook would have to be called; storing the CRD and not calling it would corrupt objects without a word.
  return [
    forbiddenField(
      'spec.conversion.strategy',
      `the embedded API server converts with strategy None only, not ${String(conversion.strategy)}`,
    ),
  ];
}

function versionIssues(spec: CrdSpec, evaluator: CelEvaluator): FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (spec.versions.length === 0) issues.push(required('spec.versions', 'must have at least one version'));
  if (spec.versions.length > 0 && spec.versions.filter((version) => version.storage).length !== 1) {
    issues.push(
      bad(
        'spec.versions',
        spec.versions.map((version) => version.raw),
        'must have exactly one version marked as storage version',
      ),
    );
  }
  for (const [index, version] of spec.versions.entries()) {
    // What all versions share is named by its place in the internal form, as the real server does.
    const single = spec.versions.length === 1;
    const path = single ? 'spec' : `spec.versions[${index}]`;
    if (!version.name) issues.push(required(`${path}.name`));
    if (!version.schema) {
      issues.push(required(`${path}.schema.openAPIV3Schema`, 'schemas are required'));
      continue;
    }
    const schemaPath = single ? 'spec.validation.openAPIV3Schema' : `${path}.schema.openAPIV3Schema`;
    issues.push(...structuralIssues(version.schema, schemaPath, true));
    if (version.schema.type !== 'object') {
      issues.push(
        version.schema.type === undefined
          ? required(`${schemaPath}.type`, 'must not be empty at the root')
          : bad(`${schemaPath}.type`, version.schema.type, 'must be object at the root'),
      );
    }
    const { issues: rules } = compileRules(structuralSchemaOf(version.schema), evaluator);
    issues.push(...rules.map((issue) => ({ ...issue, path: issue.path ? `${schemaPath}.${issue.path}` : schemaPath })));
    for (const [column, printed] of version.columns.entries())
      issues.push(...columnIssues(printed, `${path}.additionalPrinterColumns[${column}]`));
    issues.push(...scaleIssues(version, path));
  }
  return issues;
}

function columnIssues(column: PrinterColumn, path: string): FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (!column.name) issues.push(required(`${path}.name`));
  if (!['integer', 'number', 'string', 'boolean', 'date'].includes(column.type)) {
    issues.push(
      column.type
        ? bad(`${path}.type`, column.type, 'must be one of boolean,date,integer,number,string')
        : required(`${path}.type`, 'must be one of boolean,date,integer,number,string'),
    );
  }
  if (!column.jsonPath) issues.push(required(`${path}.jsonPath`));
  else {
    const parsed = parseJsonPath(column.jsonPath);
    if ('error' in parsed) issues.push(bad(`${path}.jsonPath`, column.jsonPath, parsed.error));
  }
  return issues;
}

function scaleIssues(version: CrdVersion, path: string): FieldIssue[] {
  const { scale } = version.subresources;
  if (!isObject(scale)) return [];
  const issues: FieldIssue[] = [];
  for (const [field, root] of [
    ['specReplicasPath', '.spec.'],
    ['statusReplicasPath', '.status.'],
  ] as const) {
    const value = word(scale[field]);
    if (value === '') issues.push(required(`${path}.subresources.scale.${field}`));
    else if (!value.startsWith(root))
      issues.push(bad(`${path}.subresources.scale.${field}`, value, `should be a json path under ${root.slice(0, -1)}`));
  }
  return issues;
}

/** The rules that make a schema structural (apiextensions, KEP-1693): a type everywhere, nothing but value checks in the junctors. */
function structuralIssues(schema: JsonObject, path: string, root = false): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const anyType = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema.type === undefined && !anyType && !root)
    issues.push(required(`${path}.type`, 'must not be empty for specified object fields'));
  if (schema.$ref !== undefined) issues.push(forbiddenField(`${path}.$ref`, '$ref is not supported'));
  if (schema.uniqueItems === true)
    issues.push(forbiddenField(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  if (schema.type === 'array' && schema.items === undefined) issues.push(required(`${path}.items`, 'must be specified'));
  if (isObject(schema.properties)) {
    if (schema.additionalProperties !== undefined && schema.additionalProperties !== false)
      issues.push(forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
    for (const [name, child] of Object.entries(schema.properties)) {
      if (root && (name === 'metadata' || name === 'apiVersion' || name === 'kind')) continue;
      if (isObject(child)) issues.push(...structuralIssues(child, `${path}.properties[${name}]`));
    }
  }
  if (isObject(schema.additionalProperties)) issues.push(...structuralIssues(schema.additionalProperties, `${path}.additionalProperties`));
  if (isObject(schema.items)) issues.push(...structuralIssues(schema.items, `${path}.items`));
  else if (Array.isArray(schema.items)) issues.push(forbiddenField(`${path}.items`, 'items must be a schema object and not an array'));
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = schema[junctor];
    if (!Array.isArray(parts)) continue;
    for (const [index, part] of parts.entries())
      if (isObject(part))
        issues.push(...junctorIssues(part, `${path}.${junctor}[${index}]`, schema['x-kubernetes-int-or-string'] === true));
  }
  if (isObject(schema.not)) issues.push(...junctorIssues(schema.not, `${path}.not`, false));
  return issues;
}

function junctorIssues(part: JsonObject, path: string, intOrString: boolean): FieldIssue[] {
  const issues: FieldIssue[] = [];
  for (const field of [
    'default',
    'description',
    'title',
    'nullable',
    'additionalProperties',
    'x-kubernetes-preserve-unknown-fields',
    'x-kubernetes-list-type',
  ]) {
    if (part[field] !== undefined) issues.push(forbiddenField(`${path}.${field}`, 'must be undefined to be structural'));
  }
  if (part.type !== undefined && !intOrString) issues.push(forbiddenField(`${path}.type`, 'must be empty to be structural'));
  return issues;
}

const storedVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** The resources a valid CRD serves, one for each served version. */
export function resourcesOf(crd: KubeObject, evaluator: CelEvaluator): Resource[] {
  const spec = readCrd(crd);
  const storage = spec.versions.find((version) => version.storage);
  return spec.versions
    .filter((version) => version.served)
    .map((version): Resource => {
      const schema = version.schema ? structuralSchemaOf(version.schema) : untypedSchema;
      const status = isObject(version.subresources.status);
      const apiVersion = apiVersionOf(spec.group, version.name);
      const custom: CustomVersion = {
        crd: crd.metadata.name,
        rules: version.schema ? compileRules(schema, evaluator).rules : undefined,
        hasRules: JSON.stringify(version.schema ?? {}).includes('x-kubernetes-validations'),
        columns: version.columns,
        status,
        scale: readScale(version),
        selectableFields: version.selectableFields,
        openAPIV3Schema: version.schema,
        preserveUnknownFields: spec.preserveUnknownFields,
      };
      const subresources = new Map<string, Subresource>();
      if (status) subresources.set('status', { name: 'status', kind: spec.kind, verbs: ['get', 'patch', 'update'] });
      if (custom.scale)
        subresources.set('scale', { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] });
      return {
        group: spec.group,
        version: version.name,
        apiVersion,
        kind: spec.kind,
        listKind: spec.listKind,
        plural: spec.plural,
        singular: spec.singular,
        namespaced: spec.scope === 'Namespaced',
        verbs: storedVerbs,
        shortNames: spec.shortNames,
        categories: spec.categories,
        subresources,
        storage: `${spec.group}/${spec.plural}`,
        storageVersion: apiVersionOf(spec.group, storage?.name ?? version.name),
        schema,
        resetFields: (subresource) => resetFieldsForCustom(status, subresource),
        custom,
      };
    });
}

function readScale(version: CrdVersion): CustomVersion['scale'] {
  const { scale } = version.subresources;
  if (!isObject(scale)) return undefined;
  const selector = word(scale.labelSelectorPath);
  return {
    specReplicasPath: word(scale.specReplicasPath),
    statusReplicasPath: word(scale.statusReplicasPath),
    ...(selector ? { labelSelectorPath: selector } : {}),
  };
}
