import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { type VirtualClock, virtualClock } from '../../../src/base/virtual-clock.ts';
import { createLease, type LeaderLease } from '../../../src/kube/lease.ts';
import { initialLease, mayWrite, standardTiming, stepLease } from '../../../src/kube/lease-machine.ts';
import type { ApiResult, KubeClient } from '../../../src/kube/types.ts';

type Client = Pick<KubeClient, 'get' | 'create' | 'replace'>;

const fail = (httpStatus: number, reason: string): { ok: false; failure: { httpStatus: number; reason: string; message: string } } => ({
  ok: false,
  failure: { httpStatus, reason, message: reason },
});

/** One Lease with optimistic concurrency; `reachable` says whether a candidate's requests arrive. */
function leaseServer() {
  const server = { object: undefined as KubeObject | undefined, version: 0, requests: 0 };
  const client = (reachable: () => boolean): Client => {
    const store = (object: KubeObject): ApiResult<KubeObject> => {
      server.object = { ...object, metadata: { ...object.metadata, resourceVersion: `${++server.version}` } };
      return { ok: true, value: server.object };
    };
    const reach = async (then: () => ApiResult<KubeObject>): Promise<ApiResult<KubeObject>> => {
      server.requests++;
      return reachable() ? then() : fail(0, 'Unreachable');
    };
    return {
      get: () => reach(() => (server.object ? { ok: true, value: server.object } : fail(404, 'NotFound'))),
      create: (object) => reach(() => (server.object ? fail(409, 'AlreadyExists') : store(object))),
      replace: (object) =>
        reach(() => (object.metadata.resourceVersion === server.object?.metadata.resourceVersion ? store(object) : fail(409, 'Conflict'))),
    };
  };
  return { server, client };
}

function candidate(identity: string, client: Client, clock: VirtualClock, seed: number): LeaderLease & { news: boolean[] } {
  const news: boolean[] = [];
  const onChange = (leading: boolean): void => void news.push(leading);
  const random = seededRandom(seed);
  const lease = createLease({ client, namespace: 'lateen-system', name: 'lateen', identity, clock, random, log: silentLogger, onChange });
  return Object.assign(lease, { news });
}

describe('leader election', () => {
  it('creates the Lease, leads, and renews with one request every two seconds', async () => {
    const clock = virtualClock();
    const { server, client } = leaseServer();
    const one = candidate(
      'one',
      client(() => true),
      clock,
      1,
    );
    one.start();
    await clock.settle();
    assert.equal(one.isLeader(), true);
    const before = server.requests;
    await clock.advance(22_000);
    assert.ok(server.requests - before >= 9 && server.requests - before <= 11, `${server.requests - before} requests in 22 s`);
    assert.deepEqual(one.news, [true]);
  });

  it('hands over at once when the leader stops', async () => {
    const clock = virtualClock();
    const { server, client } = leaseServer();
    const one = candidate(
      'one',
      client(() => true),
      clock,
      1,
    );
    const two = candidate(
      'two',
      client(() => true),
      clock,
      2,
    );
    one.start();
    await clock.advance(1000);
    two.start();
    await clock.advance(5000);
    assert.deepEqual([one.isLeader(), two.isLeader(), two.holder()], [true, false, 'one']);
    await one.stop();
    assert.equal(one.isLeader(), false);
    await clock.advance(3000);
    assert.equal(two.isLeader(), true);
    assert.partialDeepStrictEqual(server.object?.spec, { leaseTransitions: 1, holderIdentity: 'two' });
  });

  it('stops writing before the renew deadline when the API server is away, and a successor waits out the Lease', async () => {
    const clock = virtualClock();
    const { client } = leaseServer();
    let cut = false;
    const one = candidate(
      'one',
      client(() => !cut),
      clock,
      1,
    );
    const two = candidate(
      'two',
      client(() => true),
      clock,
      2,
    );
    one.start();
    await clock.settle();
    two.start();
    await clock.advance(6000);
    cut = true;
    await clock.advance(9000);
    assert.equal(one.isLeader(), false);
    assert.equal(two.isLeader(), false, 'nobody leads in between');
    assert.deepEqual(one.news, [true, false]);
    await clock.advance(9000);
    assert.equal(two.isLeader(), true);
    cut = false;
    await clock.advance(10_000);
    assert.deepEqual([one.isLeader(), two.isLeader()], [false, true]);
  });

  it('believes what it observes and no wall time: a Lease written by a clock years ahead runs out all the same', async () => {
    const clock = virtualClock();
    const { server, client } = leaseServer();
    server.object = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'lateen', namespace: 'lateen-system', resourceVersion: '0' },
      spec: { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '2999-01-01T00:00:00.000000Z' },
    };
    const one = candidate(
      'one',
      client(() => true),
      clock,
      1,
    );
    one.start();
    await clock.advance(14_000);
    assert.equal(one.isLeader(), false);
    await clock.advance(4_000);
    assert.equal(one.isLeader(), true);
  });

  it('never has two leaders at once, whoever is cut off when', async () => {
    const cuts = fc.array(fc.record({ who: fc.nat(2), afterMs: fc.integer({ min: 100, max: 12_000 }) }), { minLength: 3, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat(1000), async (steps, seed) => {
        const clock = virtualClock();
        const { client } = leaseServer();
        const cut = [false, false, false];
        const all = [0, 1, 2].map((index) =>
          candidate(
            `c${index}`,
            client(() => !cut[index]),
            clock,
            seed + index,
          ),
        );
        for (const one of all) one.start();
        for (const { who, afterMs } of steps) {
          for (let passed = 0; passed < afterMs; passed += 500) {
            await clock.advance(500);
            assert.ok(all.filter((one) => one.isLeader()).length <= 1);
          }
          cut[who] = !cut[who];
        }
        cut.fill(false);
        await clock.advance(40_000);
        assert.equal(all.filter((one) => one.isLeader()).length, 1);
      }),
      { numRuns: 10 },
    );
  });
});

describe('the fence of a leader', () => {
  const lease = { resourceVersion: '7', holder: 'one', durationMs: 15_000, transitions: 0 };

  it('counts from when the renewal was sent, not from when its answer came', () => {
    const { state } = stepLease(
      { ...initialLease, phase: 'standby' },
      { type: 'written', sentAt: 1_000, at: 6_000, lease },
      'one',
      standardTiming,
    );
    assert.equal(mayWrite(state, 9_999, standardTiming), true);
    assert.equal(mayWrite(state, 10_000, standardTiming), false);
  });

  it('makes nobody a leader by an answer that came too late', () => {
    const late = stepLease({ ...initialLease, phase: 'standby' }, { type: 'written', sentAt: 0, at: 9_500, lease }, 'one', standardTiming);
    assert.equal(late.state.phase, 'standby');
    assert.deepEqual(late.effects, [{ do: 'pause', ms: 2000 }]);
  });

  it('falls at once when the Lease is read in another name', () => {
    const leading = { phase: 'leading' as const, seen: { lease, since: 0 }, renewedAt: 0 };
    const other = { ...lease, resourceVersion: '8', holder: 'two' };
    const overtaken = stepLease(leading, { type: 'read', at: 1_000, lease: other }, 'one', standardTiming);
    assert.equal(mayWrite(overtaken.state, 1_000, standardTiming), false);
    assert.deepEqual(overtaken.effects[0], { do: 'announce', leading: false });
  });
});
