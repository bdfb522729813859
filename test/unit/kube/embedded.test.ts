/** The client and the informer against the embedded API server: what a scripted server cannot get wrong by itself. */
import assert from 'node:assert/strict';
import { createApiServer } from '../../../sandbox/server/index.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { virtualClock } from '../../../src/base/virtual-clock.ts';
import { clusterInProcess } from '../../../src/kube/cluster.ts';
import { createExpectations } from '../../../src/kube/expectations.ts';
import { createLease } from '../../../src/kube/lease.ts';
import type { ApiResult } from '../../../src/kube/types.ts';

function bench() {
  const clock = virtualClock();
  const random = seededRandom(1);
  const api = createApiServer({ clock, random });
  const cluster = clusterInProcess(api.transport({ user: 'test', groups: ['system:masters'] }), { clock, random, log: silentLogger });
  const close = async (): Promise<void> => {
    await cluster.close();
    api.close();
  };
  return { clock, random, ...cluster, close };
}

function expectValue<T>(answer: ApiResult<T>): T {
  assert.ok(answer.ok, answer.ok ? '' : `${answer.failure.reason}: ${answer.failure.message}`);
  return answer.value;
}

const settings = (data: Record<string, string>, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default', labels: { app: 'shop' }, ...metadata },
  data,
});
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' };
const apply = { fieldManager: 'lateen', force: true };

describe('client and informer on the embedded API server', () => {
  it('create only once, change, and delete by uid', async () => {
    const { client, close } = bench();
    const created = expectValue(await client.apply(settings({ a: '1' }, { resourceVersion: '1' }), apply));
    const again = await client.apply(settings({ a: '1' }, { resourceVersion: '1' }), apply);
    assert.equal(!again.ok && again.failure.httpStatus, 409);
    const same = expectValue(await client.apply(settings({ a: '1' }, { uid: created.metadata.uid }), apply));
    assert.equal(same.metadata.resourceVersion, created.metadata.resourceVersion);
    const foreign = await client.delete(ref, { uid: 'another' });
    assert.equal(!foreign.ok && foreign.failure.httpStatus, 409);
    assert.equal(expectValue(await client.delete(ref, { uid: created.metadata.uid })).gone, true);
    const missing = await client.get(ref);
    assert.equal(!missing.ok && missing.failure.reason, 'NotFound');
    await close();
  });

  it('say that an object with finalizers is not gone yet', async () => {
    const { client, close } = bench();
    expectValue(await client.create(settings({}, { finalizers: ['example.org/hold'] })));
    assert.equal(expectValue(await client.delete(ref)).gone, false);
    expectValue(await client.patch(ref, { type: 'merge', body: { metadata: { finalizers: null } } }));
    assert.equal((await client.get(ref)).ok, false);
    await close();
  });

  it('show what was written, and the expectation of it is met by the event', async () => {
    const { client, informers, clock, close } = bench();
    const { informer } = informers.acquire({ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'app=shop' });
    const seen: string[] = [];
    informer.subscribe(({ type, gone }) => seen.push(gone === undefined ? type : `${type} ${gone ? 'gone' : 'unproved'}`));
    await clock.settle();
    assert.equal(informer.hasSynced(), true);
    const expectations = createExpectations({ clock, viewOf: () => informer });
    const created = expectValue(await client.create(settings({ a: '1' })));
    expectations.wrote('shop/web', ref, created.metadata.resourceVersion ?? '');
    await clock.settle();
    assert.equal(expectations.lag('shop/web'), undefined);
    expectValue(await client.patch(ref, { type: 'merge', body: { data: { a: '2' } } }));
    expectValue(await client.patch(ref, { type: 'merge', body: { metadata: { labels: { app: null } } } }));
    await clock.settle();
    assert.deepEqual(seen, ['added', 'updated', 'deleted unproved']);
    assert.ok((await client.get(ref)).ok, 'out of the selection is not gone');
    await close();
  });

  it('read many objects in pages that together are one view', async () => {
    const { client, informers, clock, close } = bench();
    for (let i = 0; i < 1203; i++) expectValue(await client.create(settings({}, { name: `s-${i}` })));
    const before = client.requestCount();
    const { informer } = informers.acquire({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', labelSelector: 'app=shop' });
    await clock.advance(30_000);
    assert.equal(informer.list().length, 1203);
    assert.ok(client.requestCount() - before <= 6, `${client.requestCount() - before} requests`);
    await close();
  });

  it('elect one leader', async () => {
    const { leaseClient, clock, random, close } = bench();
    const stand = (identity: string) =>
      createLease({ client: leaseClient, namespace: 'default', name: 'lateen', identity, clock, random, log: silentLogger });
    const [one, two] = [stand('one'), stand('two')];
    one.start();
    await clock.advance(100);
    two.start();
    await clock.advance(30_000);
    assert.deepEqual([one.isLeader(), two.isLeader()], [true, false]);
    await one.stop();
    await clock.advance(5_000);
    assert.deepEqual([one.isLeader(), two.isLeader()], [false, true]);
    await two.stop();
    await close();
  });
});
