/** The record as it is stored: read back as it was written, in pages that keep their entries. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Application } from '../../../src/api/application.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { maxPageBytes, paginate } from '../../../src/delivery/pages.ts';
import { readRecord, writePages } from '../../../src/delivery/tracker.ts';
import { intend, type RecordEntry } from '../../../src/plan/record.ts';
import { application, applied, entryOf, map, recordOf, resource } from '../plan/objects.ts';

const entries = (...list: RecordEntry[]) => recordOf(list).entries;
const stored = (pages: readonly KubeObject[]): KubeObject[] =>
  pages.map((page, index) => ({ ...page, metadata: { ...page.metadata, resourceVersion: `${index}` } }));
/** The status that says what was answered. */
const withAnswers = (record: ReadonlyMap<string, RecordEntry>): Application => ({
  ...application,
  status: { appliedResources: [...record.values()].flatMap(({ ref, answered }) => (answered ? [{ ...ref, ...answered }] : [])) },
});
const dataOf = (page: KubeObject): string => (page.spec as { compression: { data: string } }).compression.data;
const many = (count: number, answered = false) =>
  Array.from({ length: count }, (_, index) => {
    const one = resource(map(`settings-${index}`, { index: `${index}` }));
    return entryOf(one, answered ? applied(one.manifest) : undefined);
  });

describe('the stored record', () => {
  it('is read as it was written', () => {
    const colours = fc.constantFrom('red', 'blue', 'green');
    const one = fc.record({
      name: fc.stringMatching(/^[a-z]{1,5}$/),
      first: colours,
      second: fc.option(colours),
      answered: fc.boolean(),
      unwanted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ name }) => name, maxLength: 6 }), (list) => {
        const record = entries(
          ...list.map(({ name, first, second, answered, unwanted }) => {
            const made = resource(map(name, { first }));
            const before = entryOf(made, answered ? applied(made.manifest) : undefined);
            const entry = second ? intend(map(name, { first: second }), before, before) : before;
            return unwanted ? { ...entry, unwanted: true as const } : entry;
          }),
        );
        const { write } = writePages(application, record, []);
        const read = readRecord(write, withAnswers(record)).entries;
        // What was accepted before is kept only as long as it is needed.
        const needed = [...record].map(([key, { previous, ...entry }]) => [
          key,
          previous && entry.answered && JSON.stringify(previous) !== JSON.stringify(entry.intended) ? { ...entry, previous } : entry,
        ]);
        assert.deepEqual([...read], needed);
      }),
    );
  });

  it('never writes a page that would say the same, a uid that has become known included', () => {
    const before = stored(writePages(application, entries(...many(3)), []).write);
    const changes = writePages(application, entries(...many(3, true)), before);
    assert.deepEqual({ write: changes.write, remove: changes.remove }, { write: [], remove: [] });
    assert.equal(changes.keep.length, 1);
  });

  it('writes only the page whose entry changed', () => {
    const before = stored(writePages(application, entries(...many(1200)), []).write);
    assert.equal(before.length, 3);
    const changed = many(1200);
    changed[700] = entryOf(resource(map('settings-700', { index: 'other' })));
    const { write, keep } = writePages(application, entries(...changed), before);
    assert.deepEqual(
      write.map(({ metadata }) => metadata.name),
      ['shop-shop-1b4e28ba-2'],
    );
    assert.equal(keep.length, 2);
  });

  it('never moves entries between pages because others left', () => {
    const before = stored(writePages(application, entries(...many(1200)), []).write);
    const { write, remove } = writePages(application, entries(...many(1200).slice(500)), before);
    assert.deepEqual(
      write.map(({ metadata }) => metadata.name),
      ['shop-shop-1b4e28ba'],
    );
    assert.deepEqual(remove, []);
    const gone = writePages(application, entries(...many(1200).slice(0, 600)), before);
    assert.deepEqual(
      gone.remove.map(({ metadata }) => metadata.name),
      ['shop-shop-1b4e28ba-3'],
    );
  });

  it('fills a gap and keeps the first page, empty or not', () => {
    const before = stored(writePages(application, entries(...many(1200)), []).write);
    const withoutSecond = before.filter(({ metadata }) => !metadata.name.endsWith('-2'));
    const kept = writePages(application, entries(...many(1200).slice(0, 500), ...many(1200).slice(1000)), withoutSecond);
    assert.deepEqual({ write: kept.write, remove: kept.remove }, { write: [], remove: [] });
    const none = writePages(application, new Map(), before);
    assert.deepEqual(
      none.write.map(({ metadata }) => metadata.name),
      ['shop-shop-1b4e28ba'],
    );
    assert.equal(none.remove.length, 2);
  });

  it('reads the later of two pages where an entry was moving when the writer died', () => {
    const [old] = writePages(application, entries(entryOf(resource(map('brand', { colour: 'red' })))), []).write;
    const [page] = writePages(application, entries(entryOf(resource(map('brand', { colour: 'blue' })))), []).write;
    assert.ok(old && page);
    const [entry] = readRecord([old, page], application).entries.values();
    assert.deepEqual(entry?.intended.data, { colour: 'blue' });
  });

  it('keeps the answers of more than 500 objects in its pages', () => {
    const record = entries(...many(501, true));
    const read = readRecord(stored(writePages(application, record, []).write), application).entries;
    for (const [key, { answered }] of record) assert.deepEqual(read.get(key)?.answered, answered);
    assert.equal(
      readRecord(writePages(application, entries(...many(500, true)), []).write, application).entries.get([...record.keys()][0] ?? '')
        ?.answered,
      undefined,
    );
  });

  it('never grows a page beyond its limit, though its data does not compress', () => {
    let state = 1;
    const next = (): number => {
      state = (state * 48271) % 2147483647;
      return state % 36;
    };
    const noise = (): string => Array.from({ length: 2000 }, () => next().toString(36)).join('');
    const heavy = Array.from({ length: 400 }, (_, index) => entryOf(resource(map(`noise-${index}`, { a: noise() }))));
    const { write } = writePages(application, entries(...heavy), []);
    for (const page of write) assert.ok(dataOf(page).length <= maxPageBytes, `${dataOf(page).length}`);
    assert.equal(readRecord([...write].reverse(), application).entries.size, 400);
  });

  it('reads pages that KubeVela wrote', () => {
    const page: KubeObject = {
      apiVersion: 'core.oam.dev/v1beta1',
      kind: 'ResourceTracker',
      metadata: { name: 'shop-v1-shop' },
      spec: {
        type: 'versioned',
        managedResources: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'shop', component: 'settings', trait: 'x', raw: map('a') },
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'b' },
        ],
      },
    };
    const [entry, ...others] = readRecord([page], application).entries.values();
    assert.equal(others.length, 0);
    assert.deepEqual(entry?.origin, { component: 'settings', type: 'x', role: 'TRAIT', output: '', traitIndex: -1 });
  });
});

describe('paginate', () => {
  it('leaves every entry on exactly one page, and none that fits is moved', () => {
    const page = fc.option(fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string({ maxLength: 20 }), page }), { maxLength: 40 }), (list) => {
        const pages = paginate(list, (entry) => entry.page ?? undefined);
        assert.equal([...pages.values()].flat().length, list.length);
        for (const [number, held] of pages) for (const entry of held) assert.ok(entry.page === null || entry.page === number);
      }),
    );
  });
});
