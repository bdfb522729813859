/**
 * What every actor is (sources, keys, a decision per key) and the one loop that runs it: observe from caches,
 * decide (pure), write with guards, take the answers into the caches. A refused or conflicting write ends the pass;
 * the key is decided upon again from newer observations after a back-off.
 */
import type { Clock } from '../../src/base/clock.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../src/base/http.ts';
import { isObject } from '../../src/base/json.ts';
import type { Logger } from '../../src/base/logger.ts';
import type { Random } from '../../src/base/random.ts';
import { keyOf, pathOf, type Resource, type WorldObject } from './kinds.ts';
import { type Outcome, type WorkQueue, workQueue } from './queue.ts';
import type { View } from './watch.ts';

/** One guarded request. Updates carry the observed resourceVersion, deletes the uid, creates fail where the name is taken. */
export type Write =
  | { verb: 'create'; resource: Resource<WorldObject>; object: Draft }
  | { verb: 'update'; resource: Resource<WorldObject>; object: WorldObject }
  | { verb: 'status'; resource: Resource<WorldObject>; object: WorldObject }
  | {
      verb: 'delete';
      resource: Resource<WorldObject>;
      object: WorldObject;
      graceSeconds?: number;
      propagation?: 'Background' | 'Foreground';
    }
  | { verb: 'bind'; resource: Resource<WorldObject>; object: WorldObject; node: string }
  | { verb: 'scale'; resource: Resource<WorldObject>; object: WorldObject; replicas: number };

/** An object to create: its name may be left to the server (`generateName`). */
export interface Draft {
  metadata: { name?: string; generateName?: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** What a decision says: writes in their order, and when to look again although nothing changed. */
export interface Decision {
  writes: Write[];
  againInMs?: number;
}

export const nothingToDo: Decision = { writes: [] };

/** A create that the server refused, as the next decision of that key sees it (quota, admission, validation). */
export interface Refusal {
  status: number;
  message: string;
}

/** Which keys have to be looked at when an object of `view` changes. */
export interface Source {
  view: View<WorldObject>;
  keys: (object: WorldObject) => string[];
}

export interface Actor {
  name: string;
  /** Recorded by the server in managedFields; the name the real component has. */
  fieldManager: string;
  sources: Source[];
  /** Views that must be read before the first decision, whose changes wake nobody. */
  needs?: View<WorldObject>[];
  /** Keys to decide on although no object stands for them yet. */
  seeds?: () => string[];
  /** Reads the caches and calls the actor's pure decision. */
  decide(key: string, refusal: Refusal | undefined): Decision;
}

/** A source with its kind's type; the keys function only ever sees objects of that view. */
export function source<T extends WorldObject>(view: View<T>, keys: (object: T) => string[]): Source {
  return { view, keys: (object) => keys(object as T) } as Source;
}

export interface RunningActor {
  /** Decides on a key although nothing was seen to change (a setting did). */
  wake(key: string): void;
  /** Decides on everything the actor's first source holds. */
  wakeAll(): void;
  stop(): void;
}

export interface RunDependencies {
  transport: Transport;
  clock: Clock;
  random: Random;
  log: Logger;
}

const concurrency = 8;
const json = { 'content-type': 'application/json' };

function requestFor(write: Write, fieldManager: string): HttpRequest {
  const { resource, object } = write;
  const { namespace, name } = object.metadata;
  const query = `?fieldManager=${encodeURIComponent(fieldManager)}`;
  const kind = { apiVersion: resource.apiVersion, kind: resource.kind };
  switch (write.verb) {
    case 'create':
      return { method: 'POST', path: pathOf(resource, namespace) + query, headers: json, body: JSON.stringify({ ...object, ...kind }) };
    case 'update':
      return {
        method: 'PUT',
        path: pathOf(resource, namespace, name) + query,
        headers: json,
        body: JSON.stringify({ ...object, ...kind }),
      };
    case 'status':
      return {
        method: 'PUT',
        path: pathOf(resource, namespace, name, 'status') + query,
        headers: json,
        body: JSON.stringify({ ...object, ...kind }),
      };
    case 'delete':
      return {
        method: 'DELETE',
        path: pathOf(resource, namespace, name),
        headers: json,
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: write.object.metadata.uid },
          gracePeriodSeconds: write.graceSeconds,
          propagationPolicy: write.propagation,
        }),
      };
    case 'bind':
      return {
        method: 'POST',
        path: pathOf(resource, namespace, name, 'binding') + query,
        headers: json,
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace, uid: object.metadata.uid },
          target: { apiVersion: 'v1', kind: 'Node', name: write.node },
        }),
      };
    case 'scale':
      return {
        method: 'PUT',
        path: pathOf(resource, namespace, name, 'scale') + query,
        headers: json,
        body: JSON.stringify({
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name, namespace, uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion },
          spec: { replicas: write.replicas },
        }),
      };
  }
}

/** The answer's object, if the answer is one of the written kind (a binding, a scale and a deletion answer otherwise). */
function answered(resource: Resource<WorldObject>, response: HttpResponse): WorldObject | undefined {
  const body: unknown = JSON.parse(response.body || 'null');
  if (!isObject(body) || body.kind !== resource.kind || !isObject(body.metadata) || typeof body.metadata.name !== 'string')
    return undefined;
  const { managedFields: _, ...metadata } = body.metadata;
  const whole: unknown = { ...body, metadata };
  return whole as WorldObject;
}

function messageOf(response: HttpResponse): string {
  try {
    const body: unknown = JSON.parse(response.body);
    if (isObject(body) && typeof body.message === 'string') return body.message;
  } catch {
    // Not a Status: the text itself is the message.
  }
  return response.body.slice(0, 500);
}

/** Runs one actor until `stop`. `views` finds the cache an answer belongs to. */
export function runActor(
  actor: Actor,
  dependencies: RunDependencies,
  views: (resource: Resource<WorldObject>) => View<WorldObject>,
): RunningActor {
  const { transport, clock, random } = dependencies;
  const log = dependencies.log.child({ actor: actor.name });
  const refusals = new Map<string, Refusal>();
  const needed = new Set([...actor.sources.map(({ view }) => view), ...(actor.needs ?? [])]);
  let ready = false;
  let stopped = false;

  /** Carries out one write; false ends the pass. */
  const carryOut = async (key: string, write: Write, answers: Map<string, WorldObject>): Promise<boolean> => {
    const uid = typeof write.object.metadata.uid === 'string' ? write.object.metadata.uid : undefined;
    const earlier = uid === undefined ? undefined : answers.get(uid);
    const current = earlier === undefined ? write : continued(write, earlier);
    const response = await transport.request({ ...requestFor(current, actor.fieldManager), timeoutMs: 30_000 });
    if (stopped) return false;
    if (response.status >= 200 && response.status < 300) {
      const object = answered(write.resource, response);
      if (write.verb === 'delete') {
        if (object?.metadata.deletionTimestamp === undefined) views(write.resource).forget(write.object);
        else views(write.resource).accept(object);
      } else if (object) {
        views(write.resource).accept(object);
        if (uid !== undefined) answers.set(uid, object);
      }
      return true;
    }
    if (write.verb === 'delete' && response.status === 404) {
      views(write.resource).forget(write.object);
      return true;
    }
    const message = messageOf(response);
    log.debug('write was refused', { key, verb: write.verb, kind: write.resource.kind, status: response.status, message });
    if (write.verb === 'create' && response.status !== 409) refusals.set(key, { status: response.status, message });
    return false;
  };

  const work = async (key: string): Promise<Outcome> => {
    try {
      const refusal = refusals.get(key);
      const decision = actor.decide(key, refusal);
      const answers = new Map<string, WorldObject>();
      refusals.delete(key);
      for (const write of decision.writes) {
        if (!(await carryOut(key, write, answers))) return { type: 'failed' };
      }
      // What was refused before and is not any more: one more look, so that its trace leaves the status.
      if (refusal) return { type: 'again', afterMs: 0 };
      return decision.againInMs === undefined ? { type: 'done' } : { type: 'again', afterMs: Math.max(0, decision.againInMs) };
    } catch (error) {
      if (!stopped) log.debug('pass broke off', { key, error: String(error) });
      return { type: 'failed' };
    }
  };
  const queue: WorkQueue = workQueue({ clock, random, concurrency, work });

  const wakeAll = (): void => {
    for (const key of actor.seeds?.() ?? []) queue.add(key);
    const first = actor.sources[0];
    for (const object of first?.view.list() ?? []) for (const key of first?.keys(object) ?? []) queue.add(key);
  };
  for (const { view, keys } of actor.sources) {
    view.subscribe((current, previous) => {
      if (!ready) return;
      const touched = new Set([...(current ? keys(current) : []), ...(previous ? keys(previous) : [])]);
      for (const key of touched) queue.add(key);
    });
  }
  let missing = needed.size;
  for (const view of needed) {
    view.whenSynced(() => {
      missing--;
      if (missing > 0) return;
      ready = true;
      wakeAll();
    });
  }
  return {
    wake: (key) => queue.add(key),
    wakeAll,
    stop() {
      stopped = true;
      queue.stop();
    },
  };
}

/**
 * A second write to the same object in one pass continues from what the first one was answered with. A status write
 * takes over all metadata: the API server lets it change annotations, and older ones would undo the first write.
 */
function continued(write: Write, earlier: WorldObject): Write {
  if (write.verb === 'create') return write;
  const metadata =
    write.verb === 'status' ? earlier.metadata : { ...write.object.metadata, resourceVersion: earlier.metadata.resourceVersion };
  return { ...write, object: { ...write.object, metadata } };
}

/** Keys of the controllers of an object that are of `owner`'s kind. */
export function controllerKeys(owner: Resource<WorldObject>): (object: WorldObject) => string[] {
  return (object) =>
    (object.metadata.ownerReferences ?? [])
      .filter((reference) => reference.controller && reference.kind === owner.kind && reference.apiVersion === owner.apiVersion)
      .map((reference) => `${object.metadata.namespace ?? ''}/${reference.name}`);
}

/** The object's own key. */
export const ownKey = (object: WorldObject): string[] => [keyOf(object)];

/** Namespace and name of a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
