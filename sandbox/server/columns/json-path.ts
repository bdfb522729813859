/**
 * The JSONPath of printer columns, scale paths and selectable fields: fields, indices, `[*]`, quoted keys
 * and filters by equality. What it does not know it refuses when the CRD is created.
 */
import { isObject } from '../../../src/base/json.ts';

type Step =
  | { kind: 'field'; name: string }
  | { kind: 'index'; index: number }
  | { kind: 'all' }
  | { kind: 'filter'; path: Step[]; negated: boolean; value: unknown };

export type JsonPath = readonly Step[];

/** Parses `.spec.containers[0].image`; an error message when it is no path this evaluator knows. */
export function parseJsonPath(text: string): JsonPath | { error: string } {
  const steps: Step[] = [];
  let rest = text.trim();
  if (rest.startsWith('{') && rest.endsWith('}')) rest = rest.slice(1, -1);
  if (rest.startsWith('$')) rest = rest.slice(1);
  while (rest !== '') {
    const field = /^\.((?:\\.|[^.[\]\\])+)/.exec(rest);
    if (field) {
      const name = (field[1] ?? '').replaceAll(/\\(.)/g, '$1');
      steps.push(name === '*' ? { kind: 'all' } : { kind: 'field', name });
      rest = rest.slice(field[0].length);
      continue;
    }
    const quoted = /^\[\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")\s*\]/.exec(rest);
    if (quoted) {
      steps.push({ kind: 'field', name: (quoted[1] ?? quoted[2] ?? '').replaceAll(/\\(.)/g, '$1') });
      rest = rest.slice(quoted[0].length);
      continue;
    }
    const index = /^\[\s*(-?\d+|\*)\s*\]/.exec(rest);
    if (index) {
      steps.push(index[1] === '*' ? { kind: 'all' } : { kind: 'index', index: Number(index[1]) });
      rest = rest.slice(index[0].length);
      continue;
    }
    const filter = /^\[\?\(\s*@((?:\.[\w\\./-]+)+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)"|(true|false|-?\d+(?:\.\d+)?))\s*\)\]/.exec(rest);
    if (filter) {
      const path = parseJsonPath(filter[1] ?? '');
      if ('error' in path) return path;
      const literal = filter[3] ?? filter[4];
      steps.push({ kind: 'filter', path: [...path], negated: filter[2] === '!=', value: literal ?? JSON.parse(filter[5] ?? 'null') });
      rest = rest.slice(filter[0].length);
      continue;
    }
    return { error: `unrecognized character or expression in JSONPath at "${rest}"` };
  }
  return steps;
}

/** All values a path leads to, in order. */
export function findAll(value: unknown, path: JsonPath): unknown[] {
  let current: unknown[] = [value];
  for (const step of path) {
    const next: unknown[] = [];
    for (const item of current) next.push(...follow(item, step));
    current = next;
  }
  return current;
}

function follow(item: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case 'field':
      return isObject(item) && Object.hasOwn(item, step.name) ? [item[step.name]] : [];
    case 'index': {
      if (!Array.isArray(item)) return [];
      const found: unknown = item.at(step.index);
      return found === undefined ? [] : [found];
    }
    case 'all':
      return Array.isArray(item) ? item : isObject(item) ? Object.values(item) : [];
    case 'filter':
      return Array.isArray(item)
        ? item.filter((entry) => findAll(entry, step.path).some((found) => found === step.value) !== step.negated)
        : [];
  }
}
