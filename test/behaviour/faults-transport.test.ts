/**
 * Faults on the way to the API server: whatever breaks, the end is the one that an undisturbed run reaches, and the way
 * there costs a bounded number of requests (reliability.md F06, F09 to F14, F16, F17).
 */
import assert from 'node:assert/strict';
import type { Fault, SeenRequest } from '../../sandbox/server/index.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { embeddedServer, type Server } from '../harness/servers.ts';
import { assertNothingOrphaned, deliveredObjects } from '../harness/truth.ts';

const shop = (components: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
${components}`;
const first = shop(`
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}
    - {name: cart, type: worker, properties: {image: "nginx:1.27"}}
    - name: settings
      type: k8s-objects
      properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: red}}]}
`);
const second = shop(`
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.28", ports: [{port: 80, expose: true}]}
      traits: [{type: scaler, properties: {replicas: 2}}]
    - name: settings
      type: k8s-objects
      properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: blue}}]}
`);

interface Stage {
  server: Server;
  scene: Scene;
}

async function withStage<T>(play: (stage: Stage) => Promise<T>): Promise<T> {
  const server = await embeddedServer();
  const scene = await openScene(server, { settings: { applyConcurrency: 1 } });
  try {
    return await play({ server, scene });
  } finally {
    await server.close();
  }
}

/** Deploys, then updates; gives the end and what the operator asked on the way. */
async function play({ server, scene }: Stage): Promise<{ end: unknown; requests: number; written: string[] }> {
  await scene.apply(first);
  await scene.phase('shop', 'running', 300_000);
  await scene.apply(second);
  await scene.phase('shop', 'running', 300_000);
  await scene.until(
    'cart is gone',
    async () => ((await scene.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' })) ? undefined : true),
    300_000,
  );
  await server.pass(40_000);
  const asked = scene.operator.requests.filter(({ method }) => method !== 'WATCH');
  const requests = asked.length;
  await server.pass(20_000);
  assert.equal(
    scene.operator.requests.filter(({ method, path }) => method !== 'WATCH' && !/limit=/.test(path)).length,
    asked.filter(({ path }) => !/limit=/.test(path)).length,
    'it has come to rest',
  );
  await assertNothingOrphaned(scene);
  const app = await scene.app('shop');
  const objects = (await deliveredObjects(scene)).map(bare);
  const conditions = app?.status?.conditions?.map(({ type, status, reason }) => ({ type, status, reason }));
  const written = [...new Set(asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => kindOf(method, path)))];
  return { end: { objects, conditions, revision: app?.status?.latestRevision?.name }, requests, written };
}

function bare({ kind, metadata: { name, labels }, spec, data }: KubeObject): unknown {
  return JSON.parse(
    JSON.stringify({ kind, name, labels, spec, data })
      .replaceAll(/"clusterIPs?":("[^"]*"|\[[^\]]*\])/g, '"ip":0')
      .replaceAll(/scene-\d+-\d+/g, 'scene'),
  );
}

function kindOf(method: string, path: string): string {
  const [route = ''] = path.split('?');
  const parts = route.split('/');
  const sub = route.endsWith('/status') ? '/status' : '';
  const resource = ['applications', 'applicationrevisions', 'resourcetrackers', 'deployments', 'services', 'configmaps', 'events'].find(
    (name) => parts.includes(name),
  );
  return `${method} ${resource}${sub}`;
}

/** Requests that one fault may cost: three for each of the five objects, and the pass around them. */
const perStrike = 20;

const mine = ({ user }: SeenRequest): boolean => user === 'lateen-operator';

describe('faults of transport (embedded API server)', () => {
  let calm: Awaited<ReturnType<typeof play>>;
  before(async () => {
    calm = await withStage(play);
  });

  const faults: Record<string, Fault> = {
    'a conflict': { status: 409, reason: 'Conflict' },
    'too many requests, with Retry-After': { status: 429, retryAfterSeconds: 2 },
    'a server error': { status: 500 },
    'a connection that breaks before': { drop: 'before' },
    'a connection that breaks after the server acted': { drop: 'after' },
  };
  for (const [what, fault] of Object.entries(faults)) {
    it(`never changes the end, at whatever write it strikes: ${what}`, async function () {
      this.timeout(120_000);
      const strikes = calm.written.filter((kind) => !kind.includes('events'));
      assert.ok(strikes.length >= 8, strikes.join(', '));
      for (const strike of strikes) {
        let left = 2;
        const { end, requests } = await withStage(async (stage) => {
          stage.server.faults.inject = (request) =>
            mine(request) && kindOf(request.method, request.path) === strike && left-- > 0 ? fault : undefined;
          return play(stage);
        });
        assert.ok(left < 2, `${strike} was struck`);
        assert.deepEqual(end, calm.end, strike);
        // An answer that could not be kept is asked for again: create, look, apply for each object at most.
        assert.ok(requests <= calm.requests + 2 * perStrike, `${strike}: ${requests} requests, ${calm.requests} in calm`);
      }
    });
  }

  it('never changes the end when every third request fails, whichever it is', async function () {
    this.timeout(120_000);
    let count = 0;
    const kinds = Object.values(faults);
    const { end, requests } = await withStage(async (stage) => {
      stage.server.faults.inject = (request) =>
        mine(request) && ++count % 3 === 0 && count < 300 ? kinds[count % kinds.length] : undefined;
      return play(stage);
    });
    assert.deepEqual(end, calm.end);
    assert.ok(requests <= calm.requests * 12, `${requests} requests, ${calm.requests} in calm`);
  });

  it('never goes blind when watches are dropped again and again, or history is gone', async function () {
    this.timeout(120_000);
    const { end } = await withStage(async (stage) => {
      const { server } = stage;
      const stir = (): void => {
        server.embedded?.dropWatches();
        server.embedded?.compact();
        if (server.clock.now() < Date.UTC(2026, 0, 1) + 60_000) server.clock.after(700, stir);
      };
      server.clock.after(300, stir);
      return play(stage);
    });
    assert.deepEqual(end, calm.end);
  });

  it('never acts twice on a cache that lags seconds behind', async function () {
    this.timeout(120_000);
    const { end, requests } = await withStage(async (stage) => {
      stage.server.faults.inject = (request) => (mine(request) && request.verb === 'watch' ? { delayMs: 3000 } : undefined);
      const { server } = stage;
      const lag = (): void => {
        server.embedded?.dropWatches();
        if (server.clock.now() < Date.UTC(2026, 0, 1) + 60_000) server.clock.after(1000, lag);
      };
      server.clock.after(100, lag);
      return play(stage);
    });
    assert.deepEqual(end, calm.end);
    assert.ok(requests <= calm.requests * 6, `${requests} requests, ${calm.requests} in calm`);
  });

  it('never gives up on a slow server', async function () {
    this.timeout(120_000);
    const { end, requests } = await withStage(async (stage) => {
      stage.server.faults.inject = (request) => (mine(request) ? { delayMs: 4000 } : undefined);
      return play(stage);
    });
    assert.deepEqual(end, calm.end);
    assert.ok(requests <= calm.requests * 2, `${requests} requests, ${calm.requests} in calm`);
  });
});
