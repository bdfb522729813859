/** Puts a deleted record back before anything else is done: what the application renders is matched with what was accepted. */
import { refOf } from '../../api/object.ts';
import { type Result, success } from '../../base/errors.ts';
import { rebuildRecord } from '../../delivery/rebuild-record.ts';
import { storeRecord } from '../../delivery/store-record.ts';
import { entryKey, type TrackerRecord } from '../../plan/record.ts';
import { type DecideInput, renderWhole } from './decide.ts';
import type { Hooks } from './hooks.ts';
import type { Observed } from './observe.ts';
import type { World } from './world.ts';

/** The record as it is to be worked with; written again where it was lost. */
export async function recoverRecord(observed: Observed, input: DecideInput, world: World, hooks: Hooks): Promise<Result<TrackerRecord>> {
  if (!observed.isRecordLost || !world.mayWrite()) return success(observed.record);
  const { application } = observed;
  const everything = await renderWhole(input);
  const resources = everything.ok ? everything.value.rendered.flatMap((step) => step.resources) : [];
  const rebuilt = rebuildRecord({
    application,
    rendered: new Map(resources.map((resource) => [entryKey(resource.cluster, refOf(resource.manifest)), resource])),
    live: (ref) => {
      const seen = world.kinds.seen(ref);
      return seen.state === 'present' ? seen.object : undefined;
    },
  });
  const stored = await storeRecord(application, rebuilt.entries, [], { kube: world.kube, wrote: hooks.wrote });
  if (stored.ok) {
    world.events.tell(
      application,
      'Warning',
      'RecordRebuilt',
      `its ResourceTracker was deleted; it was rebuilt with ${rebuilt.entries.size} objects, which all stay`,
    );
  }
  return stored;
}
