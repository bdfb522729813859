/** The end of an application, and its return. */
import assert from 'node:assert/strict';
import { onEachServer } from '../harness/on-each-server.ts';
import { countRequests, openScene, type Scene } from '../harness/scene.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' };
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
        - {type: hpa, properties: {min: 1, max: 3}}
`;

onEachServer('deleting', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
    await scene.apply(shop);
    await scene.phase('shop', 'running');
    await scene.server.pass(2500);
    scene.operator.requests.length = 0;
  });
  afterEach(() => scene.close());

  const gone = (ref: { apiVersion: string; kind: string; name: string }) =>
    scene.until(`${ref.kind} ${ref.name} is gone`, async () => ((await scene.get(ref)) ? undefined : true));

  it('takes its objects with it, within eight requests', async () => {
    await scene.remove(application);
    await gone(application);
    await gone(deployment);
    await scene.server.pass(1000);
    const { reads, writes } = countRequests(scene.operator.requests);
    assert.ok(reads.length + writes.length <= 8, `at most 8 requests, got:\n${[...reads, ...writes].join('\n')}`);
    const trackers = await scene.user.client.list(
      { apiVersion: 'core.oam.dev/v1beta1', kind: 'ResourceTracker' },
      { labelSelector: `app.oam.dev/namespace=${scene.namespace}` },
    );
    assert.ok(trackers.ok && trackers.value.items.length === 0, 'no record is left');
  });

  it('says what it waits for while a foreign finalizer holds an object', async () => {
    await scene.patch(deployment, { metadata: { finalizers: ['example.com/hold'] } });
    await scene.remove(application);
    const ready = await scene.until('the status says so', async () => {
      const app = await scene.app('shop');
      return app?.status?.status === 'deleting' ? app.status.conditions?.find(({ type }) => type === 'Ready') : undefined;
    });
    assert.equal(ready.reason, 'Deleting');
    assert.match(ready.message ?? '', /Waiting for Deployment .*storefront to delete/);
    await scene.patch(deployment, { metadata: { finalizers: [] } });
    await gone(application);
  });

  it('leaves the objects with the orphan finalizer, and adopts them when the application returns', async () => {
    const before = await scene.get(deployment);
    const held = await scene.app('shop');
    await scene.patch(application, { metadata: { finalizers: [...(held?.metadata.finalizers ?? []), 'app.oam.dev/orphan-resource'] } });
    await scene.remove(application);
    await gone(application);
    const left = await scene.get(deployment);
    assert.equal(left?.metadata.uid, before?.metadata.uid);
    assert.equal(left?.metadata.labels?.['app.oam.dev/name'], undefined);
    assert.equal(left?.metadata.annotations?.['lateen.dev/orphaned-from'], `${scene.namespace}/shop`);
    await scene.apply(shop);
    await scene.phase('shop', 'running');
    const adopted = await scene.get(deployment);
    assert.equal(adopted?.metadata.uid, before?.metadata.uid);
    assert.equal(adopted?.metadata.labels?.['app.oam.dev/name'], 'shop');
  });

  it('can be deleted though its spec can no longer be read', async () => {
    await scene.patch(application, { spec: { components: [{ name: 'storefront', type: 'no-such-type' }] } });
    await scene.phase('shop', 'rendering');
    await scene.remove(application);
    await gone(application);
    await gone(deployment);
  });

  it('keeps the live objects when it is deleted and made again at once', async () => {
    await scene.remove(application);
    await gone(application);
    await scene.apply(shop);
    await scene.phase('shop', 'running');
    await scene.server.pass(3000);
    assert.ok(await scene.get(deployment));
  });

  it('keeps every object when somebody deletes the tracker, and records them again (decision 47)', async () => {
    const list = () =>
      scene.settled(
        scene.user.client.list(
          { apiVersion: 'core.oam.dev/v1beta1', kind: 'ResourceTracker' },
          { labelSelector: `app.oam.dev/namespace=${scene.namespace}` },
        ),
      );
    const trackers = await list();
    assert.ok(trackers.ok);
    const before = await scene.get(deployment);
    for (const { apiVersion, kind, metadata } of trackers.value.items)
      await scene.settled(scene.user.client.delete({ apiVersion, kind, name: metadata.name }));
    await scene.until('a tracker is there again', async () => {
      const found = await list();
      return found.ok && found.value.items.length > 0 ? true : undefined;
    });
    await scene.server.pass(1000);
    assert.equal((await scene.get(deployment))?.metadata.uid, before?.metadata.uid);
    await scene.remove(deployment);
    await scene.until('a deleted object still comes back', () => scene.get(deployment));
    await scene.remove(application);
    await gone(application);
    await gone(deployment);
  });
});
