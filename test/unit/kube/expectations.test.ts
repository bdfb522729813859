import assert from 'node:assert/strict';
import type { KubeObject, ObjectRef } from '../../../src/api/object.ts';
import { virtualClock } from '../../../src/base/virtual-clock.ts';
import { createExpectations } from '../../../src/kube/expectations.ts';
import { hasReached } from '../../../src/kube/resource-version.ts';
import { createStore } from '../../../src/kube/store.ts';
import type { ApiResult } from '../../../src/kube/types.ts';
import { configMap } from './scripted-transport.ts';

const ref: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };

function bench() {
  const clock = virtualClock();
  const store = createStore();
  const view = { seenUpTo: '1' };
  const hasSeen = (_namespace: string | undefined, _name: string, version: string): boolean => hasReached(view.seenUpTo, version);
  const expectations = createExpectations({ clock, viewOf: (one) => (one.kind === 'ConfigMap' ? { get: store.get, hasSeen } : undefined) });
  return { clock, store, view, expectations };
}

describe('expectations', () => {
  it('lag until the view has seen the write, for its owner only', async () => {
    const { clock, view, expectations } = bench();
    expectations.wrote('shop/web', ref, '9');
    await clock.advance(40);
    assert.equal(expectations.lag('shop/web'), 40);
    assert.equal(expectations.isBehind('shop/web', ref), true);
    assert.equal(expectations.lag('shop/other'), undefined);
    view.seenUpTo = '10';
    assert.equal(expectations.lag('shop/web'), undefined);
    assert.equal(expectations.isBehind('shop/web', ref), false);
  });

  it('wait for the newest of several writes, in whatever order their answers came', () => {
    const { view, expectations } = bench();
    expectations.wrote('o', ref, '12');
    expectations.wrote('o', ref, '9');
    view.seenUpTo = '9';
    assert.notEqual(expectations.lag('o'), undefined);
    view.seenUpTo = '12';
    assert.equal(expectations.lag('o'), undefined);
  });

  it('of a delete are met when the uid has left the view, a successor of the name included', () => {
    const { store, expectations } = bench();
    store.put(configMap('a', '3', { uid: 'old' }));
    expectations.deleted('o', ref, 'old');
    assert.notEqual(expectations.lag('o'), undefined);
    store.put(configMap('a', '4', { uid: 'new' }));
    assert.equal(expectations.lag('o'), undefined);
  });

  it('never lag where nobody looks', () => {
    const { expectations } = bench();
    expectations.wrote('o', { ...ref, kind: 'Secret' }, '9');
    assert.equal(expectations.lag('o'), undefined);
  });

  it('are settled by one GET after ten seconds, which an unreachable server does not give', async () => {
    const { clock, expectations } = bench();
    expectations.wrote('o', ref, '9');
    await clock.advance(9_999);
    const answers: ApiResult<KubeObject>[] = [
      { ok: false, failure: { httpStatus: 0, reason: 'Unreachable', message: '' } },
      { ok: true, value: configMap('a', '9') },
    ];
    let asked = 0;
    const client = {
      get: async () => {
        const answer = answers[asked++];
        assert.ok(answer);
        return answer;
      },
    };
    await expectations.ask('o', client);
    assert.equal(asked, 0);
    await clock.advance(1);
    assert.deepEqual(expectations.overdue('o'), [ref]);
    await expectations.ask('o', client);
    assert.notEqual(expectations.lag('o'), undefined);
    await expectations.ask('o', client);
    assert.equal(expectations.lag('o'), undefined);
    await expectations.ask('o', client);
    assert.equal(asked, 2);
  });
});
