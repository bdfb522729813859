import assert from 'node:assert/strict';
import { configMap, configMaps, type World, world } from './world.ts';

async function family(w: World): Promise<string> {
  const owner = await w.post(configMaps, configMap('owner'));
  const uid = String(owner.at('metadata', 'uid'));
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, blockOwnerDeletion: true }];
  await w.post(configMaps, configMap('child', { ownerReferences }));
  return uid;
}

describe('garbage collection', () => {
  it('deletes dependents after their owner', async () => {
    const w = world();
    await family(w);
    assert.equal((await w.delete(`${configMaps}/owner`)).at('status'), 'Success');
    assert.equal((await w.get(`${configMaps}/child`)).status, 200);
    await w.clock.advance(100);
    assert.equal((await w.get(`${configMaps}/child`)).status, 404);
  });

  it('waits for blocking dependents in the foreground', async () => {
    const w = world();
    await family(w);
    await w.merge(`${configMaps}/child`, { metadata: { finalizers: ['example.com/hold'] } });
    await w.delete(`${configMaps}/owner?propagationPolicy=Foreground`);
    await w.clock.advance(1_000);
    assert.deepEqual((await w.get(`${configMaps}/owner`)).at('metadata', 'finalizers'), ['foregroundDeletion']);
    assert.equal(typeof (await w.get(`${configMaps}/child`)).at('metadata', 'deletionTimestamp'), 'string');
    await w.merge(`${configMaps}/child`, { metadata: { finalizers: [] } });
    await w.clock.advance(1_000);
    assert.equal((await w.get(`${configMaps}/owner`)).status, 404);
  });

  it('orphans when asked to', async () => {
    const w = world();
    await family(w);
    await w.delete(`${configMaps}/owner?propagationPolicy=Orphan`);
    await w.clock.advance(1_000);
    assert.equal((await w.get(`${configMaps}/owner`)).status, 404);
    const child = await w.get(`${configMaps}/child`);
    assert.equal(child.status, 200);
    assert.equal(child.at('metadata', 'ownerReferences'), undefined);
  });

  it('deletes an object whose owner never existed, and keeps one whose other owner lives', async () => {
    const w = world();
    const uid = await family(w);
    const gone = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'x' };
    await w.post(configMaps, configMap('lost', { ownerReferences: [gone] }));
    await w.post(configMaps, configMap('kept', { ownerReferences: [gone, { ...gone, name: 'owner', uid }] }));
    await w.clock.advance(100);
    assert.equal((await w.get(`${configMaps}/lost`)).status, 404);
    assert.equal((await w.get(`${configMaps}/kept`)).status, 200);
  });

  it('keeps what is owned by a kind that is not served', async () => {
    const w = world();
    await w.post(configMaps, configMap('a', { ownerReferences: [{ apiVersion: 'x.example.com/v1', kind: 'X', name: 'x', uid: 'x' }] }));
    await w.clock.advance(60_000);
    assert.equal((await w.get(`${configMaps}/a`)).status, 200);
  });
});

describe('namespaces', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } };

  it('take their content with them and refuse new content meanwhile', async () => {
    const w = world();
    await w.post('/api/v1/namespaces', namespace);
    await w.post('/api/v1/namespaces/n/configmaps', configMap('a'));
    await w.post('/api/v1/namespaces/n/configmaps', configMap('held', { finalizers: ['example.com/x'] }));
    assert.equal((await w.delete('/api/v1/namespaces/n')).at('status', 'phase'), 'Terminating');
    const refused = await w.post('/api/v1/namespaces/n/configmaps', configMap('b'));
    assert.equal(refused.status, 403);
    assert.equal(refused.at('details', 'causes', 0, 'reason'), 'NamespaceTerminating');
    await w.clock.advance(1_000);
    const waiting = await w.get('/api/v1/namespaces/n');
    const conditions = waiting.at('status', 'conditions') as { type: string; status: string; message: string }[];
    assert.match(
      conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')?.message ?? '',
      /example.com\/x in 1 resource instances/,
    );
    await w.merge('/api/v1/namespaces/n/configmaps/held', { metadata: { finalizers: null } });
    await w.clock.advance(1_000);
    assert.equal((await w.get('/api/v1/namespaces/n')).status, 404);
  });

  it('must exist before their content', async () => {
    const w = world();
    const answer = await w.post('/api/v1/namespaces/n/configmaps', configMap('a'));
    assert.equal(answer.status, 404);
    assert.equal(answer.at('message'), 'namespaces "n" not found');
  });
});

describe('quotas', () => {
  it('refuse what exceeds them and report what is used', async () => {
    const w = world();
    await w.post('/api/v1/namespaces/default/resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: { hard: { 'count/configmaps': '1' } },
    });
    await w.post(configMaps, configMap('a'));
    const refused = await w.post(configMaps, configMap('b'));
    assert.equal(refused.status, 403);
    assert.equal(
      refused.at('message'),
      'configmaps "b" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
    );
    await w.clock.advance(100);
    assert.deepEqual((await w.get('/api/v1/namespaces/default/resourcequotas/q')).at('status', 'used'), { 'count/configmaps': '1' });
    await w.delete(`${configMaps}/a`);
    assert.equal((await w.post(configMaps, configMap('b'))).status, 201);
  });
});
