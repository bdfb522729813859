/**
 * What the operator wrote for one application, taken from the cluster: the bare client writes the same for all others,
 * so that both send the same bytes.
 */
import type { Application } from '../src/api/application.ts';
import { appName, appNamespace } from '../src/api/labels.ts';
import type { KubeObject } from '../src/api/object.ts';
import { readRecord } from '../src/delivery/tracker.ts';
import { applicationKind } from './applications.ts';
import { must, type Stage } from './stage.ts';

export interface Template {
  /** The application it was taken from: replaced in every string. */
  name: string;
  namespace: string;
  finalizers: string[];
  revision: KubeObject;
  tracker: KubeObject;
  objects: KubeObject[];
  /** The statuses that were written, in order. */
  statuses: unknown[];
  revisionStatus: unknown;
}

/** @param statuses of the application as a watch saw them. */
export async function takeTemplate(stage: Stage, namespace: string, name: string, statuses: readonly unknown[]): Promise<Template> {
  const { client } = stage.user;
  const application = (await must(client.get({ ...applicationKind, namespace, name }))) as Application;
  const labelSelector = `${appName}=${name},${appNamespace}=${namespace}`;
  const { items } = await must(client.list({ apiVersion: applicationKind.apiVersion, kind: 'ResourceTracker' }, { labelSelector }));
  const revisionName = application.status?.latestRevision?.name ?? `${name}-v1`;
  const revision = await must(
    client.get({ apiVersion: applicationKind.apiVersion, kind: 'ApplicationRevision', namespace, name: revisionName }),
  );
  const tracker = items[0];
  if (tracker === undefined) throw new Error(`${namespace}/${name} has no tracker`);
  const record = readRecord(items, application);
  return {
    name,
    namespace,
    finalizers: application.metadata.finalizers ?? [],
    revision: asWritten(revision),
    tracker: { ...asWritten(tracker), metadata: { ...asWritten(tracker).metadata, name: `bare-${namespace}-${name}` } },
    objects: [...record.entries.values()].map(({ intended }) => intended),
    statuses: [...statuses],
    revisionStatus: revision.status,
  };
}

/** Without what the API server adds. */
function asWritten({ status: _status, ...object }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations, finalizers } = object.metadata;
  return { ...object, metadata: { name, namespace, labels, annotations, finalizers } };
}
