/** Reads one application as it is on its cluster: its record, its objects, and what explains those that are not well. */
import PQueue from 'p-queue';
import type { Application } from '../api/application.ts';
import { appName, appNamespace, appUid } from '../api/labels.ts';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import { valueAt } from '../base/json.ts';
import { readRecord } from '../delivery/tracker.ts';
import { assessObject } from '../health/assess.ts';
import { podSelectorOf, pointWatchesFor } from '../health/point-watches.ts';
import type { Surroundings } from '../health/surroundings.ts';
import type { Verdict } from '../health/verdict.ts';
import type { ApiResult, KubeClient } from '../kube/types.ts';
import type { RecordEntry, TrackerRecord } from '../plan/record.ts';

export interface PicturedObject {
  entry: RecordEntry;
  /** Undefined: it does not exist, or could not be read. */
  live: KubeObject | undefined;
  verdict: Verdict;
  /** Pods of the workload, where they were asked for. */
  pods: { pod: KubeObject; verdict: Verdict }[];
}

export interface Picture {
  application: Application;
  record: TrackerRecord;
  objects: PicturedObject[];
}

/** Requests at the same time; a person waits, and nobody else should. */
const concurrency = 10;

/** The application and its record. */
export async function readRecorded(
  client: KubeClient,
  ref: ObjectRef,
): Promise<ApiResult<{ application: Application; record: TrackerRecord }>> {
  const found = await client.get(ref);
  if (!found.ok) return found;
  // Validated by the API server against our schema.
  const application = found.value as Application;
  const pages = await trackerPages(client, application);
  if (!pages.ok) return pages;
  return { ok: true, value: { application, record: readRecord(pages.value, application) } };
}

async function trackerPages(client: KubeClient, { apiVersion, metadata }: Application): Promise<ApiResult<KubeObject[]>> {
  const labelSelector = `${appName}=${metadata.name},${appNamespace}=${metadata.namespace},${appUid}=${metadata.uid}`;
  const listed = await client.list({ apiVersion, kind: 'ResourceTracker' }, { labelSelector });
  if (!listed.ok) return listed;
  const byPage = (a: KubeObject, b: KubeObject): number =>
    a.metadata.name.length - b.metadata.name.length || a.metadata.name.localeCompare(b.metadata.name);
  return { ok: true, value: listed.value.items.sort(byPage) };
}

/** @param withPods reads the pods of every workload, not only of those that need explaining. */
export async function readPicture(client: KubeClient, ref: ObjectRef, { withPods }: { withPods: boolean }): Promise<ApiResult<Picture>> {
  const recorded = await readRecorded(client, ref);
  if (!recorded.ok) return recorded;
  const { application, record } = recorded.value;
  const queue = new PQueue({ concurrency });
  const answered = [...record.entries.values()].filter((entry) => entry.answered);
  const autoscaled = await readAutoscaled(client, answered);
  const objects = await Promise.all(answered.map((entry) => queue.add(() => readObject(client, entry, autoscaled, withPods))));
  return { ok: true, value: { application, record, objects: objects.filter((one) => one !== undefined) } };
}

/** Workloads that an autoscaler targets, as `namespace/kind/name`; none where they may not be listed. */
async function readAutoscaled(client: KubeClient, entries: readonly RecordEntry[]): Promise<ReadonlySet<string>> {
  const targets = new Set<string>();
  const namespaces = new Set(entries.flatMap(({ ref }) => (ref.namespace === undefined ? [] : [ref.namespace])));
  for (const namespace of namespaces) {
    const listed = await client.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace });
    for (const autoscaler of listed.ok ? listed.value.items : []) {
      const target = valueAt(autoscaler, ['spec', 'scaleTargetRef']);
      targets.add(`${namespace}/${valueAt(target, ['kind'])}/${valueAt(target, ['name'])}`);
    }
  }
  return targets;
}

async function readObject(
  client: KubeClient,
  entry: RecordEntry,
  autoscaledTargets: ReadonlySet<string>,
  withPods: boolean,
): Promise<PicturedObject> {
  const { ref } = entry;
  const found = await client.get(ref);
  if (!found.ok) {
    const isGone = found.failure.httpStatus === 404;
    const message = isGone ? 'does not exist' : `could not be read: ${found.failure.message}`;
    const verdict: Verdict = {
      state: isGone ? 'degraded' : 'not-assessed',
      reason: isGone ? 'Missing' : found.failure.reason,
      message,
      holds: true,
    };
    return { entry, live: undefined, verdict, pods: [] };
  }
  const live = found.value;
  const autoscaled = autoscaledTargets.has(`${ref.namespace ?? ''}/${ref.kind}/${ref.name}`);
  const first = assessObject(live, { autoscaled });
  const around = await readSurroundings(client, live, first, withPods);
  const verdict = around.pods ? assessObject(live, { autoscaled, ...around }) : first;
  const pods = (around.pods ?? []).map((pod) => ({ pod, verdict: assessObject(pod) }));
  return { entry, live, verdict, pods };
}

async function readSurroundings(client: KubeClient, live: KubeObject, verdict: Verdict, withPods: boolean): Promise<Surroundings> {
  const needed = pointWatchesFor(live, verdict);
  const selector = podSelectorOf(live);
  const points = needed.length > 0 ? needed : withPods && selector ? [selector] : [];
  const around: { pods?: KubeObject[]; replicaSets?: KubeObject[] } = {};
  for (const { apiVersion, kind, namespace, labelSelector } of points) {
    const listed = await client.list({ apiVersion, kind, namespace }, { labelSelector });
    if (!listed.ok) continue;
    const items = listed.value.items.map((item) => ({ ...item, apiVersion, kind }));
    if (kind === 'Pod') around.pods = items.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    else around.replicaSets = items;
  }
  return around;
}
