/** The application controller: watch → queue → reconcile. Thin: it wires, it decides nothing. */
import type { KubeObject } from '../../api/object.ts';
import type { Clock } from '../../base/clock.ts';
import type { Problem } from '../../base/errors.ts';
import { jsonEqual, valueAt } from '../../base/json.ts';
import type { Logger } from '../../base/logger.ts';
import type { Metrics } from '../../base/metrics.ts';
import type { Random } from '../../base/random.ts';
import type { DefinitionSource } from '../../definitions/definition.ts';
import { createExpectations } from '../../kube/expectations.ts';
import { createQueue, type Outcome, type WorkQueue } from '../../kube/queue.ts';
import type { Change, Informers, KubeClient } from '../../kube/types.ts';
import { createEventRecorder } from './events.ts';
import { createKindViews } from './kind-views.ts';
import { createMemoryStore } from './memory.ts';
import { indexes } from './observe.ts';
import { createPointWatches } from './point-watches.ts';
import { reconcile } from './reconcile.ts';
import type { ClusterFacts } from './render.ts';
import { autoscalerIndex, clusterFacts, namespaceIndex } from './surroundings.ts';
import { stripAutoscaler, stripCrd, stripRevision } from './transforms.ts';
import { defaultSettings, type Settings, type World } from './world.ts';

export interface ApplicationControllerOptions {
  clock: Clock;
  random: Random;
  log: Logger;
  metrics: Metrics;
  kube: KubeClient;
  informers: Informers;
  /** Called when the cluster may serve other kinds than before. */
  kindsChanged?: () => void;
  definitions: DefinitionSource;
  clusterVersion: ClusterFacts['version'];
  settings?: Partial<Settings>;
  /** Passes at the same time. */
  concurrency?: number;
  mayWrite?: () => boolean;
}

export interface ApplicationController {
  /** Opens the views; resolves when every application has been seen and the workers run. */
  start(): Promise<void>;
  /** Takes nothing new, lets passes under way end, closes the views. */
  stop(): Promise<void>;
  queue: WorkQueue;
  world: World;
}

const core = 'core.oam.dev/v1beta1';
const customResourceDefinition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' } as const;
/** When the kinds are asked for again after a CRD has changed, in ms. */
const discoveryDelaysMs = [500, 1500, 4000, 8000, 15_000];

export function createApplicationController(options: ApplicationControllerOptions): ApplicationController {
  const { clock, random, log, metrics, kube, informers } = options;
  const queue = createQueue({ name: 'application', clock, random, log, metrics });
  const releases: (() => void)[] = [];
  const view = (...args: Parameters<Informers['acquire']>) => {
    const { informer, release } = informers.acquire(...args);
    releases.push(release);
    return informer;
  };
  const applications = view({ apiVersion: core, kind: 'Application' });
  const trackers = view({ apiVersion: core, kind: 'ResourceTracker' }, { indexers: indexes.trackers });
  const revisions = view({ apiVersion: core, kind: 'ApplicationRevision' }, { indexers: indexes.revisions, transform: stripRevision });
  const workflows = view({ apiVersion: 'core.oam.dev/v1alpha1', kind: 'Workflow' });
  const policies = view({ apiVersion: 'core.oam.dev/v1alpha1', kind: 'Policy' }, { indexers: namespaceIndex });
  const autoscalers = view(
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
    { indexers: autoscalerIndex, transform: stripAutoscaler },
  );
  const crds = view(customResourceDefinition, { transform: stripCrd });
  const kinds = createKindViews(informers, clock, (application, change) =>
    // An object that is gone may be a gap in somebody's service: it is not queued behind what merely progresses.
    queue.add(application, { priority: change?.type === 'deleted' ? 'user' : 'resync' }),
  );
  const expectations = createExpectations({
    clock,
    viewOf: (ref) => {
      if (ref.apiVersion !== core) return kinds.view(ref);
      return { Application: applications, ResourceTracker: trackers, ApplicationRevision: revisions }[ref.kind] ?? kinds.view(ref);
    },
  });
  const world: World = {
    clock,
    random,
    log,
    metrics,
    kube,
    definitions: options.definitions,
    settings: { ...defaultSettings, ...options.settings },
    applications,
    trackers,
    revisions,
    workflows,
    policies,
    autoscalers,
    cluster: clusterFacts(kube, options.clusterVersion),
    kinds,
    points: createPointWatches(informers, (application) => queue.add(application)),
    expectations,
    memory: createMemoryStore(),
    events: createEventRecorder({ kube, clock, random, log }),
    mayWrite: options.mayWrite ?? (() => true),
  };

  // An API server shows a new kind in its discovery some seconds after it has established the CRD (measured on 1.33).
  let series = 0;
  const followKinds = (): void => {
    const mine = ++series;
    options.kindsChanged?.();
    for (const delayMs of discoveryDelaysMs) {
      clock.after(delayMs, () => {
        if (mine !== series) return;
        options.kindsChanged?.();
        world.points.wakeWaiting(customResourceDefinition);
      });
    }
  };

  const wakeOn = (): void => {
    applications.subscribe((change) => queue.add(keyOf(change), { priority: isEdit(change) ? 'user' : 'resync' }));
    trackers.subscribe((change) => {
      const [key] = indexes.trackers.application(change.object);
      if (key !== undefined && key !== '/') queue.add(key);
    });
    revisions.subscribe((change) => {
      const [key] = indexes.revisions.application(change.object);
      if (key !== undefined) queue.add(key);
    });
    crds.subscribe(({ object, previous }) => {
      if (!jsonEqual(object.spec, previous?.spec) || !jsonEqual(object.status, previous?.status)) followKinds();
    });
    policies.subscribe(({ object }) => {
      for (const application of applications.list()) {
        if (application.metadata.namespace === object.metadata.namespace && namesPolicy(application, object.metadata.name))
          queue.add(nameOf(application));
      }
    });
    workflows.subscribe((change) => {
      for (const application of applications.list()) {
        const { namespace } = application.metadata;
        if (namespace === change.object.metadata.namespace && refersTo(application, change.object.metadata.name))
          queue.add(`${namespace}/${application.metadata.name}`);
      }
    });
  };

  return {
    queue,
    world,
    async start() {
      wakeOn();
      await Promise.all(
        [applications, trackers, revisions, workflows, policies, autoscalers, crds].map((informer) => informer.whenSynced()),
      );
      queue.run((key) => work(key, world), options.concurrency ?? 8);
    },
    async stop() {
      await queue.stop();
      await world.events.flush();
      world.points.stop();
      kinds.stop();
      for (const release of releases) release();
    },
  };
}

function keyOf({ object }: Change): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Edits of users go before what we brought about ourselves. */
function isEdit({ object, previous }: Change): boolean {
  return object.metadata.generation !== previous?.metadata.generation;
}

/** A step of the application names the policy; what a Workflow object names is found when that one changes. */
function namesPolicy(application: KubeObject, policy: string): boolean {
  return JSON.stringify(valueAt(application, ['spec', 'workflow']) ?? null).includes(JSON.stringify(policy));
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function refersTo(application: KubeObject, workflow: string): boolean {
  const ref = valueAt(application, ['spec', 'workflow', 'ref']);
  return ref === workflow;
}

async function work(key: string, world: World): Promise<Outcome> {
  const startedAt = world.clock.monotonic();
  const result = await reconcile(key, world);
  world.metrics.observe('lateen_reconcile_seconds', (world.clock.monotonic() - startedAt) / 1000, {
    outcome: result.ok ? 'done' : result.problem.kind,
  });
  if (!result.ok) {
    world.log.warn('pass ended early', {
      application: key,
      kind: result.problem.kind,
      code: result.problem.code,
      reason: result.problem.message,
    });
    return retryOf(result.problem);
  }
  switch (result.value.when) {
    case 'event':
      return { next: 'rest' };
    case 'now':
      return { next: 'again', afterMs: 0 };
    case 'after':
      return { next: 'again', afterMs: result.value.ms };
  }
}

function retryOf(problem: Problem): Outcome {
  return 'retryAfterMs' in problem && problem.retryAfterMs !== undefined
    ? { next: 'retry', afterMs: problem.retryAfterMs }
    : { next: 'retry' };
}
