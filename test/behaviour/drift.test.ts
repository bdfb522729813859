/** Objects edited and deleted by hand: what was accepted comes back, at once and cheaply, and nobody is fought for ever. */
import assert from 'node:assert/strict';
import { valueAt } from '../../src/base/json.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { countRequests, openScene, type Scene } from '../harness/scene.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' };
const shop = `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}
      traits:
        - {type: scaler, properties: {replicas: 2}}
`;
const imageOf = (object: unknown) => valueAt(object, ['spec', 'template', 'spec', 'containers', 0, 'image']);

onEachServer('drift', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
    await scene.apply(shop);
    await scene.phase('shop', 'running');
    await scene.server.pass(2500);
    scene.operator.requests.length = 0;
  });
  afterEach(() => scene.close());

  it('puts an edited field back within four requests', async () => {
    const found = await scene.get(deployment);
    await scene.patch(deployment, {
      spec: {
        template: {
          spec: { containers: [{ ...(valueAt(found, ['spec', 'template', 'spec', 'containers', 0]) as object), image: 'nginx:evil' }] },
        },
      },
    });
    await scene.until('the image is back', async () => (imageOf(await scene.get(deployment)) === 'nginx:1.27' ? true : undefined));
    await scene.phase('shop', 'running');
    await scene.server.pass(1500);
    const { reads, writes } = countRequests(scene.operator.requests);
    const onObject = writes.filter((write) => write.includes('/deployments/'));
    assert.equal(onObject.length, 2, 'one dry run, one apply');
    assert.deepEqual(reads, []);
  });

  it('brings a deleted object back', async () => {
    const before = await scene.get({ apiVersion: 'v1', kind: 'Service', name: 'storefront' });
    await scene.remove({ apiVersion: 'v1', kind: 'Service', name: 'storefront' });
    const after = await scene.until('the service is back', async () => {
      const now = await scene.get({ apiVersion: 'v1', kind: 'Service', name: 'storefront' });
      return now && now.metadata.uid !== before?.metadata.uid ? now : undefined;
    });
    assert.deepEqual(after.metadata.labels, before?.metadata.labels);
    await scene.server.pass(500);
    const { reads, writes } = countRequests(scene.operator.requests);
    assert.ok(reads.length + writes.length <= 4, `at most 4 requests, got:\n${[...reads, ...writes].join('\n')}`);
  });

  it('leaves what others add', async () => {
    await scene.patch(deployment, { metadata: { annotations: { 'example.com/note': 'by hand' } } });
    await scene.server.pass(1000);
    assert.equal((await scene.get(deployment))?.metadata.annotations?.['example.com/note'], 'by hand');
    assert.deepEqual(countRequests(scene.operator.requests).writes, []);
  });

  it('yields replicas that were set through the scale subresource, until the application changes', async () => {
    await scene.patch(deployment, { spec: { replicas: 4 } }, 'scale');
    await scene.server.pass(3000);
    assert.equal(valueAt(await scene.get(deployment), ['spec', 'replicas']), 4);
    await scene.apply(shop.replace('replicas: 2', 'replicas: 3'));
    await scene.until('the new count is taken', async () =>
      valueAt(await scene.get(deployment), ['spec', 'replicas']) === 3 ? true : undefined,
    );
  });

  it('recognises its object by uid when somebody takes the labels off, and puts them back (decision 52)', async () => {
    const before = await scene.get(deployment);
    await scene.patch(deployment, { metadata: { labels: { 'app.oam.dev/name': null, 'app.oam.dev/namespace': null } } });
    const after = await scene.until('the labels are back', async () => {
      const now = await scene.get(deployment);
      return now?.metadata.labels?.['app.oam.dev/name'] === 'shop' ? now : undefined;
    });
    assert.equal(after.metadata.uid, before?.metadata.uid);
  });

  it('stops fighting after five reverts in ten minutes and names the other side', async () => {
    for (let round = 0; round < 7; round++) {
      const found = await scene.get(deployment);
      if (imageOf(found) !== 'nginx:1.27') break;
      await scene.patch(deployment, {
        spec: {
          template: {
            spec: {
              containers: [{ ...(valueAt(found, ['spec', 'template', 'spec', 'containers', 0]) as object), image: `nginx:evil-${round}` }],
            },
          },
        },
      });
      await scene.server.pass(600);
    }
    const fight = await scene.until('a FieldFight condition', async () =>
      (await scene.app('shop'))?.status?.conditions?.find(({ type }) => type === 'FieldFight'),
    );
    assert.match(fight.message ?? '', /Deployment .*storefront was put right 5 times/);
    assert.notEqual(imageOf(await scene.get(deployment)), 'nginx:1.27');
  });

  it('does nothing while paused, and carries on when the label goes', async () => {
    const app = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' };
    await scene.patch(app, { metadata: { labels: { 'controller.core.oam.dev/pause': 'true' } } });
    await scene.server.pass(200);
    await scene.remove({ apiVersion: 'v1', kind: 'Service', name: 'storefront' });
    await scene.server.pass(1500);
    assert.equal(await scene.get({ apiVersion: 'v1', kind: 'Service', name: 'storefront' }), undefined);
    await scene.patch(app, { metadata: { labels: { 'controller.core.oam.dev/pause': null } } });
    await scene.until('the service is back', () => scene.get({ apiVersion: 'v1', kind: 'Service', name: 'storefront' }));
  });
});
