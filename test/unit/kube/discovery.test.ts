import assert from 'node:assert/strict';
import { type HttpRequest, TransportError } from '../../../src/base/http.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { virtualClock } from '../../../src/base/virtual-clock.ts';
import { createClient } from '../../../src/kube/client.ts';
import { type Answer, aggregatedGroups, discoveryAnswer, scriptedTransport } from './scripted-transport.ts';

const shopKind = {
  metadata: { name: 'shop.example.org' },
  versions: [
    {
      version: 'v1',
      freshness: 'Current',
      resources: [{ resource: 'carts', responseKind: { kind: 'Cart' }, scope: 'Namespaced', verbs: ['get'] }],
    },
  ],
};

/** A server whose served groups the test changes. */
function server() {
  const world = { groups: aggregatedGroups.items as unknown[], down: false };
  const clock = virtualClock();
  const transport = scriptedTransport((request): Answer => {
    if (world.down) return new TransportError('unreachable', 'connection refused');
    const answer = discoveryAnswer(request);
    if (!answer || answer instanceof TransportError) return { status: 404, body: '404 page not found' };
    return request.path === '/apis' ? { ...answer, body: { kind: 'APIGroupDiscoveryList', items: world.groups } } : answer;
  });
  return { world, clock, transport, client: createClient({ transport, clock, random: seededRandom(1), timeoutMs: 1000 }) };
}

/** Lets retries of a failing discovery pass. */
async function during<T>(promise: Promise<T>, advance: () => Promise<void>): Promise<T> {
  await advance();
  return promise;
}

describe('discovery', () => {
  it('asks for an unknown kind at most once per few seconds', async () => {
    const { client, transport, clock, world } = server();
    for (let i = 0; i < 5; i++) assert.deepEqual(await client.resourceFor('shop.example.org/v1', 'Cart'), { ok: true, value: undefined });
    assert.equal(transport.requests.length, 2);
    world.groups = [...world.groups, shopKind];
    await clock.advance(5001);
    const found = await client.resourceFor('shop.example.org/v1', 'Cart');
    assert.equal(found.ok && found.value?.name, 'carts');
    assert.equal(client.knownResource('shop.example.org/v1', 'Cart')?.namespaced, true);
  });

  it('asks at once after a CRD has changed, in both directions', async () => {
    const { client, transport, world } = server();
    await client.resourceFor('shop.example.org/v1', 'Cart');
    world.groups = [...world.groups, shopKind];
    client.invalidateDiscovery();
    const found = await client.resourceFor('shop.example.org/v1', 'Cart');
    assert.equal(found.ok && found.value?.kind, 'Cart');
    world.groups = world.groups.slice(0, -1);
    client.invalidateDiscovery();
    assert.ok((await client.resourceFor('apps/v1', 'Deployment')).ok);
    assert.equal(transport.requests.length, 4, 'built-in kinds never go stale');
    assert.deepEqual(await client.resourceFor('shop.example.org/v1', 'Cart'), { ok: true, value: undefined });
  });

  it('never takes a failed discovery for a kind that is gone', async () => {
    const { client, clock, world } = server();
    world.groups = [...world.groups, shopKind];
    await client.resourceFor('shop.example.org/v1', 'Cart');
    world.down = true;
    client.invalidateDiscovery();
    const still = await during(client.resourceFor('shop.example.org/v1', 'Cart'), () => clock.advance(1000));
    assert.equal(still.ok && still.value?.name, 'carts');
    const unknown = await during(client.resourceFor('other.example.org/v1', 'Thing'), () => clock.advance(1000));
    assert.equal(!unknown.ok && unknown.failure.httpStatus, 0);
  });

  it('does not say that a kind is missing while its aggregated API is down', async () => {
    const { client } = server();
    const answer = await client.resourceFor('metrics.example.org/v1', 'PodMetrics');
    assert.equal(!answer.ok && answer.failure.reason, 'ServiceUnavailable');
  });

  it('falls back to the legacy documents, one group-version at a time', async () => {
    const transport = scriptedTransport((request: HttpRequest): Answer => {
      switch (request.path) {
        case '/api':
        case '/apis':
          return { status: 200, headers: { 'content-type': 'application/json' }, body: { kind: 'APIGroupList', groups: [] } };
        case '/apis/apps/v1':
          return {
            status: 200,
            body: {
              resources: [
                { name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['get'] },
                { name: 'deployments/scale', kind: 'Scale', namespaced: true, verbs: ['get'] },
              ],
            },
          };
        default:
          return { status: 404, body: '404 page not found' };
      }
    });
    const client = createClient({ transport, clock: virtualClock(), random: seededRandom(1) });
    const found = await client.resourceFor('apps/v1', 'Deployment');
    assert.deepEqual(found.ok && found.value, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'deployments',
      namespaced: true,
      verbs: ['get'],
      subresources: ['scale'],
    });
    assert.deepEqual(await client.resourceFor('none/v1', 'Thing'), { ok: true, value: undefined });
    assert.equal((await client.resourceFor('apps/v1', 'Scale')).ok, true);
    assert.deepEqual(transport.requests.map(({ path }) => path).sort(), ['/api', '/apis', '/apis/apps/v1', '/apis/none/v1']);
  });
});
