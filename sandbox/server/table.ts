/** Objects as tables, which is what `kubectl get` asks for: one row an object, columns as the kind says. */

import { type Cell, type ColumnDefinition, since, type TableForm } from './columns/cells.ts';
import { clusterTables, plainTable } from './columns/cluster.ts';
import { findAll, parseJsonPath } from './columns/json-path.ts';
import { networkTables } from './columns/network.ts';
import { workloadTables } from './columns/workloads.ts';
import type { JsonObject, KubeObject } from './object.ts';
import type { PrinterColumn, Resource } from './resources.ts';

const builtinTables: Record<string, TableForm> = { ...workloadTables, ...networkTables, ...clusterTables };
const customTables = new WeakMap<Resource, TableForm>();

export function tableFormOf(resource: Resource): TableForm {
  if (!resource.custom) return builtinTables[resource.storage] ?? plainTable;
  let form = customTables.get(resource);
  if (!form) {
    form = customTable(resource.custom.columns);
    customTables.set(resource, form);
  }
  return form;
}

function customTable(printed: readonly PrinterColumn[]): TableForm {
  const listed = printed.length > 0 ? printed : [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }];
  const paths = listed.map((column) => parseJsonPath(column.jsonPath));
  const definitions: ColumnDefinition[] = [
    { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
    ...listed.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description ?? '',
      priority: column.priority ?? 0,
    })),
  ];
  return {
    columns: definitions,
    row: (object, now) => [
      object.metadata.name,
      ...listed.map((column, index): Cell => {
        const path = paths[index];
        if (!path || 'error' in path) return null;
        // Only the first value is shown, as the real server does also for `[*]`.
        return customCell(column.type, findAll(object, path)[0], now);
      }),
    ],
  };
}

function customCell(type: string, value: unknown, now: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'date':
      return typeof value === 'string' ? (Number.isNaN(Date.parse(value)) ? '<invalid>' : since(value, now)) : '<unknown>';
    default:
      return null;
  }
}

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** metadata of a PartialObjectMetadata. */
export function partialMetadata(object: KubeObject, version: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: { ...object.metadata } as unknown as JsonObject };
}

interface TableOptions {
  version: string;
  include: IncludeObject;
  now: number;
  /** A watch sends columns with the first event only. */
  withColumns: boolean;
  metadata: JsonObject;
  /** Columns of another kind than the resource's own: a subresource. */
  form?: TableForm;
}

export function tableOf(resource: Resource, objects: readonly KubeObject[], options: TableOptions): JsonObject {
  const form = options.form ?? tableFormOf(resource);
  const rows = objects.map((object): JsonObject => {
    const cells = form.row(object, options.now);
    if (options.include === 'None') return { cells };
    // An immutable snapshot is plain JSON; it is only read from here on.
    const shown = options.include === 'Object' ? (object as unknown as JsonObject) : partialMetadata(object, options.version);
    return { cells, object: shown };
  });
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata: options.metadata,
    columnDefinitions: options.withColumns ? form.columns.map((column) => ({ ...column })) : [],
    rows,
  };
}
