/** The main job: an Application becomes objects, they become healthy, and it says so; with the requests it may cost. */
import assert from 'node:assert/strict';
import { onEachServer } from '../harness/on-each-server.ts';
import { countRequests, openScene, type Scene } from '../harness/scene.ts';

const shop = (image = 'nginx:1.27') => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - name: storefront
      type: webservice
      properties: {image: "${image}", ports: [{port: 80, expose: true}]}
      traits:
        - {type: hpa, properties: {min: 1, max: 3}}
`;

onEachServer('deploying', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  it('brings an application to running with its objects, within nine writes and no read', async () => {
    await scene.apply(shop());
    const app = await scene.phase('shop', 'running');
    assert.deepEqual(
      app.status?.conditions
        ?.filter(({ type }) => ['Ready', 'Reconciling', 'Stalled'].includes(type))
        .map(({ type, status }) => `${type}=${status}`),
      ['Ready=True', 'Reconciling=False', 'Stalled=False'],
    );
    assert.equal(app.status?.latestRevision?.name, 'shop-v1');
    for (const ref of [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' },
      { apiVersion: 'v1', kind: 'Service', name: 'storefront' },
      { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'storefront' },
    ]) {
      assert.ok(await scene.get(ref), `${ref.kind} is there`);
    }
    const recorded = () => scene.operator.requests.findIndex(({ path }) => /applicationrevisions\/shop-v1\/status/.test(path));
    const last = await scene.until('the revision is recorded as succeeded', () => (recorded() >= 0 ? recorded() : undefined));
    const { reads, writes, events } = countRequests(scene.operator.requests.slice(0, last + 1));
    assert.deepEqual(reads, []);
    assert.ok(writes.length <= 9, `at most 9 writes, got ${writes.length}:\n${writes.join('\n')}`);
    assert.ok(events <= 2, `at most 2 events, got ${events}`);
  });
});
