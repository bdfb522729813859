/** Changes of a running application: what is written, what stays, and what they may cost. */
import assert from 'node:assert/strict';
import { onEachServer } from '../harness/on-each-server.ts';
import { countRequests, openScene, type Scene } from '../harness/scene.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const shop = (components: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
${components}
`;
const web = (name: string, image = 'nginx:1.27'): string =>
  `    - {name: ${name}, type: webservice, properties: {image: "${image}", ports: [{port: 80, expose: true}]}}\n`;

onEachServer('updating', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  const running = (name = 'shop') => scene.phase(name, 'running');
  const recordedSuccess = (revision: string) =>
    scene.until(`${revision} is recorded as succeeded`, async () => {
      const found = await scene.get({ apiVersion: 'core.oam.dev/v1beta1', kind: 'ApplicationRevision', name: revision });
      return (found?.status as { succeeded?: boolean } | undefined)?.succeeded || undefined;
    });

  it('changes an image with one apply, within six writes and no read', async () => {
    await scene.apply(shop(web('storefront')));
    await running();
    await recordedSuccess('shop-v1');
    await scene.server.pass(500);
    const before = await scene.get({ ...deployment, name: 'storefront' });
    scene.operator.requests.length = 0;
    await scene.apply(shop(web('storefront', 'nginx:1.28')));
    await running();
    await recordedSuccess('shop-v2');
    const { reads, writes, events } = countRequests(scene.operator.requests);
    assert.deepEqual(reads, []);
    assert.ok(writes.length <= 6, `at most 6 writes, got ${writes.length}:\n${writes.join('\n')}`);
    assert.equal(writes.filter((write) => write.includes('/deployments/')).length, 1);
    assert.ok(events <= 2, `at most 2 events, got ${events}`);
    const after = await scene.get({ ...deployment, name: 'storefront' });
    assert.equal(after?.metadata.uid, before?.metadata.uid);
  });

  it('removes the objects of a component that left the spec, after the update has succeeded', async () => {
    await scene.apply(shop(web('storefront') + web('cart')));
    await running();
    await scene.apply(shop(web('storefront')));
    await scene.until('cart is gone', async () => ((await scene.get({ ...deployment, name: 'cart' })) ? undefined : true));
    await scene.until('its service too', async () =>
      (await scene.get({ apiVersion: 'v1', kind: 'Service', name: 'cart' })) ? undefined : true,
    );
    assert.ok(await scene.get({ ...deployment, name: 'storefront' }));
    const app = await running();
    assert.deepEqual(
      app.status?.services?.map(({ name }) => name),
      ['storefront'],
    );
    await scene.until('it has left the record', async () => {
      const now = await scene.app('shop');
      return now?.status?.appliedResources?.every(({ name }) => name !== 'cart') || undefined;
    });
  });

  it('keeps every object and its uid when a component is edited away and back at once (A→B→A, kubevela#7278)', async () => {
    const both = shop(web('storefront') + web('cart'));
    await scene.apply(both);
    await running();
    const before = await scene.get({ ...deployment, name: 'cart' });
    for (let round = 0; round < 5; round++) {
      await scene.apply(shop(web('storefront')));
      await scene.server.pass(100);
      await scene.apply(both);
      await scene.server.pass(100);
    }
    await running();
    await scene.server.pass(4000);
    const after = await scene.get({ ...deployment, name: 'cart' });
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    assert.equal(after?.metadata.deletionTimestamp, undefined);
  });

  it('sends nothing at rest, however often the same spec is applied', async () => {
    await scene.apply(shop(web('storefront')));
    await running();
    await recordedSuccess('shop-v1');
    await scene.server.pass(3000);
    scene.operator.requests.length = 0;
    await scene.apply(shop(web('storefront')));
    await scene.server.pass(server().kind === 'real' ? 3000 : 3_600_000);
    const { reads, writes, events } = countRequests(scene.operator.requests);
    assert.deepEqual({ reads, writes, events }, { reads: [], writes: [], events: 0 });
  });

  it('writes nothing after a restart of the operator', async () => {
    await scene.apply(shop(web('storefront') + web('cart')));
    await running();
    await recordedSuccess('shop-v1');
    await scene.server.pass(3000);
    await scene.operator.stop();
    const restarted = await scene.startOperator();
    await scene.server.pass(5000);
    const { reads, writes } = countRequests(restarted.requests);
    assert.deepEqual({ reads, writes }, { reads: [], writes: [] });
  });

  it('keeps the objects of the last good revision when the new spec is wrong, and says what is wrong', async () => {
    await scene.apply(shop(web('storefront')));
    await running();
    await scene.apply(shop('    - {name: storefront, type: webservce, properties: {image: "nginx:1.28"}}\n'));
    const app = await scene.phase('shop', 'rendering');
    const parsed = app.status?.conditions?.find(({ type }) => type === 'Parsed');
    assert.equal(parsed?.status, 'False');
    assert.match(
      parsed?.message ?? '',
      /component "storefront": there is no component definition "webservce" \(did you mean "webservice"\?\)/,
    );
    assert.equal(app.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'False');
    await scene.apply(shop('    - {name: storefront, type: webservice, properties: {image: "nginx:1.28", port: http}}\n'));
    const rendered = await scene.until('Render is False', async () => {
      const now = await scene.app('shop');
      return now?.status?.conditions?.find(({ type, status }) => type === 'Render' && status === 'False');
    });
    assert.match(rendered.message ?? '', /component "storefront": parameter "port" must be an integer, got the string "http"/);
    assert.ok(await scene.get({ ...deployment, name: 'storefront' }));
    await scene.apply(shop(web('storefront', 'nginx:1.28')));
    await running();
  });
});
