/**
 * One step against the real server: the live object is read, the write is foretold by our functions from it, the
 * write is made, and both answers are compared. Whatever runs beside the test (controllers) moves the live object:
 * then the write fails on the resourceVersion and the step is taken again.
 */
import type { KubeObject } from '../../../src/api/object.ts';
import { isObject, type JsonObject, jsonEqual } from '../../../src/base/json.ts';
import {
  applyServerSide,
  defaultBuiltin,
  invalidMessage,
  isNoop,
  jsonMergePatch,
  resetFieldsFor,
  restoreFields,
  schemaFor,
  settleServiceUpdate,
  strategicMergePatch,
  updateManagedFields,
  validateBuiltin,
} from '../../../src/schema/index.ts';
import type { Answer, RealServer } from './real-server.ts';

export interface Write {
  how: 'apply' | 'merge' | 'strategic' | 'put';
  manager: string;
  force: boolean;
  body: JsonObject;
}

const now = '2026-01-01T00:00:00Z';
const contentTypes = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  put: 'application/json',
};

type Foretold = { code: number; message: string } | { object: KubeObject; changed: boolean };

/** Fields the endpoints fill in by themselves; foretelling them is the server's own business. */
const allocated = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

function finish(object: KubeObject, live: KubeObject | undefined): Foretold {
  let next = defaultBuiltin(object);
  next = defaultBuiltin(restoreFields(next, live, resetFieldsFor(next.apiVersion, next.kind)));
  if (next.kind === 'Service' && live !== undefined) next = settleServiceUpdate(next, live);
  const issues = validateBuiltin(next, live);
  if (issues.length > 0) {
    const slash = next.apiVersion.indexOf('/');
    return { code: 422, message: invalidMessage(slash < 0 ? '' : next.apiVersion.slice(0, slash), next.kind, next.metadata.name, issues) };
  }
  return { object: next, changed: live === undefined || !isNoop(live, next) };
}

export function foretell(write: Write, live: KubeObject | undefined, apiVersion: string, kind: string): Foretold {
  const schema = schemaFor(apiVersion, kind);
  if (schema === undefined) throw new Error(`no schema for ${kind}`);
  const resetFields = resetFieldsFor(apiVersion, kind);
  const common = { manager: write.manager, schema, apiVersion, now, resetFields };
  if (write.how === 'apply') {
    const result = applyServerSide({ ...common, live, applied: write.body, force: write.force, complete: defaultBuiltin });
    if (!result.ok) return { code: result.code, message: result.message };
    return finish(result.object, live);
  }
  if (live === undefined) return { code: 404, message: '' };
  let patched: unknown = write.body;
  if (write.how === 'merge') patched = jsonMergePatch(live as unknown as JsonObject, write.body);
  if (write.how === 'strategic') {
    const result = strategicMergePatch(live as unknown as JsonObject, write.body, schema);
    if (!result.ok) return { code: result.code, message: result.message };
    patched = result.value;
  }
  const next = defaultBuiltin(patched as KubeObject);
  return finish(updateManagedFields({ ...common, live, next }), live);
}

/** What both sides must agree on: everything but identity, counters and clocks. */
export function comparable(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { metadata, status: _, ...rest } = object;
  const {
    resourceVersion: _r,
    uid: _u,
    creationTimestamp: _c,
    generation: _g,
    namespace: _n,
    managedFields,
    ...meta
  } = isObject(metadata) ? metadata : {};
  const managers = Array.isArray(managedFields) ? managedFields.filter(isObject).map(({ time: _t, ...entry }) => entry) : [];
  const key = (entry: JsonObject): string =>
    `${String(entry.operation)}/${String(entry.manager)}/${String(entry.subresource ?? '')}/${String(entry.apiVersion)}`;
  managers.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const spec =
    isObject(rest.spec) && rest.kind === 'Service'
      ? Object.fromEntries(Object.entries(rest.spec).filter(([name]) => !allocated.includes(name)))
      : rest.spec;
  return { ...rest, spec, metadata: { ...meta, managedFields: managers } };
}

/** The first path at which two values differ. */
export function firstDifference(ours: unknown, theirs: unknown, path = ''): string | undefined {
  if (jsonEqual(ours, theirs)) return undefined;
  if (isObject(ours) && isObject(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const found = firstDifference(ours[key], theirs[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    for (const [index, item] of ours.entries()) {
      const found = firstDifference(item, theirs[index], `${path}[${index}]`);
      if (found !== undefined) return found;
    }
  }
  return `${path}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`;
}

function difference(foretold: Foretold, answer: Answer, live: KubeObject | undefined): string | undefined {
  if ('code' in foretold) {
    if (answer.status !== foretold.code)
      return `ours ${foretold.code} ${foretold.message}\ntheirs ${answer.status} ${JSON.stringify(answer.body).slice(0, 1500)}`;
    return answer.body.message === foretold.message ? undefined : `ours ${foretold.message}\ntheirs ${String(answer.body.message)}`;
  }
  if (answer.status >= 300) return `ours succeeds, theirs ${answer.status} ${JSON.stringify(answer.body.message)}`;
  const found = firstDifference(comparable(foretold.object), comparable(answer.body));
  if (found !== undefined) return found;
  const theirVersion = isObject(answer.body.metadata) ? answer.body.metadata.resourceVersion : undefined;
  const theirsChanged = live === undefined || theirVersion !== live.metadata.resourceVersion;
  return foretold.changed === theirsChanged
    ? undefined
    : `ours ${foretold.changed ? 'writes' : 'does not write'}, theirs ${theirsChanged ? 'writes' : 'does not'}`;
}

/** Takes one step; answers how the two differ, or undefined. */
export async function agree(
  server: RealServer,
  collection: string,
  name: string,
  write: Write,
  apiVersion: string,
  kind: string,
): Promise<string | undefined> {
  const path = `${collection}/${name}`;
  for (let attempt = 0; ; attempt++) {
    const found = await server.send('GET', path);
    const live = found.status === 200 ? (found.body as unknown as KubeObject) : undefined;
    const { metadata } = write.body;
    const version: JsonObject = live === undefined ? {} : { resourceVersion: live.metadata.resourceVersion ?? '' };
    const guarded: Write = { ...write, body: { ...write.body, metadata: { ...(isObject(metadata) ? metadata : {}), ...version } } };
    const foretold = foretell(guarded, live, apiVersion, kind);
    const query = `fieldManager=${write.manager}${write.how === 'apply' ? `&force=${write.force}` : ''}`;
    const answer = await server.send(write.how === 'put' ? 'PUT' : 'PATCH', `${path}?${query}`, guarded.body, contentTypes[write.how]);
    const moved = answer.status === 409 && String(answer.body.message).includes('has been modified');
    if (!moved || attempt > 5) return difference(foretold, answer, live);
  }
}
