/** Applications that come back, come from KubeVela, or claim an identity: nothing of what lives is lost or lent out. */
import assert from 'node:assert/strict';
import { onEachServer } from '../harness/on-each-server.ts';
import { countRequests, openScene, type Scene } from '../harness/scene.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const shop = (components: readonly string[], metadata = ''): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop${metadata}}
spec:
  components:
${components.map((name) => `    - {name: ${name}, type: webservice, properties: {image: "nginx:1.27"}}`).join('\n')}
`;

onEachServer('returning and taking over', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  it('adopts the live objects of a namesake that was torn away, and prunes what it does not want after its success', async () => {
    await scene.apply(shop(['storefront', 'cart']));
    await scene.phase('shop', 'running');
    const before = await scene.get({ ...deployment, name: 'storefront' });
    // As a backup tool or a desperate user does it: the finalizers go, nothing is cleaned up.
    await scene.operator.stop();
    await scene.remove(application);
    await scene.patch(application, { metadata: { finalizers: [] } });
    await scene.until('the application is gone', async () => ((await scene.app('shop')) ? undefined : true));
    await scene.startOperator();
    await scene.apply(shop(['storefront']));
    await scene.phase('shop', 'running');
    assert.equal((await scene.get({ ...deployment, name: 'storefront' }))?.metadata.uid, before?.metadata.uid);
    await scene.until('what nobody wants is gone', async () => ((await scene.get({ ...deployment, name: 'cart' })) ? undefined : true));
    await scene.until('one record is left', async () => {
      const trackers = await scene.user.client.list(
        { apiVersion: 'core.oam.dev/v1beta1', kind: 'ResourceTracker' },
        { labelSelector: `app.oam.dev/namespace=${scene.namespace}` },
      );
      return trackers.ok && trackers.value.items.length === 1 ? true : undefined;
    });
  });

  it('leaves an application with trackers of KubeVela alone, and says so', async () => {
    await scene.operator.stop();
    await scene.apply(shop(['storefront']));
    const uid = (await scene.app('shop'))?.metadata.uid;
    await scene.apply(`
apiVersion: core.oam.dev/v1beta1
kind: ResourceTracker
metadata:
  name: shop-v1-${scene.namespace}
  labels: {app.oam.dev/name: shop, app.oam.dev/namespace: ${scene.namespace}, app.oam.dev/uid: "${uid}"}
spec: {type: versioned, applicationGeneration: 1}
`);
    const operator = await scene.startOperator();
    const adopted = await scene.until('it says so', async () =>
      (await scene.app('shop'))?.status?.conditions?.find(({ type }) => type === 'Adopted'),
    );
    assert.equal(adopted.status, 'False');
    assert.equal(adopted.reason, 'ManagedByKubeVela');
    await scene.server.pass(2000);
    const { writes } = countRequests(operator.requests);
    assert.deepEqual(
      writes.map((write) => write.replace(/.*\//, '')),
      ['status'],
      'one status write and nothing else',
    );
    assert.equal(await scene.get({ ...deployment, name: 'storefront' }), undefined);
    await scene.patch({ ...application }, { metadata: { finalizers: [] } });
  });

  it('refuses an identity that a user wrote into an annotation (KubeVela believes it)', async () => {
    await scene.apply(shop(['storefront'], ', annotations: {app.oam.dev/group: "system:masters"}'));
    const app = await scene.phase('shop', 'rendering');
    const parsed = app.status?.conditions?.find(({ type }) => type === 'Parsed');
    assert.match(parsed?.message ?? '', /annotation app\.oam\.dev\/group is refused/);
    assert.equal(await scene.get({ ...deployment, name: 'storefront' }), undefined);
  });
});
