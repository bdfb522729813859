import assert from 'node:assert/strict';
import fc from 'fast-check';
import { valueAt } from '../../../src/base/json.ts';
import { configMap, configMaps, world } from './world.ts';

const named = (events: { type: string; object: unknown }[]): string[] =>
  events.map(({ type, object }) => `${type} ${(object as { metadata?: { name?: string } }).metadata?.name ?? ''}`.trim());

describe('watching', () => {
  it('sends the state, then every change', async () => {
    const w = world();
    await w.post(configMaps, configMap('a'));
    const watch = await w.watch(`${configMaps}?watch=1`);
    await w.merge(`${configMaps}/a`, { data: { a: '2' } });
    await w.delete(`${configMaps}/a`);
    await w.clock.settle();
    assert.deepEqual(named(watch.events), ['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  it('resumes after a revision without gap or repetition', async () => {
    const w = world();
    const first = await w.post(configMaps, configMap('a'));
    await w.post(configMaps, configMap('b'));
    const watch = await w.watch(`${configMaps}?watch=1&resourceVersion=${first.at('metadata', 'resourceVersion')}`);
    assert.deepEqual(named(watch.events), ['ADDED b']);
  });

  it('says DELETED when an object leaves the selection and ADDED when it enters', async () => {
    const w = world();
    await w.post(configMaps, configMap('a', { labels: { x: '1' } }));
    const watch = await w.watch(`${configMaps}?watch=1&labelSelector=x%3D1`);
    await w.merge(`${configMaps}/a`, { metadata: { labels: { x: '2' } } });
    await w.merge(`${configMaps}/a`, { metadata: { labels: { y: '2' } } });
    await w.merge(`${configMaps}/a`, { metadata: { labels: { x: '1' } } });
    await w.clock.settle();
    assert.deepEqual(named(watch.events), ['ADDED a', 'DELETED a', 'ADDED a']);
  });

  it('answers 410 for a revision that has left the window', async () => {
    const w = world({ historyWindow: 5 });
    const first = await w.post(configMaps, configMap('a'));
    for (let n = 0; n < 10; n++) await w.merge(`${configMaps}/a`, { data: { a: String(n + 5) } });
    const watch = await w.watch(`${configMaps}?watch=1&resourceVersion=${first.at('metadata', 'resourceVersion')}`);
    assert.equal(watch.events[0]?.type, 'ERROR');
    assert.equal(watch.events[0]?.object.code, 410);
    assert.equal(watch.events[0]?.object.reason, 'Expired');
    assert.ok(watch.ended());
  });

  it('answers 410 after a compaction', async () => {
    const w = world();
    const first = await w.post(configMaps, configMap('a'));
    await w.post(configMaps, configMap('b'));
    w.server.compact();
    const watch = await w.watch(`${configMaps}?watch=1&resourceVersion=${first.at('metadata', 'resourceVersion')}`);
    assert.equal(watch.events[0]?.object.code, 410);
    const list = await w.get(`${configMaps}?resourceVersion=${first.at('metadata', 'resourceVersion')}&resourceVersionMatch=Exact`);
    assert.equal(list.status, 410);
  });

  it('sends the initial state as events, ended by a bookmark', async () => {
    const w = world();
    await w.post(configMaps, configMap('a'));
    const watch = await w.watch(`${configMaps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`);
    assert.deepEqual(named(watch.events), ['ADDED a', 'BOOKMARK']);
    const bookmark = watch.events[1]?.object as { metadata: { annotations: unknown } };
    assert.deepEqual(bookmark.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  });

  it('sends bookmarks that move the revision of a quiet kind', async () => {
    const w = world();
    const watch = await w.watch(`${configMaps}?watch=1&allowWatchBookmarks=true`);
    await w.post('/api/v1/namespaces/default/secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } });
    await w.clock.advance(61_000);
    const bookmark = watch.events.at(-1);
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.equal(valueAt(bookmark, ['object', 'metadata', 'resourceVersion']), String(w.server.engine.store.revision));
  });

  it('ends after timeoutSeconds, and when the server drops watches', async () => {
    const w = world();
    const short = await w.watch(`${configMaps}?watch=1&timeoutSeconds=5`);
    const long = await w.watch(`${configMaps}?watch=1`);
    await w.clock.advance(5_000);
    assert.ok(short.ended());
    assert.ok(!long.ended());
    w.server.dropWatches();
    await w.clock.settle();
    assert.ok(long.ended());
    assert.equal(w.server.openWatches(), 0);
  });

  it('agrees with the list, whatever is written (property)', async () => {
    const action = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('put', 'label', 'delete'),
      value: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), fc.nat(24), async (actions, resumeAt) => {
        const w = world();
        const seen = new Map<string, string>();
        let from = String(w.server.engine.store.revision);
        for (const [index, { name, kind, value }] of actions.entries()) {
          if (index === resumeAt) {
            const list = await w.get(`${configMaps}?labelSelector=x%3D1`);
            from = String(list.at('metadata', 'resourceVersion'));
            for (const item of list.body.items as unknown as { metadata: { name: string; resourceVersion: string } }[])
              seen.set(item.metadata.name, item.metadata.resourceVersion);
          }
          if (kind === 'put') await w.post(configMaps, configMap(name, { labels: { x: String(value % 2) } }));
          else if (kind === 'label') await w.merge(`${configMaps}/${name}`, { metadata: { labels: { x: String(value) } } });
          else await w.delete(`${configMaps}/${name}`);
        }
        const watch = await w.watch(`${configMaps}?watch=1&labelSelector=x%3D1&resourceVersion=${from}`);
        for (const { type, object } of watch.events as unknown as {
          type: string;
          object: { metadata: { name: string; resourceVersion: string } };
        }[]) {
          if (type === 'DELETED') assert.ok(seen.delete(object.metadata.name));
          else {
            assert.equal(seen.has(object.metadata.name), type === 'MODIFIED');
            seen.set(object.metadata.name, object.metadata.resourceVersion);
          }
        }
        const list = await w.get(`${configMaps}?labelSelector=x%3D1`);
        const now = (list.body.items as unknown as { metadata: { name: string; resourceVersion: string } }[]).map(({ metadata }) => [
          metadata.name,
          metadata.resourceVersion,
        ]);
        assert.deepEqual([...seen].sort(), now.sort());
      }),
      { numRuns: 60 },
    );
  });
});

describe('lists', () => {
  it('come in pages of one consistent state', async () => {
    const w = world();
    for (const name of ['a', 'b', 'c', 'd']) await w.post(configMaps, configMap(name));
    const first = await w.get(`${configMaps}?limit=2`);
    assert.equal(first.at('metadata', 'remainingItemCount'), 2);
    await w.delete(`${configMaps}/c`);
    await w.post(configMaps, configMap('bb'));
    const second = await w.get(`${configMaps}?limit=2&continue=${String(first.at('metadata', 'continue'))}`);
    assert.deepEqual(
      (second.body.items as { metadata: { name: string } }[]).map((item) => item.metadata.name),
      ['c', 'd'],
    );
    assert.equal(second.at('metadata', 'continue'), undefined);
    assert.equal(second.at('metadata', 'resourceVersion'), first.at('metadata', 'resourceVersion'));
  });

  it('refuse a token that is too old, with a way on', async () => {
    const w = world();
    for (const name of ['a', 'b', 'c']) await w.post(configMaps, configMap(name));
    const first = await w.get(`${configMaps}?limit=1`);
    await w.post(configMaps, configMap('d'));
    w.server.compact();
    const second = await w.get(`${configMaps}?limit=1&continue=${String(first.at('metadata', 'continue'))}`);
    assert.equal(second.status, 410);
    const third = await w.get(`${configMaps}?continue=${String(second.at('metadata', 'continue'))}`);
    assert.deepEqual(
      (third.body.items as { metadata: { name: string } }[]).map((item) => item.metadata.name),
      ['b', 'c', 'd'],
    );
  });
});
