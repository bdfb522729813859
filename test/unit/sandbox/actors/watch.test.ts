import assert from 'node:assert/strict';
import { pods } from '../../../../sandbox/actors/kinds.ts';
import { workQueue } from '../../../../sandbox/actors/queue.ts';
import { followResource } from '../../../../sandbox/actors/watch.ts';
import { type HttpRequest, type Transport, TransportError } from '../../../../src/base/http.ts';
import { silentLogger } from '../../../../src/base/logger.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { virtualClock } from '../../../../src/base/virtual-clock.ts';

const item = (name: string, version: number, more: object = {}) => ({
  metadata: { name, namespace: 'shop', uid: name, resourceVersion: String(version), ...more },
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** A scripted server: each list answers with the next of `lists`, each watch plays the next of `watches`. */
function scripted(lists: { version: number; items: object[] }[], watches: (string[] | Error)[]) {
  const asked: string[] = [];
  const transport: Transport = {
    async request({ path }: HttpRequest) {
      asked.push(`list ${path}`);
      const next = lists.shift();
      if (!next) throw new TransportError('unreachable', 'no more lists');
      return { status: 200, headers: {}, body: JSON.stringify({ metadata: { resourceVersion: String(next.version) }, items: next.items }) };
    },
    async stream({ path, signal }: HttpRequest) {
      asked.push(`watch ${/resourceVersion=(\d+)/.exec(path)?.[1]}`);
      const next = watches.shift();
      if (next instanceof Error) throw next;
      const pieces = next;
      async function* body() {
        if (pieces) yield* pieces;
        else await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      }
      return { status: 200, headers: {}, body: body(), close: () => undefined };
    },
    close: async () => undefined,
  };
  const clock = virtualClock();
  const view = followResource(pods, { transport, clock, random: seededRandom(1), log: silentLogger });
  const names = (): string[] =>
    view
      .list()
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
      .sort();
  return { asked, clock, view, names };
}

describe('list and watch', () => {
  it('lists, follows, and continues from the last version after the stream ends', async () => {
    const { asked, clock, view, names } = scripted(
      [{ version: 5, items: [item('a', 3)] }],
      [
        [
          line('ADDED', item('b', 6)).slice(0, 20),
          line('ADDED', item('b', 6)).slice(20) + line('DELETED', item('a', 7)),
          line('BOOKMARK', { metadata: { resourceVersion: '9' } }),
        ],
      ],
    );
    await clock.advance(500);
    assert.deepEqual(names(), ['b@6']);
    assert.deepEqual(asked.slice(1), ['watch 5', 'watch 9']);
    view.stop();
  });
  it('lists again after 410, and forgets what is no longer there', async () => {
    const { asked, clock, view, names } = scripted(
      [
        { version: 5, items: [item('a', 3), item('b', 4)] },
        { version: 20, items: [item('b', 4)] },
      ],
      [[line('ERROR', { kind: 'Status', code: 410 })]],
    );
    await clock.advance(1_000);
    assert.deepEqual(names(), ['b@4']);
    assert.equal(asked.filter((each) => each.startsWith('list')).length, 2);
    view.stop();
  });
  it('backs off while the connection fails', async () => {
    const { asked, clock, view } = scripted(
      [{ version: 5, items: [] }],
      Array.from({ length: 100 }, () => new TransportError('broken', 'gone')),
    );
    await clock.advance(10_000);
    assert.ok(asked.length > 4 && asked.length < 15, `${asked.length} requests in 10 s`);
    view.stop();
  });
  it('takes own writes at once and older events never', async () => {
    const { clock, view, names } = scripted([{ version: 5, items: [item('a', 3)] }], []);
    await clock.advance(100);
    const changes: string[] = [];
    view.subscribe((now, before) => changes.push(`${before?.metadata.resourceVersion} to ${now?.metadata.resourceVersion}`));
    const written = { ...item('a', 8), apiVersion: 'v1', kind: 'Pod', spec: { containers: [] } };
    view.accept(written);
    view.accept({ ...written, metadata: { ...written.metadata, resourceVersion: '7' } });
    assert.deepEqual([names(), changes], [['a@8'], ['3 to 8']]);
    view.forget(written);
    view.accept(written);
    assert.deepEqual(names(), []);
    view.stop();
  });
  it('finds objects by their controller, and those without one', async () => {
    const owned = item('a', 3, { ownerReferences: [{ uid: 'r', controller: true }] });
    const { clock, view } = scripted([{ version: 5, items: [owned, item('b', 4)] }], []);
    await clock.advance(100);
    assert.deepEqual(
      [view.ownedBy('r').map(({ metadata }) => metadata.name), view.orphans('shop').map(({ metadata }) => metadata.name)],
      [['a'], ['b']],
    );
    view.stop();
  });
});

describe('work queue', () => {
  it('works once on a key that was added often, and once more when it was added meanwhile', async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    const queue = workQueue({
      clock,
      random: seededRandom(1),
      concurrency: 2,
      work: async (key) => {
        seen.push(key);
        if (seen.length === 1) queue.add(key);
        return { type: 'done' };
      },
    });
    for (let i = 0; i < 3; i++) queue.add('a');
    queue.add('b');
    await clock.settle();
    assert.deepEqual(seen.sort(), ['a', 'a', 'b']);
  });
  it('backs off by key and starts small again after a success', async () => {
    const clock = virtualClock(0);
    const at: number[] = [];
    const queue = workQueue({
      clock,
      random: seededRandom(1),
      concurrency: 1,
      work: async () => {
        at.push(clock.monotonic());
        return at.length < 5 ? { type: 'failed' } : { type: 'done' };
      },
    });
    queue.add('a');
    await clock.advance(5_000);
    const gaps = at.slice(1).map((each, i) => each - (at[i] ?? 0));
    assert.equal(at.length, 5);
    assert.ok(
      gaps.every((gap, i) => i === 0 || gap > (gaps[i - 1] ?? 0)),
      gaps.join(' '),
    );
    queue.stop();
  });
});
