/**
 * Read your own writes (F14, KEP-5647): caches lag behind, and a pass that decides on a state from before its own
 * last write makes duplicates and fights itself. Every write is remembered until the view has shown it; a pass whose
 * view lags ends and is woken by the event. A view that never shows it (a broken watch) is bypassed by one GET.
 */
import type { ObjectRef } from '../api/object.ts';
import { identityOf } from '../api/object.ts';
import type { Clock } from '../base/clock.ts';
import { hasReached } from './resource-version.ts';
import type { Informer, KubeClient } from './types.ts';

/** What is waited for: a state at least as new as our write's answer, or the end of the object we deleted. */
type Expected = { kind: 'written'; resourceVersion: string } | { kind: 'deleted'; uid: string };

interface Expectation {
  ref: ObjectRef;
  expected: Expected;
  since: number;
}

export interface Expectations {
  /** The API server answered our write of `ref`, made for `owner` (a queue key), with this resourceVersion. */
  wrote(owner: string, ref: ObjectRef, resourceVersion: string): void;
  /** The API server answered our delete with proof that the object with this uid is gone. */
  deleted(owner: string, ref: ObjectRef, uid: string): void;
  /** Milliseconds since the oldest write of this owner that its view has not shown; undefined when it shows all. */
  lag(owner: string): number | undefined;
  /** Whether the view lags behind our last write of this object. */
  isBehind(owner: string, ref: ObjectRef): boolean;
  /** Objects of this owner whose view has lagged for longer than the limit. */
  overdue(owner: string): ObjectRef[];
  /**
   * One GET for every overdue object. What the API server confirms is no longer waited for, whatever the view
   * shows; an answer that is a failure changes nothing.
   */
  ask(owner: string, client: Pick<KubeClient, 'get'>): Promise<void>;
  /** Waits for nothing of this owner any more. */
  forget(owner: string): void;
}

export interface ExpectationsOptions {
  clock: Clock;
  /** The view that will show an object; undefined where there is none, and then nothing can lag. */
  viewOf: (ref: ObjectRef) => Pick<Informer, 'get' | 'hasSeen'> | undefined;
  /** After so many milliseconds the API server is asked; 10 s by default. */
  limitMs?: number;
}

export function createExpectations({ clock, viewOf, limitMs = 10_000 }: ExpectationsOptions): Expectations {
  const owners = new Map<string, Map<string, Expectation>>();

  const expect = (owner: string, ref: ObjectRef, expected: Expected): void => {
    const mine = owners.get(owner) ?? new Map<string, Expectation>();
    owners.set(owner, mine);
    const before = mine.get(identityOf(ref));
    // Two writes of one object in flight may be answered in any order: the newer one counts.
    const outdated =
      before?.expected.kind === 'written' &&
      expected.kind === 'written' &&
      hasReached(before.expected.resourceVersion, expected.resourceVersion);
    if (!outdated) mine.set(identityOf(ref), { ref, expected, since: clock.monotonic() });
  };

  const isMet = ({ ref, expected }: Expectation): boolean => {
    const view = viewOf(ref);
    if (!view) return true;
    if (expected.kind === 'written') return view.hasSeen(ref.namespace, ref.name, expected.resourceVersion);
    return view.get(ref.namespace, ref.name)?.metadata.uid !== expected.uid;
  };

  /** The unmet ones; what has been met is forgotten on the way. */
  const unmet = (owner: string): Expectation[] => {
    const mine = owners.get(owner);
    if (!mine) return [];
    for (const [identity, expectation] of mine) if (isMet(expectation)) mine.delete(identity);
    if (mine.size === 0) owners.delete(owner);
    return [...mine.values()];
  };

  const overdue = (owner: string): Expectation[] => unmet(owner).filter(({ since }) => clock.monotonic() - since >= limitMs);

  return {
    wrote: (owner, ref, resourceVersion) => expect(owner, ref, { kind: 'written', resourceVersion }),
    deleted: (owner, ref, uid) => expect(owner, ref, { kind: 'deleted', uid }),
    lag(owner) {
      const oldest = unmet(owner).reduce<number | undefined>((least, { since }) => Math.min(least ?? since, since), undefined);
      return oldest === undefined ? undefined : clock.monotonic() - oldest;
    },
    isBehind: (owner, ref) => unmet(owner).some((one) => identityOf(one.ref) === identityOf(ref)),
    overdue: (owner) => overdue(owner).map(({ ref }) => ref),
    async ask(owner, client) {
      for (const expectation of overdue(owner)) {
        const answer = await client.get(expectation.ref);
        const isGone = !answer.ok && answer.failure.httpStatus === 404;
        if (!answer.ok && !isGone) continue;
        const mine = owners.get(owner);
        // A write that was made while we asked is waited for on its own.
        if (mine?.get(identityOf(expectation.ref)) === expectation) mine.delete(identityOf(expectation.ref));
      }
    },
    forget: (owner) => void owners.delete(owner),
  };
}
