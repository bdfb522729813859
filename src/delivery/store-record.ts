/** Writes the record: before objects are applied, and after pruned ones are gone. */
import type { Application } from '../api/application.ts';
import { type KubeObject, refOf } from '../api/object.ts';
import { failure, type Result, success } from '../base/errors.ts';
import type { KubeClient } from '../kube/types.ts';
import { fieldManager } from '../plan/fingerprint.ts';
import type { RecordEntry, TrackerRecord } from '../plan/record.ts';
import { classifyFailure } from './classify.ts';
import { writePages } from './tracker.ts';

export interface StoreContext {
  kube: KubeClient;
  wrote(object: KubeObject): void;
  /** A page was emptied and deleted: until caches show that, what they hold of it is old. */
  removed?(object: KubeObject): void;
}

/**
 * Makes the tracker pages hold `entries`; only pages that change are written. Pages are guarded by their resourceVersion: a page changed by somebody
 * else is a Transient problem, and the next pass decides on what is there then.
 */
export async function storeRecord(
  application: Application,
  entries: ReadonlyMap<string, RecordEntry>,
  current: readonly KubeObject[],
  context: StoreContext,
): Promise<Result<TrackerRecord>> {
  const { write, remove, keep } = writePages(application, entries, current);
  const pages: KubeObject[] = [...keep];
  for (const page of write) {
    const answer = page.metadata.resourceVersion
      ? await context.kube.replace(page, { fieldManager })
      : await context.kube.create(page, { fieldManager });
    if (!answer.ok) return failure(classifyFailure(answer.failure, refOf(page)));
    context.wrote(answer.value);
    pages.push(answer.value);
  }
  for (const page of remove) {
    const answer = await context.kube.delete(refOf(page), deleteGuard(page));
    if (!answer.ok && answer.failure.httpStatus !== 404) return failure(classifyFailure(answer.failure, refOf(page)));
    context.removed?.(page);
  }
  return success({
    entries,
    pages: pages.sort((a, b) => a.metadata.name.length - b.metadata.name.length || (a.metadata.name < b.metadata.name ? -1 : 1)),
  });
}

function deleteGuard(page: KubeObject): { uid?: string } {
  return page.metadata.uid === undefined ? {} : { uid: page.metadata.uid };
}
