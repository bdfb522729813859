/**
 * Deletes what a succeeded revision no longer wants, once and with a mark, so that an application at rest is not
 * rendered again to find that there is nothing to do.
 */
import type { Application } from '../../api/application.ts';
import { refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { decidePrune } from '../../plan/prune.ts';
import { entryKey, type RecordEntry, type TrackerRecord } from '../../plan/record.ts';
import { type Delivery, renderEverything } from './decide.ts';
import type { Hooks } from './hooks.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observe.ts';
import { type Fate, markOf, pruneWave } from './prune-wave.ts';
import type { RenderInput } from './render.ts';
import { unproved } from './retire.ts';
import type { World } from './world.ts';

export interface KeepPrunedInput {
  application: Application;
  memory: Memory;
  delivery: Delivery;
  render: RenderInput;
  record: TrackerRecord;
  predecessors: Observed['predecessors'];
  fateOf(entry: RecordEntry): Fate;
}

function mayPrune({ machine, resolved }: Delivery): boolean {
  const { continueOnFailure } = resolved.policies.garbageCollect;
  return machine.recorded?.status === 'succeeded' || (continueOnFailure && machine.recorded?.status === 'failed');
}

/** How soon an unfinished wave is looked at again when nothing wakes us, in ms. */
const unfinishedMs = 10_000;

/** @returns milliseconds after which to look again, or undefined. */
export async function keepPruned(input: KeepPrunedInput, world: World, hooks: Hooks): Promise<Result<number | undefined>> {
  const { application, memory, delivery, record } = input;
  // Only a success that is on record counts: what this pass found may still be contradicted by a spec on its way.
  if (!mayPrune(delivery)) return success(undefined);
  const mark = `${input.predecessors.length}|${markOf(application)}|${record.pages.map(({ metadata }) => metadata.resourceVersion).join(',')}`;
  if (memory.prunedMark === mark) return success(undefined);
  const restsMs = restTime(memory, markOf(application), world);
  if (restsMs < world.settings.pruneDelayMs) return success(world.settings.pruneDelayMs - restsMs);
  const everything = await renderEverything(delivery.machine, input.render);
  if (!everything.ok) return success(undefined);
  const wanted = new Set(
    everything.value.rendered.flatMap(({ resources }) => resources.map(({ cluster, manifest }) => entryKey(cluster, refOf(manifest)))),
  );
  const ran = (delivery.machine.recorded?.steps ?? [])
    .flatMap((step) => [step, ...(step.subSteps ?? [])])
    .filter(({ phase }) => phase === 'succeeded');
  const leftBehind = leftBehindBy(input);
  const { prune } = decidePrune({
    entries: new Map([...leftBehind, ...record.entries]),
    wanted,
    components: new Set(application.spec.components.map(({ name }) => name)),
    rendered: new Set(everything.value.rendered.flatMap(({ components }) => components)),
    steps: new Set(delivery.machine.workflow.steps.flatMap((step) => [step, ...(step.subSteps ?? [])]).map(({ name }) => name)),
    // A step whose values are not known any more counts as one that did not run: its objects stay.
    ranSteps: new Set(ran.map(({ name }) => name).filter((name) => !everything.value.unknownSteps.includes(name))),
  });
  // A view that is partial freezes deletes (F38, F39): it may be the tracker's own.
  if (!world.trackers.isComplete() || !world.applications.isComplete()) {
    world.log.info('deletes are frozen: a view is partial', { application: application.metadata.name, objects: prune.length });
    return success(unfinishedMs);
  }
  const wave = await pruneWave(
    {
      application,
      record,
      prune,
      fateOf: input.fateOf,
      wrote: hooks.wrote,
      removed: (entry) => hooks.removed(entry.ref, entry.answered?.uid ?? ''),
    },
    world,
  );
  if (!wave.ok) return wave;
  if (wave.value.state === 'dropped')
    world.log.info('a wave of deletes was dropped: the application has changed', { application: application.metadata.name });
  if (wave.value.state === 'dropped' || wave.value.open > 0) return success(unfinishedMs);
  for (const { tracker } of input.predecessors) {
    const { uid } = tracker.metadata;
    const removed = await world.kube.delete(refOf(tracker), uid === undefined ? {} : { uid });
    if (!removed.ok && removed.failure.httpStatus !== 404) return failure(classifyFailure(removed.failure, refOf(tracker)));
  }
  memory.prunedMark = `0|${markOf(application)}|${wave.value.record.pages.map(({ metadata }) => metadata.resourceVersion).join(',')}`;
  return success(undefined);
}

/** Entries of a namesake that was deleted before, as far as this application has not taken their objects over. */
function leftBehindBy({ predecessors, record }: KeepPrunedInput): [string, RecordEntry][] {
  const entries = predecessors.flatMap((predecessor) => [...predecessor.record.entries]);
  return entries.filter(([key]) => !record.entries.has(key)).map(([key, entry]) => [key, unproved(entry)]);
}

/** How long the application has looked like this, as far as this process has seen. */
function restTime(memory: Memory, mark: string, world: World): number {
  if (memory.specSeen?.mark !== mark) memory.specSeen = { mark, at: world.clock.monotonic() };
  return world.clock.monotonic() - memory.specSeen.at;
}
