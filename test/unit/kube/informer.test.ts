import assert from 'node:assert/strict';
import type { HttpRequest } from '../../../src/base/http.ts';
import { TransportError } from '../../../src/base/http.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { virtualClock } from '../../../src/base/virtual-clock.ts';
import { createClient } from '../../../src/kube/client.ts';
import { createInformer } from '../../../src/kube/informer.ts';
import { createInformers } from '../../../src/kube/informers.ts';
import type { Change, InformerOptions } from '../../../src/kube/types.ts';
import { type Answer, configMap, discoveryAnswer, scriptedTransport, status } from './scripted-transport.ts';

const target = { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'app=shop' };

const page = (resourceVersion: string, items: object[], more?: string): Answer => ({
  status: 200,
  body: { metadata: { resourceVersion, ...(more ? { continue: more } : {}) }, items },
});
const isWatch = ({ path }: HttpRequest): boolean => path.includes('watch=1');
const query = (request: HttpRequest | undefined, name: string): string | null =>
  new URL(request?.path ?? '/', 'http://x').searchParams.get(name);

/** An informer against answers that the test changes while it runs. */
function bench(options: InformerOptions & { watchList?: boolean; selector?: string | null } = {}) {
  const clock = virtualClock();
  const script = { list: (_request: HttpRequest): Answer => page('10', []), watch: (_request: HttpRequest): Answer => ({ status: 200 }) };
  const transport = scriptedTransport(
    (request) => discoveryAnswer(request) ?? (isWatch(request) ? script.watch(request) : script.list(request)),
  );
  const random = seededRandom(1);
  const client = createClient({ transport, clock, random, timeoutMs: 1000 });
  const { watchList = false, selector, ...view } = options;
  const selected = selector === null ? { apiVersion: 'v1', kind: 'ConfigMap' } : target;
  const informer = createInformer({ client, clock, random, log: silentLogger }, selected, view, watchList);
  const seen: string[] = [];
  const changes: Change[] = [];
  informer.subscribe((change) => {
    changes.push(change);
    const { name, resourceVersion } = change.object.metadata;
    seen.push(`${change.type} ${name}@${resourceVersion}${change.gone === undefined ? '' : change.gone ? ' gone' : ' unproved'}`);
  });
  const sent = (): HttpRequest[] => transport.requests.filter(({ path }) => path.includes('configmaps'));
  const start = async (): Promise<void> => {
    informer.start();
    await clock.advance(0);
  };
  /** What has been seen since the last call. */
  const news = (): string[] => seen.splice(0);
  return { clock, script, transport, informer, changes, sent, start, news };
}

describe('informer: the first view', () => {
  it('is read in pages and watched from its resourceVersion', async () => {
    const { script, informer, start, sent, news } = bench();
    script.list = (request) =>
      query(request, 'continue') === 'more' ? page('10', [configMap('b', '4')]) : page('10', [configMap('a', '3')], 'more');
    assert.equal(informer.hasSynced(), false);
    await start();
    assert.equal(informer.hasSynced() && informer.isComplete(), true);
    assert.deepEqual(news(), ['added a@3', 'added b@4']);
    assert.deepEqual(
      sent().map((request) => [query(request, 'limit'), query(request, 'continue'), query(request, 'resourceVersion')]),
      [
        ['500', null, null],
        ['500', 'more', null],
        [null, null, '10'],
      ],
    );
  });

  it('is read in one piece when the server forgot its pages', async () => {
    const { script, informer, start, sent } = bench();
    script.list = (request) => {
      if (query(request, 'continue') !== null) return status(410, 'Expired');
      return query(request, 'limit') === null
        ? page('12', [configMap('a', '3'), configMap('b', '4')])
        : page('10', [configMap('a', '3')], 'more');
    };
    await start();
    assert.equal(informer.list().length, 2);
    assert.equal(sent().length, 4);
  });

  it('comes as a stream where the server offers it, and counts only when the stream says that it is whole', async () => {
    const { transport, clock, informer, start, sent, news } = bench({ watchList: true });
    await start();
    const watch = transport.lastWatch();
    assert.equal(query(sent()[0], 'sendInitialEvents'), 'true');
    watch.send('ADDED', configMap('a', '3'));
    await clock.settle();
    assert.equal(informer.hasSynced(), false);
    watch.send('BOOKMARK', { metadata: { resourceVersion: '10', annotations: { 'k8s.io/initial-events-end': 'true' } } });
    watch.send('MODIFIED', configMap('a', '11'));
    await clock.settle();
    assert.deepEqual(news(), ['added a@3', 'updated a@11']);
    assert.equal(sent().length, 1);
  });

  it('falls back to lists where the stream is refused, or never ends', async () => {
    const refused = bench({ watchList: true });
    refused.script.watch = (request) => (query(request, 'sendInitialEvents') ? status(422, 'Invalid') : { status: 200 });
    await refused.start();
    assert.equal(refused.informer.hasSynced(), true);
    const ignored = bench({ watchList: true });
    await ignored.start();
    ignored.transport.lastWatch().send('ADDED', configMap('a', '3'));
    await ignored.clock.advance(20_000);
    assert.equal(ignored.informer.hasSynced(), true);
    assert.equal(ignored.transport.watches[0]?.closed, true);
  });

  it('is tried again with growing pauses while the server fails', async () => {
    const { script, informer, start, sent, clock } = bench();
    script.list = () => status(500, 'InternalError');
    await start();
    await clock.advance(120_000);
    const attempts = sent().length;
    assert.ok(attempts >= 6 && attempts <= 14, `${attempts} attempts in two minutes`);
    script.list = () => page('10', []);
    await clock.advance(60_000);
    assert.equal(informer.hasSynced() && informer.isComplete(), true);
  });
});

describe('informer: a kind that comes later', () => {
  it('is looked for with growing pauses, and at once when told that kinds changed', async () => {
    const { script, informer, start, clock } = bench();
    script.list = () => ({ status: 404, body: '404 page not found' });
    await start();
    await clock.advance(60_000);
    script.list = () => page('10', [configMap('a', '5')]);
    await clock.settle();
    assert.equal(informer.hasSynced(), false);
    informer.hurry();
    await clock.settle();
    assert.equal(informer.hasSynced() && informer.isComplete(), true);
    informer.hurry();
    await clock.settle();
    assert.equal(informer.state().phase.at, 'watching');
  });
});

describe('informer: events', () => {
  it('ignores duplicates and older states, and takes a new uid for proof that the old object is gone', async () => {
    const { transport, clock, start, news, script } = bench();
    script.list = () => page('10', [configMap('a', '5')]);
    await start();
    const watch = transport.lastWatch();
    watch.send('MODIFIED', configMap('a', '11'));
    watch.send('MODIFIED', configMap('a', '11'));
    watch.send('MODIFIED', configMap('a', '8'));
    watch.send('ADDED', configMap('a', '14', { uid: 'other' }));
    watch.send('DELETED', configMap('a', '13'));
    await clock.settle();
    assert.deepEqual(news(), ['added a@5', 'updated a@11', 'deleted a@11 gone', 'added a@14']);
  });

  it('believes DELETED under a selector only with a deletionTimestamp, without a selector always', async () => {
    const removed = configMap('b', '12', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const selected = bench();
    selected.script.list = () => page('10', [configMap('a', '5'), configMap('b', '6')]);
    await selected.start();
    selected.transport.lastWatch().send('DELETED', configMap('a', '11'));
    selected.transport.lastWatch().send('DELETED', removed);
    await selected.clock.settle();
    assert.deepEqual(selected.news().slice(2), ['deleted a@11 unproved', 'deleted b@12 gone']);
    const all = bench({ selector: null });
    all.script.list = () => page('10', [configMap('a', '5')]);
    await all.start();
    all.transport.lastWatch().send('DELETED', configMap('a', '11'));
    await all.clock.settle();
    assert.deepEqual(all.news().slice(1), ['deleted a@11 gone']);
  });

  it('knows what it has seen, deletions and bookmarks included', async () => {
    const { transport, clock, start, informer, script } = bench();
    script.list = () => page('10', [configMap('a', '5')]);
    await start();
    const sees = (version: string): boolean => informer.hasSeen('shop', 'a', version);
    assert.deepEqual([sees('10'), sees('11')], [true, false]);
    transport.lastWatch().send('DELETED', configMap('a', '12'));
    await clock.settle();
    assert.deepEqual([sees('12'), sees('13')], [true, false]);
    transport.lastWatch().send('BOOKMARK', { metadata: { resourceVersion: '100' } });
    transport.lastWatch().send('BOOKMARK', { metadata: { resourceVersion: '99' } });
    await clock.settle();
    assert.deepEqual([sees('100'), sees('101')], [true, false]);
  });

  it('keeps indices and the transformed objects, whatever one malformed object does', async () => {
    const { transport, clock, start, informer } = bench({
      transform: (object) => {
        if (object.metadata.name === 'bad') throw new Error('no');
        return { ...object, data: undefined };
      },
      indexers: { owner: (object) => [String(object.metadata.labels?.owner)] },
    });
    await start();
    const watch = transport.lastWatch();
    watch.send('ADDED', configMap('bad', '11'));
    watch.send('ADDED', configMap('a', '12', { data: { big: 'x' }, metadata: { labels: { owner: 'one' } } }));
    watch.send('MODIFIED', configMap('a', '13', { metadata: { labels: { owner: 'two' } } }));
    await clock.settle();
    assert.deepEqual(informer.byIndex('owner', 'one'), []);
    assert.equal(informer.byIndex('owner', 'two')[0]?.data, undefined);
    assert.equal(informer.list().length, 2);
  });

  it('tells a late listener what is there, and a failing listener harms nobody', async () => {
    const { transport, clock, start, informer, news } = bench();
    await start();
    informer.subscribe(() => {
      throw new Error('a bug');
    });
    transport.lastWatch().send('ADDED', configMap('a', '11'));
    await clock.settle();
    const late: string[] = [];
    informer.subscribe((change) => late.push(change.object.metadata.name));
    assert.deepEqual([late, news()], [['a'], ['added a@11']]);
  });
});

describe('informer: broken watches', () => {
  it('goes on from the last resourceVersion, at once after a normal end, with a pause after a break', async () => {
    const { transport, clock, start, sent, script } = bench();
    script.list = () => page('10', [configMap('a', '5')]);
    await start();
    transport.lastWatch().send('MODIFIED', configMap('a', '20'));
    await clock.advance(300_000);
    transport.lastWatch().end();
    await clock.settle();
    assert.equal(query(sent().at(-1), 'resourceVersion'), '20');
    const opened = transport.watches.length;
    transport.lastWatch().break();
    await clock.settle();
    assert.equal(transport.watches.length, opened);
    await clock.advance(1000);
    assert.equal(transport.watches.length, opened + 1);
    assert.equal(sent().filter((request) => !isWatch(request)).length, 1, 'no second list');
  });

  it('lists again after 410 no older than what it knows, and finds what vanished meanwhile, unproved', async () => {
    const { transport, clock, start, sent, script, news, informer } = bench();
    script.list = () => page('10', [configMap('a', '5'), configMap('b', '6')]);
    await start();
    news();
    script.list = () => page('30', [configMap('b', '25'), configMap('c', '26')]);
    transport.lastWatch().send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
    await clock.advance(2000);
    assert.deepEqual(news(), ['deleted a@5 unproved', 'updated b@25', 'added c@26']);
    const relist = sent().filter((request) => !isWatch(request))[1];
    assert.deepEqual([query(relist, 'resourceVersion'), query(relist, 'resourceVersionMatch')], ['10', 'NotOlderThan']);
    assert.equal(informer.isComplete(), true);
  });

  it('does nothing more after it was stopped', async () => {
    const { transport, clock, start, informer, sent } = bench();
    await start();
    informer.stop();
    const before = sent().length;
    transport.lastWatch().send('ADDED', configMap('a', '11'));
    await clock.advance(600_000);
    assert.equal(sent().length, before);
    assert.equal(informer.list().length, 0);
    assert.equal(clock.pending(), 0);
  });
});

describe('informer: views that are not believed', () => {
  const expire = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };

  it('freezes after a collapse to zero until a list thirty seconds later agrees', async () => {
    const { transport, clock, start, script, informer } = bench();
    script.list = () => page('10', [configMap('a', '5')]);
    await start();
    script.list = () => page('30', []);
    transport.lastWatch().send('ERROR', expire);
    await clock.advance(2000);
    assert.deepEqual([informer.list().length, informer.isComplete()], [0, false]);
    await clock.advance(27_000);
    assert.equal(informer.isComplete(), false);
    await clock.advance(5_000);
    assert.equal(informer.isComplete(), true);
  });

  it('stays frozen when the second list disagrees with the view', async () => {
    const { transport, clock, start, script, informer } = bench();
    script.list = () => page('10', [configMap('a', '5')]);
    await start();
    script.list = () => page('30', []);
    transport.lastWatch().send('ERROR', expire);
    await clock.advance(2000);
    script.list = () => page('31', [configMap('a', '5')]);
    await clock.advance(31_000);
    assert.deepEqual([informer.list().length, informer.isComplete()], [1, false]);
    await clock.advance(31_000);
    assert.equal(informer.isComplete(), true);
  });

  it('freezes after a failed list', async () => {
    const { transport, clock, start, script, informer } = bench();
    script.list = () => page('10', [configMap('a', '5')]);
    await start();
    script.list = () => status(500, 'InternalError');
    transport.lastWatch().send('ERROR', expire);
    await clock.advance(2000);
    assert.deepEqual([informer.list().length, informer.isComplete()], [1, false], 'the old view stays, but proves nothing');
    script.list = () => page('30', [configMap('a', '5')]);
    await clock.advance(20_000);
    assert.equal(informer.isComplete(), false);
    await clock.advance(60_000);
    assert.equal(informer.isComplete(), true);
  });

  it('freezes when the resourceVersion went back: the store was restored from a backup', async () => {
    const { transport, clock, start, script, informer, news } = bench();
    script.list = () => page('1000', [configMap('a', '900'), configMap('b', '950')]);
    await start();
    news();
    const tooLarge = status(504, 'Timeout', 'Too large resource version: 1000, current: 500');
    script.watch = (request) => (Number(query(request, 'resourceVersion')) > 500 ? tooLarge : { status: 200 });
    script.list = (request) => (Number(query(request, 'resourceVersion')) > 500 ? tooLarge : page('500', [configMap('a', '400')]));
    transport.lastWatch().break();
    await clock.advance(15_000);
    assert.deepEqual(news(), ['deleted b@950 unproved', 'updated a@400']);
    assert.equal(informer.isComplete(), false);
    await clock.advance(60_000);
    assert.equal(informer.isComplete(), true);
  });

  it('asks a server that only lags behind until it has caught up, and loses nothing', async () => {
    const { transport, clock, start, script, informer, news, sent } = bench();
    script.list = () => page('1000', [configMap('a', '900')]);
    await start();
    news();
    let refusals = 2;
    script.watch = () => (refusals-- > 0 ? new TransportError('unreachable', 'refused') : { status: 200 });
    transport.lastWatch().break();
    await clock.advance(10_000);
    assert.deepEqual([news(), informer.isComplete()], [[], true]);
    assert.equal(sent().filter((request) => !isWatch(request)).length, 1);
  });
});

describe('informers', () => {
  it('share one watch per selection and close it with the last user', async () => {
    const clock = virtualClock();
    const transport = scriptedTransport((request) => discoveryAnswer(request) ?? (isWatch(request) ? { status: 200 } : page('10', [])));
    const random = seededRandom(1);
    const client = createClient({ transport, clock, random });
    const informers = createInformers({ client, clock, random, log: silentLogger, watchList: false });
    const first = informers.acquire(target);
    const second = informers.acquire({ ...target });
    const other = informers.acquire({ ...target, namespace: 'shop' });
    await clock.settle();
    assert.equal(first.informer, second.informer);
    assert.notEqual(first.informer, other.informer);
    assert.equal(transport.watches.length, 2);
    first.release();
    first.release();
    assert.equal(
      transport.watches.some((watch) => watch.closed),
      false,
    );
    second.release();
    assert.equal(transport.watches.filter((watch) => watch.closed).length, 1);
    await informers.stop();
    assert.equal(
      transport.watches.every((watch) => watch.closed),
      true,
    );
    assert.equal(informers.size(), 0);
  });

  it('remember that a server offers no stream of initial events', async () => {
    const clock = virtualClock();
    const transport = scriptedTransport((request) => {
      if (isWatch(request)) return query(request, 'sendInitialEvents') ? status(422, 'Invalid') : { status: 200 };
      return discoveryAnswer(request) ?? page('10', []);
    });
    const random = seededRandom(1);
    const client = createClient({ transport, clock, random });
    const informers = createInformers({ client, clock, random, log: silentLogger });
    informers.acquire(target);
    informers.acquire({ ...target, namespace: 'early' });
    await clock.settle();
    informers.acquire({ ...target, namespace: 'shop' });
    await clock.settle();
    assert.equal(transport.watches.length, 3);
    assert.equal(transport.requests.filter((request) => query(request, 'sendInitialEvents')).length, 1);
  });
});
