/** Who decides about replicas: the application, or an autoscaler. A count is never lost while it changes hands (decision 39). */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { valueAt } from '../../src/base/json.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' };
const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'storefront' };

const shop = (traits: string, image = 'nginx:1.27'): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - name: storefront
      type: webservice
      properties: {image: "${image}", cpu: "100m", ports: [{port: 80, expose: true}]}
      traits: [${traits}]
`;
const scaler = (replicas: number) => `{type: scaler, properties: {replicas: ${replicas}}}`;
const hpa = '{type: hpa, properties: {min: 2, max: 6, cpu: {type: Utilization, value: 50}}}';
const managers = (object: KubeObject | undefined) => (object?.metadata.managedFields ?? []).map(({ manager }) => manager);

onEachServer('replicas', (server) => {
  let scene: Scene;
  let lowest = Number.POSITIVE_INFINITY;
  let unfollow: (() => void) | undefined;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(async () => {
    unfollow?.();
    unfollow = undefined;
    server().actors.setMetric(`${scene.namespace}/storefront`, undefined);
    await scene.close();
  });

  /** Remembers the lowest count the Deployment ever had from now on. */
  const follow = async (): Promise<void> => {
    const { informer, release } = scene.user.informers.acquire({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: scene.namespace });
    await scene.until('the Deployment is followed', () => informer.hasSynced() || undefined);
    lowest = Number.POSITIVE_INFINITY;
    const stop = informer.subscribe(({ object }) => {
      const count = valueAt(object, ['spec', 'replicas']);
      if (typeof count === 'number') lowest = Math.min(lowest, count);
    });
    unfollow = () => {
      stop();
      release();
    };
  };
  const count = async () => valueAt(await scene.get(deployment), ['spec', 'replicas']);
  const isRunning = () => scene.phase('shop', 'running');
  const image = async () => valueAt(await scene.get(deployment), ['spec', 'template', 'spec', 'containers', 0, 'image']);

  it('never falls while they are handed to an autoscaler, nor returns while it decides', async function () {
    this.timeout(120_000);
    await scene.apply(shop(scaler(5)));
    await isRunning();
    await follow();
    await scene.apply(shop(hpa));
    await scene.until('the autoscaler is there', () => scene.get(autoscaler));
    await isRunning();
    await scene.server.pass(1000);
    assert.equal(await count(), 5);
    assert.equal(lowest, 5, 'no pod was taken down on the way');
    assert.ok(managers(await scene.get(deployment)).includes('lateen-handover'));

    await scene.patch(deployment, { spec: { replicas: 3 } }, 'scale');
    await scene.server.pass(2000);
    assert.equal(await count(), 3, 'what the autoscaler sets stays');
    await scene.apply(shop(hpa, 'nginx:1.28'));
    await scene.until('the new image is there', async () => ((await image()) === 'nginx:1.28' ? true : undefined));
    await isRunning();
    assert.equal(await count(), 3, 'an update of the image leaves it');

    await scene.apply(shop(scaler(4), 'nginx:1.28'));
    await scene.until('the count is the application’s again', async () => ((await count()) === 4 ? true : undefined));
    await scene.until('the autoscaler is gone', async () => ((await scene.get(autoscaler)) ? undefined : true));
    await isRunning();
    await scene.server.pass(1000);
    assert.equal(await count(), 4);
    assert.ok(!managers(await scene.get(deployment)).includes('lateen-handover'));
  });

  it('never stay with the hand-over when they are taken back at the same count', async () => {
    await scene.apply(shop(scaler(5)));
    await isRunning();
    await scene.apply(shop(hpa));
    await scene.until('handed over', async () => managers(await scene.get(deployment)).includes('lateen-handover') || undefined);
    await isRunning();
    await scene.apply(shop(scaler(5)));
    await scene.until('taken back', async () => (managers(await scene.get(deployment)).includes('lateen-handover') ? undefined : true));
    await isRunning();
    assert.equal(await count(), 5);
  });

  it('are never applied where somebody else’s autoscaler targets the workload', async () => {
    await scene.apply(shop(scaler(5)));
    await isRunning();
    await scene.apply(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: foreign}
spec: {minReplicas: 1, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: storefront}}
`);
    await scene.server.pass(1000);
    await follow();
    await scene.apply(shop(scaler(2), 'nginx:1.28'));
    await scene.until('the new image is there', async () => ((await image()) === 'nginx:1.28' ? true : undefined));
    await isRunning();
    assert.equal(await count(), 5);
    assert.equal(lowest, 5);
  });

  it('never follow a repair of something else', async () => {
    await scene.apply(shop(hpa));
    await isRunning();
    await scene.patch(deployment, { spec: { replicas: 4 } }, 'scale');
    await scene.patch(deployment, { spec: { template: { spec: { containers: [{ name: 'storefront', image: 'nginx:evil' }] } } } });
    await scene.until('the image is back', async () => ((await image()) === 'nginx:1.27' ? true : undefined));
    assert.equal(await count(), 4);
  });
});

describe('replicas (embedded API server, virtual minutes)', () => {
  it('never revert what an autoscaler decides by its metric', async () => {
    const { embeddedServer } = await import('../harness/servers.ts');
    const server = await embeddedServer();
    const scene = await openScene(server);
    await scene.apply(shop(scaler(5)));
    await scene.phase('shop', 'running');
    await scene.apply(shop(hpa));
    await scene.until('the autoscaler is there', () => scene.get(autoscaler));
    server.actors.setMetric(`${scene.namespace}/storefront`, 30);
    const count = async () => valueAt(await scene.get(deployment), ['spec', 'replicas']);
    await scene.until('it scales down to three', async () => ((await count()) === 3 ? true : undefined), 1_200_000);
    server.actors.setMetric(`${scene.namespace}/storefront`, 50);
    await server.pass(600_000);
    assert.equal(await count(), 3);
    await scene.close();
    await server.close();
  });
});
