/**
 * Whose is a tracker that carries an application's name? Ours is named after the application's uid. One named after
 * another uid was left by a predecessor of the same name; any other name is KubeVela's.
 */
import type { Application } from '../../api/application.ts';
import { appUid } from '../../api/labels.ts';
import { trackerName } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';

export interface SortedTrackers {
  /** Pages of the application's own record, in order. */
  own: KubeObject[];
  predecessors: KubeObject[];
  kubevela: KubeObject[];
}

export function sortTrackers(trackers: readonly KubeObject[], application: Application): SortedTrackers {
  const sorted: SortedTrackers = { own: [], predecessors: [], kubevela: [] };
  for (const tracker of trackers) {
    const uid = tracker.metadata.labels?.[appUid] ?? '';
    if (pageOf(tracker, application, uid) === undefined) sorted.kubevela.push(tracker);
    else if (uid === application.metadata.uid) sorted.own.push(tracker);
    else sorted.predecessors.push(tracker);
  }
  const uid = application.metadata.uid ?? '';
  sorted.own.sort((a, b) => (pageOf(a, application, uid) ?? 0) - (pageOf(b, application, uid) ?? 0));
  return sorted;
}

/** The page number in a name of ours; undefined when the name is not one of ours. */
function pageOf({ metadata: { name } }: KubeObject, { metadata }: Application, uid: string): number | undefined {
  const first = trackerName(metadata.name, metadata.namespace ?? '', uid);
  if (name === first) return 1;
  const page = Number(/-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
  return name === trackerName(metadata.name, metadata.namespace ?? '', uid, page) ? page : undefined;
}
