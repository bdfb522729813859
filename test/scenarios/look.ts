/** Our side of a recording: the same facts, read from the API server after a step. */

import { sharedBy } from '../../src/api/annotations.ts';
import type { Application, WorkflowStepStatus, WorkflowSubStepStatus } from '../../src/api/application.ts';
import * as labels from '../../src/api/labels.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { valueAt } from '../../src/base/json.ts';
import { readRecord } from '../../src/delivery/tracker.ts';
import type { Scene } from '../harness/scene.ts';
import type { Look, Scenario, SeenApp, SeenObject, SeenStep, Watched } from './read.ts';

const apiVersions: Record<string, string> = {
  ConfigMap: 'v1',
  Service: 'v1',
  Pod: 'v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  ApplicationRevision: 'core.oam.dev/v1beta1',
};

/** A watched or edited object as a reference. */
export function refTo({ kind, name, namespace }: Watched) {
  const apiVersion = apiVersions[kind];
  if (!apiVersion) throw new Error(`the scenarios' kind ${kind} has no API version in look.ts`);
  return { apiVersion, kind, name, ...(namespace ? { namespace } : {}) };
}

export interface OurLook extends Required<Look> {
  /** Watched objects that carry our owner labels and stand in no tracker of their application. */
  unrecorded: string[];
  /** Applications that say Ready though they are not running, or the other way round. */
  misread: string[];
}

/** Remembers uids from look to look. @param fields the paths of each object that the recording shows. */
export function watcher(scene: Scene, scenario: Scenario, fields: ReadonlyMap<string, readonly string[]>): () => Promise<OurLook> {
  let uids = new Map<string, string>();
  return async () => {
    const look: OurLook = { apps: {}, revisions: [], objects: {}, unrecorded: [], misread: [] };
    const recorded = new Set<string>();
    for (const name of scenario.apps ?? [scenario.app ?? '']) {
      const app = await scene.app(name);
      look.apps[name] = appOf(app);
      if (!app) continue;
      for (const key of await recordedBy(scene, app)) recorded.add(key);
      if (!isReadRightly(app)) look.misread.push(name);
    }
    const revisions = await scene.list({ apiVersion: 'core.oam.dev/v1beta1', kind: 'ApplicationRevision' });
    look.revisions = revisions.items.map(({ metadata }) => metadata.name).sort();
    const seen = new Map<string, string>();
    for (const watched of scenario.watch) {
      const key = [watched.kind, watched.namespace, watched.name].filter(Boolean).join('/');
      const object = await scene.get(refTo(watched));
      look.objects[key] = objectOf(object, uids.get(key), fields.get(key) ?? []);
      if (!object) continue;
      seen.set(key, object.metadata.uid ?? '');
      const owner = object.metadata.labels?.[labels.appName];
      if (owner && watched.kind !== 'ApplicationRevision' && look.apps[owner]?.exists && !recorded.has(key)) look.unrecorded.push(key);
    }
    uids = seen;
    return JSON.parse(JSON.stringify(look).replaceAll(scene.namespace, 'NS')) as OurLook;
  };
}

async function recordedBy(scene: Scene, app: Application): Promise<string[]> {
  const trackers = await trackersOf(scene, app.metadata.name);
  return [...readRecord(trackers, app).entries.values()].map(({ ref }) => `${ref.kind}/${ref.name}`);
}

/** The trackers of an application of the scene. */
export async function trackersOf(scene: Scene, name: string): Promise<KubeObject[]> {
  const all = await scene.settled(scene.user.client.list({ apiVersion: 'core.oam.dev/v1beta1', kind: 'ResourceTracker' }));
  if (!all.ok) throw new Error(all.failure.message);
  return all.value.items.filter(
    ({ metadata }) => metadata.labels?.[labels.appName] === name && metadata.labels[labels.appNamespace] === scene.namespace,
  );
}

/** Ready is True exactly for a running application whose spec was looked at; no other phase may pretend (decision 54). */
function isReadRightly({ metadata, status }: Application): boolean {
  const condition = (type: string) => status?.conditions?.find((one) => one.type === type)?.status;
  const isRunning = status?.status === 'running' && !metadata.deletionTimestamp;
  return !(condition('Ready') === 'True' && !isRunning) && !(condition('Reconciling') === 'True' && condition('Stalled') === 'True');
}

function appOf(app: Application | undefined): SeenApp {
  if (!app) return { exists: false };
  const { metadata, status = {} } = app;
  const { workflow, latestRevision } = status;
  return {
    exists: true,
    phase: status.status ?? '',
    statusIsForCurrentSpec: status.observedGeneration === metadata.generation,
    ...(metadata.deletionTimestamp ? { deleting: true } : {}),
    finalizers: metadata.finalizers ?? [],
    services: (status.services ?? []).map(({ name, namespace, healthy, message, traits }) => ({
      name,
      healthy,
      ...(namespace ? { namespace } : {}),
      ...(message ? { message } : {}),
      ...(traits ? { traits: traits.map((trait) => ({ type: trait.type, healthy: trait.healthy })) } : {}),
    })),
    ...(workflow
      ? {
          workflow: {
            ...(workflow.appRevision ? { appRevision: workflow.appRevision } : {}),
            ...(workflow.mode ? { mode: workflow.mode } : {}),
            ...(workflow.status ? { status: workflow.status } : {}),
            suspend: workflow.suspend ?? false,
            terminated: workflow.terminated ?? false,
            finished: workflow.finished ?? false,
            steps: (workflow.steps ?? []).map(stepOf),
          },
        }
      : {}),
    ...(latestRevision ? { latestRevision: { name: latestRevision.name, revision: latestRevision.revision } } : {}),
    appliedResources: (status.appliedResources ?? []).map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name })),
  };
}

function stepOf(step: WorkflowStepStatus | WorkflowSubStepStatus): SeenStep {
  const subSteps = 'subSteps' in step ? step.subSteps : undefined;
  return {
    name: step.name ?? '',
    phase: step.phase ?? '',
    ...(step.reason ? { reason: step.reason } : {}),
    ...(subSteps ? { subSteps: subSteps.map(stepOf) } : {}),
  };
}

function objectOf(object: KubeObject | undefined, uidBefore: string | undefined, paths: readonly string[]): SeenObject {
  if (!object) return { exists: false };
  const { metadata } = object;
  const ownership = {
    name: metadata.labels?.[labels.appName],
    namespace: metadata.labels?.[labels.appNamespace],
    appRevision: metadata.labels?.[labels.appRevision],
    component: metadata.labels?.[labels.appComponent],
    sharedBy: metadata.annotations?.[sharedBy],
  };
  return {
    exists: true,
    ...(metadata.deletionTimestamp ? { deleting: true } : {}),
    ...(uidBefore ? { sameUid: uidBefore === metadata.uid } : {}),
    ownership: Object.fromEntries(Object.entries(ownership).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    fields: Object.fromEntries(
      paths.flatMap((path) => {
        const value = valueAt(object, pathOf(path));
        return value === undefined ? [] : [[path, value]];
      }),
    ),
  };
}

/** `spec.x[0].labels["a/b"]` as keys. */
function pathOf(text: string): (string | number)[] {
  return [...text.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) =>
    index === undefined ? (quoted ?? plain ?? '') : Number(index),
  );
}
