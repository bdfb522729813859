import assert from 'node:assert/strict';
import { configMap, configMaps, deployment, deployments, world } from './world.ts';

describe('writing objects', () => {
  it('gives every write a higher revision and refuses stale ones', async () => {
    const w = world();
    const first = await w.post(configMaps, configMap('a'));
    assert.equal(first.status, 201);
    const second = await w.merge(`${configMaps}/a`, { data: { a: '2' } });
    assert.ok(Number(second.at('metadata', 'resourceVersion')) > Number(first.at('metadata', 'resourceVersion')));
    const stale = await w.put(`${configMaps}/a`, first.body);
    assert.equal(stale.status, 409);
    assert.equal(
      stale.at('message'),
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('writes nothing when nothing changes', async () => {
    const w = world();
    const first = await w.post(configMaps, configMap('a'));
    const second = await w.merge(`${configMaps}/a`, { data: { a: '1' } });
    assert.equal(second.at('metadata', 'resourceVersion'), first.at('metadata', 'resourceVersion'));
  });

  it('counts a generation for a changed spec, not for a label or a status', async () => {
    const w = world();
    await w.post(deployments, deployment('web'));
    assert.equal((await w.merge(`${deployments}/web`, { metadata: { labels: { a: 'b' } } })).at('metadata', 'generation'), 1);
    assert.equal(
      (await w.merge(`${deployments}/web/status`, { status: { replicas: 1 }, spec: { replicas: 9 } })).at('metadata', 'generation'),
      1,
    );
    const scaled = await w.merge(`${deployments}/web`, { spec: { replicas: 3 }, status: { replicas: 7 } });
    assert.equal(scaled.at('metadata', 'generation'), 2);
    assert.equal(scaled.at('status', 'replicas'), 1);
  });

  it('tries a write out without keeping it', async () => {
    const w = world();
    assert.equal((await w.post(`${configMaps}?dryRun=All`, configMap('a'))).status, 201);
    assert.equal((await w.get(`${configMaps}/a`)).status, 404);
    const before = w.server.engine.store.revision;
    await w.post(`${deployments}?dryRun=All`, deployment('web'));
    assert.equal(w.server.engine.store.revision, before);
  });

  it('keeps an object with finalizers until they are gone', async () => {
    const w = world();
    await w.post(configMaps, configMap('a', { finalizers: ['example.com/x'] }));
    assert.equal(typeof (await w.delete(`${configMaps}/a`)).at('metadata', 'deletionTimestamp'), 'string');
    assert.equal((await w.merge(`${configMaps}/a`, { metadata: { finalizers: ['example.com/x', 'example.com/y'] } })).status, 422);
    assert.equal((await w.merge(`${configMaps}/a`, { metadata: { finalizers: [] } })).status, 200);
    assert.equal((await w.get(`${configMaps}/a`)).status, 404);
  });

  it('refuses a delete whose uid is not the one meant', async () => {
    const w = world();
    await w.post(configMaps, configMap('a'));
    const answer = await w.delete(`${configMaps}/a`, { kind: 'DeleteOptions', preconditions: { uid: 'other' } });
    assert.equal(answer.status, 409);
    assert.equal((await w.get(`${configMaps}/a`)).status, 200);
  });

  it('refuses integers that would be rounded', async () => {
    const w = world();
    const answer = await w.post(configMaps, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","generation":9007199254740993}}');
    assert.equal(answer.status, 400);
    assert.match(String(answer.at('message')), /9007199254740993/);
  });

  it('reports doubled and unknown fields as asked', async () => {
    const w = world();
    const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1","k":"2"},"foo":1}';
    const strict = await w.post(`${configMaps}?fieldValidation=Strict`, body);
    assert.equal(strict.status, 400);
    assert.match(String(strict.at('message')), /duplicate field "data.k", unknown field "foo"/);
    const warned = await w.post(configMaps, body);
    assert.equal(warned.headers.warning, '299 - "duplicate field \\"data.k\\"", 299 - "unknown field \\"foo\\""');
    assert.equal(warned.at('foo'), undefined);
  });

  it('refuses requests larger than 3 MiB', async () => {
    const w = world();
    assert.equal((await w.post(configMaps, configMap('a', {}, { a: 'x'.repeat(3 * 1024 * 1024) }))).status, 413);
  });
});

describe('server-side apply', () => {
  it('creates only, with resourceVersion "1"', async () => {
    const w = world();
    assert.equal((await w.apply(`${configMaps}/a`, configMap('a', { resourceVersion: '1' }))).status, 201);
    assert.equal((await w.apply(`${configMaps}/a`, configMap('a', { resourceVersion: '1' }))).status, 409);
  });

  it('takes a uid as proof: 422 for a recreated object, 409 for a vanished one', async () => {
    const w = world();
    const first = await w.apply(`${configMaps}/a`, configMap('a'));
    const uid = first.at('metadata', 'uid');
    assert.equal((await w.apply(`${configMaps}/a`, configMap('a', { uid }, { a: '2' }))).status, 200);
    await w.delete(`${configMaps}/a`);
    assert.equal((await w.apply(`${configMaps}/a`, configMap('a', { uid }))).status, 409);
    await w.post(configMaps, configMap('a'));
    assert.equal((await w.apply(`${configMaps}/a`, configMap('a', { uid }), 'tester', '&force=true')).status, 422);
  });

  it('names the other manager in a conflict', async () => {
    const w = world();
    await w.apply(`${configMaps}/a`, configMap('a'), 'one');
    const answer = await w.apply(`${configMaps}/a`, configMap('a', {}, { a: '2' }), 'two');
    assert.equal(answer.status, 409);
    assert.deepEqual(answer.at('details', 'causes'), [
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
    ]);
  });

  it('leaves a field that nobody applies any more', async () => {
    const w = world();
    await w.apply(`${configMaps}/a`, configMap('a', {}, { a: '1', b: '2' }), 'one');
    const answer = await w.apply(`${configMaps}/a`, configMap('a'), 'one');
    assert.deepEqual(answer.at('data'), { a: '1' });
  });
});
