import assert from 'node:assert/strict';
import type { Fault, SeenRequest } from '../../../sandbox/server/index.ts';
import { TransportError } from '../../../src/base/http.ts';
import { configMap, configMaps, world } from './world.ts';

describe('hooks', () => {
  it('count requests as the audit log would', async () => {
    const seen: string[] = [];
    const w = world({
      audit: ({ user, verb, resource, subresource, dryRun }: SeenRequest, status) =>
        seen.push([user, verb, resource, subresource, dryRun, status].join(' ')),
    });
    await w.post(`${configMaps}?dryRun=All`, configMap('a'));
    await w.get(`${configMaps}/a`);
    await w.get(configMaps);
    assert.deepEqual(seen, ['tester create configmaps  true 201', 'tester get configmaps  false 404', 'tester list configmaps  false 200']);
  });

  it('inject answers with Retry-After', async () => {
    const w = world({ intercept: (): Fault => ({ status: 429, retryAfterSeconds: 3 }) });
    const answer = await w.get(configMaps);
    assert.equal(answer.status, 429);
    assert.equal(answer.headers['retry-after'], '3');
    assert.equal(answer.at('reason'), 'TooManyRequests');
  });

  it('break the connection after the server has acted', async () => {
    let drop = true;
    const w = world({ intercept: ({ verb }): Fault | undefined => (drop && verb === 'create' ? { drop: 'after' } : undefined) });
    await assert.rejects(w.post(configMaps, configMap('a')), (error) => error instanceof TransportError && error.code === 'broken');
    drop = false;
    assert.equal((await w.get(`${configMaps}/a`)).status, 200);
  });

  it('delay on the clock, so that deadlines pass', async () => {
    const w = world({ intercept: (): Fault => ({ delayMs: 10_000 }) });
    const late = assert.rejects(
      w.transport.request({ method: 'GET', path: configMaps, timeoutMs: 5_000 }),
      (error) => error instanceof TransportError && error.code === 'timeout',
    );
    await w.clock.advance(5_000);
    await late;
  });

  it('decide over access in the words of the real server', async () => {
    const w = world({ authorize: ({ verb, resource }) => (verb === 'list' && resource === 'secrets' ? '' : true) });
    const answer = await w.get('/api/v1/namespaces/default/secrets');
    assert.equal(answer.status, 403);
    assert.equal(
      answer.at('message'),
      'secrets is forbidden: User "tester" cannot list resource "secrets" in API group "" in the namespace "default"',
    );
    const review = await w.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'list', resource: 'secrets', namespace: 'default' } },
    });
    assert.equal(review.at('status', 'allowed'), false);
  });

  it('never take an empty name for a licence to impersonate', async () => {
    const w = world();
    assert.equal((await w.get(configMaps, { 'Impersonate-User': '' })).status, 500);
  });
});

describe('determinism', () => {
  it('gives the same bytes for the same seed', async () => {
    const run = async (): Promise<unknown> => {
      const w = world({}, 7);
      await w.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'x-' } });
      await w.post('/api/v1/namespaces/default/services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: { ports: [{ port: 80 }] },
      });
      await w.clock.advance(10_000);
      return [(await w.get(configMaps)).body, (await w.get('/api/v1/services')).body];
    };
    assert.deepEqual(await run(), await run());
  });
});

describe('paths', () => {
  it('that nobody serves are answered as the real server does', async () => {
    const w = world();
    assert.equal((await w.get('/nothing')).status, 404);
    assert.equal((await w.get('/apis/apps/v1/namespaces/default/foos')).at('reason'), 'NotFound');
    assert.equal((await w.put(configMaps, {})).status, 405);
    assert.equal((await w.get(configMaps, { accept: 'text/html' })).status, 406);
    assert.equal(
      (await w.transport.request({ method: 'POST', path: configMaps, headers: { 'content-type': 'text/plain' }, body: 'x' })).status,
      415,
    );
  });
});
