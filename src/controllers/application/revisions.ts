/**
 * Which revision an application is at, and what to write for a new one. A revision is made when the spec or the
 * publishVersion changes; numbers only grow and nothing stored is overwritten (decisions.md 43).
 */
import { publishVersion } from '../../api/annotations.ts';
import type { Application } from '../../api/application.ts';
import type { ApplicationRevision } from '../../api/applicationrevision.ts';
import { appName, appRevisionHash } from '../../api/labels.ts';
import { revisionName } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { compressJson } from '../../base/compression.ts';
import { hashJson } from '../../base/hash.ts';
import { valueAt } from '../../base/json.ts';

/** A stored revision, as much of it as is kept in memory. */
export interface StoredRevision {
  name: string;
  number: number;
  hash: string;
  publishVersion: string | undefined;
  succeeded: boolean;
  object: KubeObject;
}

/** The revision the application is to be delivered as. */
export interface CurrentRevision {
  name: string;
  number: number;
  hash: string;
  /** What `status.workflow.appRevision` names: the publishVersion where there is one, else the name. */
  run: string;
  /** True when it has to be written first. */
  isNew: boolean;
  stored: StoredRevision | undefined;
}

/** Reads revisions of one application, oldest first. */
export function readRevisions(objects: readonly KubeObject[]): StoredRevision[] {
  const revisions = objects.map(
    (object): StoredRevision => ({
      name: object.metadata.name,
      number: Number(/-v(\d+)$/.exec(object.metadata.name)?.[1] ?? 0),
      hash: object.metadata.labels?.[appRevisionHash] ?? '',
      publishVersion: object.metadata.annotations?.[publishVersion],
      succeeded: valueAt(object, ['status', 'succeeded']) === true,
      object,
    }),
  );
  return revisions.sort((a, b) => a.number - b.number);
}

/** The hash of everything that makes a revision: the spec as written. */
export function specHash(application: Application): string {
  return hashJson(application.spec);
}

/** Decides the revision from the application and the stored revisions (oldest first). */
export function currentRevision(application: Application, stored: readonly StoredRevision[]): CurrentRevision {
  const hash = specHash(application);
  const version = application.metadata.annotations?.[publishVersion];
  const newest = stored.at(-1);
  // With a publishVersion the run is named by it: while it stays, nothing new is delivered, whatever the spec says.
  const isSame = newest !== undefined && newest.publishVersion === version && (version !== undefined || newest.hash === hash);
  if (isSame)
    return { name: newest.name, number: newest.number, hash: newest.hash, run: version ?? newest.name, isNew: false, stored: newest };
  const number = Math.max(newest?.number ?? 0, application.status?.latestRevision?.revision ?? 0) + 1;
  const name = revisionName(application.metadata.name, number);
  return { name, number, hash, run: version ?? name, isNew: true, stored: undefined };
}

/** The object for a new revision. It belongs to the application and goes with it. */
export function revisionObject(application: Application, revision: CurrentRevision): ApplicationRevision {
  const { name, namespace, uid = '', annotations, labels } = application.metadata;
  const version = annotations?.[publishVersion];
  const metadata: KubeObject['metadata'] = {
    name: revision.name,
    labels: { [appName]: name, [appRevisionHash]: revision.hash },
    ownerReferences: [
      { apiVersion: application.apiVersion, kind: application.kind, name, uid, controller: true, blockOwnerDeletion: true },
    ],
  };
  if (namespace !== undefined) metadata.namespace = namespace;
  if (version !== undefined) metadata.annotations = { [publishVersion]: version };
  const snapshot: Application = {
    apiVersion: application.apiVersion,
    kind: application.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec: application.spec,
  };
  return { apiVersion: 'core.oam.dev/v1beta1', kind: 'ApplicationRevision', metadata, spec: { application: snapshot } };
}

/** What is written to a revision's status when its workflow has succeeded: a rollback delivers these manifests. */
export function succeededStatus(manifests: readonly KubeObject[]): ApplicationRevision['status'] {
  return { succeeded: true, rendered: compressJson(manifests) };
}

/** Revisions beyond the limit, oldest first; the one in use and the newest `limit` others stay (decisions.md 58). */
export function surplusRevisions(stored: readonly StoredRevision[], inUse: string, limit: number): StoredRevision[] {
  const others = stored.filter((revision) => revision.name !== inUse);
  return others.slice(0, Math.max(0, others.length - limit));
}
