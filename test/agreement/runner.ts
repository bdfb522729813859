/** Runs agreement cases against one API server and gives normalised answers; comparing is left to the test. */

import type { Transport } from '../../src/base/http.ts';
import { canonicalJson, isObject } from '../../src/base/json.ts';
import type { Group, Step } from './case.ts';

export interface Outcome {
  step: string;
  status: number;
  contentType: string;
  warning: string;
  body: unknown;
}

const types: Record<string, string> = {
  json: 'application/json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  patch: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Runs one group in `namespace`; `wait` is called between retries of a step that waits. */
export async function runGroup(transport: Transport, group: Group, namespace: string, wait: () => Promise<void>): Promise<Outcome[]> {
  const captured = new Map<string, string>([['ns', namespace]]);
  const outcomes: Outcome[] = [];
  for (const step of group.steps) outcomes.push(await runStep(transport, step, namespace, captured, wait));
  return outcomes;
}

async function runStep(
  transport: Transport,
  step: Step,
  namespace: string,
  captured: Map<string, string>,
  wait: () => Promise<void>,
): Promise<Outcome> {
  const fill = (text: string): string =>
    text.replaceAll('{ns}', namespace).replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => captured.get(name) ?? `<${name}>`);
  const body = step.body === undefined ? undefined : fill(typeof step.body === 'string' ? step.body : JSON.stringify(step.body));
  const send = () =>
    transport.request({
      method: step.method,
      path: fill(step.path),
      headers: {
        'user-agent': 'agreement/1',
        accept: step.accept ?? 'application/json',
        ...(body === undefined ? {} : { 'content-type': types[step.type ?? 'json'] ?? step.type ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: 20_000,
    });
  let response = await send();
  for (let attempt = 0; step.until !== undefined && response.status !== step.until && attempt < 200; attempt++) {
    await wait();
    response = await send();
  }
  const parsed = parse(response.body);
  for (const [name, path] of Object.entries(step.capture ?? {})) {
    let value: unknown = parsed;
    for (const part of path.split('.')) value = isObject(value) ? value[part] : undefined;
    captured.set(name, String(value));
  }
  return {
    step: step.name,
    status: response.status,
    contentType: (response.headers['content-type'] ?? '').split(';')[0] ?? '',
    warning: response.headers.warning ?? '',
    body: step.statusOnly ? undefined : drop(normalise(parsed, captured), step.ignore ?? []),
  };
}

function parse(text: string): unknown {
  try {
    // A watch that ended is a list of its events.
    return /\}\n\{/.test(text)
      ? text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : JSON.parse(text);
  } catch {
    return text;
  }
}

const volatile = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'time',
  'lastTransitionTime',
  'clusterIP',
  'continue',
  'nodePort',
]);
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Takes out what differs between any two runs: ids, times, revisions, names of namespaces. */
function normalise(value: unknown, captured: Map<string, string>): unknown {
  if (typeof value === 'string') {
    let text = value;
    for (const [name, found] of captured) if (found.length > 3) text = text.replaceAll(found, `<${name}>`);
    return text.replaceAll(uuid, '<uuid>');
  }
  if (Array.isArray(value)) return value.map((item) => normalise(item, captured));
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (volatile.has(key))
      copy[key] =
        item === null ? null : (typeof item === 'string' && item !== '') || (typeof item === 'number' && item > 0) ? `<${key}>` : item;
    else if (key === 'clusterIPs') copy[key] = '<clusterIPs>';
    // Ages and addresses in cells.
    else if (key === 'cells' && Array.isArray(item))
      copy[key] = item.map((cell) => (typeof cell === 'string' && /^\d+s$/.test(cell) ? '<age>' : cell));
    else if (key === 'columnDefinitions' && Array.isArray(item))
      copy[key] = item.map((column) => (isObject(column) ? { ...column, description: '' } : column));
    // Entries stand in the order of their times, which differ between two runs.
    else if (key === 'managedFields' && Array.isArray(item))
      copy[key] = item.map((entry) => normalise(entry, captured)).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
    else copy[key] = normalise(item, captured);
  }
  return copy;
}

function drop(value: unknown, paths: readonly string[]): unknown {
  for (const path of paths) {
    let current: unknown = value;
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    for (const part of parts) current = isObject(current) || Array.isArray(current) ? Reflect.get(current, part) : undefined;
    if (isObject(current)) delete current[last];
  }
  return value;
}
