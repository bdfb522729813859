/**
 * What may be deleted: recorded, wanted by no delivery of this revision, and made by a component, trait or step
 * that has left the application or no longer renders it (design.md §4 "The record"). Everything else is kept:
 * better a leftover than a loss.
 */
import type { RecordEntry } from './record.ts';

export interface PruneInput {
  entries: ReadonlyMap<string, RecordEntry>;
  /** Keys of every object that some delivery of this revision renders, due or done. */
  wanted: ReadonlySet<string>;
  /** Components of the spec. */
  components: ReadonlySet<string>;
  /** Components that some delivery of this revision rendered. */
  rendered: ReadonlySet<string>;
  /** Steps of the workflow, sub-steps included. */
  steps: ReadonlySet<string>;
  /** Steps whose objects were rendered; a skipped step is not among them and keeps its objects. */
  ranSteps: ReadonlySet<string>;
}

export interface PruneDecision {
  prune: { key: string; entry: RecordEntry }[];
  /** Components of the spec that no step delivers: their objects stay, with a warning (decisions.md 49). */
  undelivered: string[];
}

/** Decides over every recorded entry. Call it only when the revision's workflow has succeeded. */
export function decidePrune(input: PruneInput): PruneDecision {
  const prune: { key: string; entry: RecordEntry }[] = [];
  const undelivered = new Set<string>();
  for (const [key, entry] of input.entries) {
    if (input.wanted.has(key)) continue;
    const { component } = entry.origin;
    const isMade = component
      ? input.components.has(component) && !input.rendered.has(component)
      : entry.step !== undefined && input.steps.has(entry.step) && !input.ranSteps.has(entry.step);
    if (!isMade) prune.push({ key, entry });
    else if (component) undelivered.add(component);
  }
  return { prune, undelivered: [...undelivered].sort() };
}
