/** How cells of tables are written: ages, selectors, lists of containers; and the shape of a table. */
import { isObject, type JsonObject, valueAt } from '../../../src/base/json.ts';
import type { Json, KubeObject } from '../object.ts';

export interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

export type Cell = string | number | boolean | null;

/** Columns of a kind and how a row is made; `now` in ms since the epoch. */
export interface TableForm {
  columns: ColumnDefinition[];
  row(object: KubeObject, now: number): Cell[];
}

/** A column as `Name`, `Name:integer`, `Name*` (shown with -o wide only), `Name:integer*`. */
export function columns(...names: string[]): ColumnDefinition[] {
  return names.map((text) => {
    const wide = text.endsWith('*');
    const [name = '', type = 'string'] = (wide ? text.slice(0, -1) : text).split(':');
    return { name, type, format: name === 'Name' ? 'name' : '', description: '', priority: wide ? 1 : 0 };
  });
}

export type Path = readonly (string | number)[];
export const at = (object: unknown, ...path: (string | number)[]): unknown => valueAt(object, path);
export const text = (object: unknown, ...path: (string | number)[]): string => {
  const value = valueAt(object, path);
  return value === undefined || value === null ? '' : String(value);
};
export const count = (object: unknown, ...path: (string | number)[]): number => {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
};
export const items = (object: unknown, ...path: (string | number)[]): Json[] => {
  const value = valueAt(object, path);
  return Array.isArray(value) ? value : [];
};
export const keys = (object: unknown, ...path: (string | number)[]): string[] => {
  const value = valueAt(object, path);
  return isObject(value) ? Object.keys(value) : [];
};
export const orNone = (value: string): string => (value === '' ? '<none>' : value);

/** A length of time in the short form of kubectl: 5s, 3m20s, 5h12m, 3d4h, 2y30d. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 24 * 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (hours < 24 * 365 * 8) return days % 365 === 0 ? `${years}y` : `${years}y${days % 365}d`;
  return `${years}y`;
}

export function since(timestamp: unknown, now: number): string {
  if (typeof timestamp !== 'string' || timestamp === '') return '<unknown>';
  const then = Date.parse(timestamp);
  return Number.isNaN(then) ? '<unknown>' : humanDuration(now - then);
}

export const age = (object: KubeObject, now: number): string => since(object.metadata.creationTimestamp, now);

export function containerCells(podSpec: unknown): [string, string] {
  const containers = items(podSpec, 'containers');
  return [
    containers.map((container) => text(container, 'name')).join(','),
    containers.map((container) => text(container, 'image')).join(','),
  ];
}

/** A label selector in its written form; `<none>` where there is none. */
export function selectorText(selector: unknown): string {
  if (!isObject(selector)) return '<none>';
  const parts: string[] = [];
  const labels = isObject(selector.matchLabels) ? selector.matchLabels : {};
  for (const key of Object.keys(labels).sort()) parts.push(`${key}=${String(labels[key])}`);
  for (const expression of items(selector, 'matchExpressions')) {
    const key = text(expression, 'key');
    const values = items(expression, 'values').map(String).sort().join(',');
    const operator = text(expression, 'operator');
    if (operator === 'Exists') parts.push(key);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
    else parts.push(`${key} ${operator === 'In' ? 'in' : 'notin'} (${values})`);
  }
  return parts.length > 0 ? parts.sort().join(',') : '<none>';
}

/** A plain map of labels in its written form. */
export function labelsText(labels: unknown): string {
  if (!isObject(labels) || Object.keys(labels).length === 0) return '<none>';
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String((labels as JsonObject)[key])}`)
    .join(',');
}

export function hasCondition(object: unknown, type: string): boolean {
  return items(object, 'status', 'conditions').some(
    (condition) => text(condition, 'type') === type && text(condition, 'status') === 'True',
  );
}
