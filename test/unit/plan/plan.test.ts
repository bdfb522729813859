/** The plan decides what is written to which object, and nothing else does. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import { contentHash } from '../../../src/plan/content-hash.ts';
import { fingerprint } from '../../../src/plan/fingerprint.ts';
import { planDelivery } from '../../../src/plan/plan.ts';
import { acceptedManifest, entryKey, intend } from '../../../src/plan/record.ts';
import { applied, entryOf, inputOf, map, recordOf, resource } from './objects.ts';

const actions = (plan: ReturnType<typeof planDelivery>) =>
  plan.deliver.map(({ action, manifest }) => `${action} ${manifest.metadata.name}`);
const red = map('brand', { colour: 'red' });
const blue = map('brand', { colour: 'blue' });
const edited = (object: KubeObject, data: unknown): KubeObject => ({ ...object, data });

describe('planDelivery', () => {
  it('creates what nobody has answered for, and records it first', () => {
    const plan = planDelivery(inputOf({ due: [resource(red)] }));
    assert.deepEqual(actions(plan), ['create brand']);
    assert.equal(plan.entries?.size, 1);
  });

  it('never takes an object that is seen for ours before it is answered', () => {
    const plan = planDelivery(inputOf({ due: [resource(red)], record: recordOf([entryOf(resource(red))]), live: [applied(red)] }));
    assert.deepEqual(actions(plan), ['create brand']);
    assert.equal(plan.entries, undefined);
  });

  it('writes nothing when nothing changed', () => {
    const live = applied(red);
    const plan = planDelivery(inputOf({ due: [resource(red)], record: recordOf([entryOf(resource(red), live)]), live: [live] }));
    assert.deepEqual(actions(plan), ['none brand']);
    assert.equal(plan.entries, undefined);
  });

  it('updates what changed and remembers what was accepted before', () => {
    const live = applied(red);
    const plan = planDelivery(inputOf({ due: [resource(blue)], record: recordOf([entryOf(resource(red), live)]), live: [live] }));
    assert.deepEqual(actions(plan), ['update brand']);
    const [entry] = [...(plan.entries?.values() ?? [])];
    assert.deepEqual(entry?.intended, blue);
    assert.deepEqual(entry?.previous, red);
    assert.deepEqual(entry && acceptedManifest(entry), red);
  });

  it('restores the last accepted state of a deleted object, and then applies the newest', () => {
    const plan = planDelivery(inputOf({ due: [resource(blue)], record: recordOf([entryOf(resource(red), applied(red))]) }));
    assert.deepEqual(actions(plan), ['restore brand']);
    assert.deepEqual(plan.deliver[0]?.manifest, red);
    assert.deepEqual(plan.deliver[0]?.afterwards, blue);
  });

  it('repairs what is recorded though nothing is due', () => {
    const live = applied(red);
    const record = recordOf([entryOf(resource(red), live)]);
    assert.deepEqual(actions(planDelivery(inputOf({ record, live: [edited(live, { colour: 'green' })] }))), ['repair brand']);
    assert.deepEqual(actions(planDelivery(inputOf({ record }))), ['restore brand']);
    assert.deepEqual(actions(planDelivery(inputOf({ record, live: [live] }))), []);
  });

  it('never concludes anything from a view that is not there yet', () => {
    const record = recordOf([entryOf(resource(red), applied(red))]);
    assert.deepEqual(actions(planDelivery(inputOf({ record, seen: () => ({ state: 'unknown' }) }))), []);
  });

  it('never puts back what is marked as unwanted, unless it is wanted again', () => {
    const entry = { ...entryOf(resource(red), applied(red)), unwanted: true as const };
    assert.deepEqual(actions(planDelivery(inputOf({ record: recordOf([entry]) }))), []);
    const again = planDelivery(inputOf({ due: [resource(red)], record: recordOf([entry]) }));
    assert.deepEqual(actions(again), ['restore brand']);
    assert.equal([...(again.entries?.values() ?? [])][0]?.unwanted, undefined);
  });

  it('leaves what is yielded, cleared or once applied', () => {
    const live = applied(red);
    const record = recordOf([entryOf(resource(red), live)]);
    const drifted = edited(live, { colour: 'green' });
    assert.deepEqual(actions(planDelivery(inputOf({ record, live: [drifted], isYielded: () => true }))), []);
    assert.deepEqual(
      actions(
        planDelivery(inputOf({ record, live: [drifted], isCleared: (uid, seen) => uid === 'uid-brand' && seen === fingerprint(drifted) })),
      ),
      [],
    );
    assert.deepEqual(actions(planDelivery(inputOf({ record, live: [drifted], unenforced: () => ['*'] }))), []);
    assert.deepEqual(actions(planDelivery(inputOf({ due: [resource(blue)], record, live: [live], unenforced: () => ['*'] }))), [
      'none brand',
    ]);
  });

  it('waits for an object that is being deleted', () => {
    const live = applied(red);
    const ending = { ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    assert.deepEqual(
      actions(planDelivery(inputOf({ due: [resource(red)], record: recordOf([entryOf(resource(red), live)]), live: [ending] }))),
      ['await-deletion brand'],
    );
    assert.deepEqual(actions(planDelivery(inputOf({ record: recordOf([entryOf(resource(red), live)]), live: [ending] }))), [
      'await-deletion brand',
    ]);
  });

  it('never writes what a policy makes read-only, and records nothing of it', () => {
    const plan = planDelivery(inputOf({ due: [resource(red)], isReadOnly: () => true }));
    assert.deepEqual(actions(plan), ['look brand']);
    assert.equal(plan.entries, undefined);
  });

  const data = fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ maxLength: 6 }), { maxKeys: 4, noNullPrototype: true });
  const states = fc.uniqueArray(
    fc.record({ name: fc.stringMatching(/^[a-z]{1,6}$/), wanted: data, recorded: fc.option(data), live: fc.option(data) }),
    { selector: ({ name }) => name, maxLength: 8 },
  );
  const inputFor = (
    objects: readonly {
      name: string;
      wanted: Record<string, string>;
      recorded: Record<string, string> | null;
      live: Record<string, string> | null;
    }[],
  ) => {
    const entries = objects.flatMap(({ name, recorded }) =>
      recorded ? [entryOf(resource(map(name, recorded)), applied(map(name, recorded)))] : [],
    );
    const live = objects.flatMap(({ name, live: seen }) => (seen ? [applied(map(name, seen))] : []));
    return inputOf({ due: objects.map(({ name, wanted }) => resource(map(name, wanted))), record: recordOf(entries), live });
  };

  it('plans nothing after its own delivery, whatever was there', () => {
    fc.assert(
      fc.property(states, (objects) => {
        const input = inputFor(objects);
        const plan = planDelivery(input);
        const entries = new Map(plan.entries ?? input.record.entries);
        for (const { resource: wanted } of input.due) {
          const key = entryKey('local', { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: wanted.manifest.metadata.name });
          const entry = entries.get(key);
          assert.ok(entry);
          const live = applied(wanted.manifest);
          entries.set(key, {
            ...entry,
            answered: { hash: contentHash(wanted.manifest), uid: live.metadata.uid ?? '', fingerprint: fingerprint(live) ?? '' },
          });
        }
        const live = input.due.map(({ resource: wanted }) => applied(wanted.manifest));
        const again = planDelivery({ ...inputOf({ live }), due: input.due, record: { entries, pages: [] } });
        assert.ok(again.deliver.every(({ action }) => action === 'none'));
        assert.equal(again.entries, undefined);
      }),
    );
  });

  it('does the same whatever the order of what is due', () => {
    fc.assert(
      fc.property(states, (objects) => {
        const there = planDelivery(inputFor(objects));
        const back = planDelivery(inputFor([...objects].reverse()));
        assert.deepEqual(actions(back).sort(), actions(there).sort());
      }),
    );
  });

  it('has one hash for one meaning', () => {
    const once = planDelivery(inputOf({ due: [resource(red)] }));
    assert.equal(planDelivery(inputOf({ due: [resource(map('brand', { colour: 'red' }))] })).hash, once.hash);
    assert.notEqual(planDelivery(inputOf({ due: [resource(blue)] })).hash, once.hash);
  });
});

describe('intend', () => {
  it('keeps what was accepted through any number of refusals', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('red', 'blue', 'green', 'grey'), { minLength: 1, maxLength: 6 }), (colours) => {
        let entry = entryOf(resource(red), applied(red));
        for (const colour of colours) entry = intend(map('brand', { colour }), entry, entry);
        assert.deepEqual(acceptedManifest(entry), red);
      }),
    );
  });

  it('has nothing to repair to before anything was accepted', () => {
    assert.equal(acceptedManifest(intend(red, entryOf(resource(red)))), undefined);
  });
});
