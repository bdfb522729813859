/** A problem that ought to pass by itself and does not is told, so that nobody waits without knowing for what. */
import assert from 'node:assert/strict';
import { openScene, type Scene } from '../harness/scene.ts';
import { embeddedServer, type Server } from '../harness/servers.ts';

describe('an API server that keeps failing one kind of request (embedded API server)', () => {
  let server: Server;
  let scene: Scene;
  beforeEach(async () => {
    server = await embeddedServer();
    scene = await openScene(server);
  });
  afterEach(async () => {
    server.faults.inject = undefined;
    await scene.close();
    await server.close();
  });

  it('is named in the status after a few seconds, and forgotten when it is over', async () => {
    server.faults.inject = ({ user, method, resource }) =>
      user === 'lateen-operator' && method === 'PATCH' && resource === 'configmaps'
        ? { status: 503, reason: 'ServiceUnavailable', message: 'the store is away' }
        : undefined;
    await scene.apply(`
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: settings, type: k8s-objects, properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}]}}
`);
    const told = await scene.until(
      'the status names it',
      async () => {
        const ready = (await scene.app('shop'))?.status?.conditions?.find(({ type }) => type === 'Ready');
        return ready?.message?.includes('the store is away') ? ready : undefined;
      },
      120_000,
    );
    assert.equal(told.status, 'False');
    server.faults.inject = undefined;
    const done = await scene.phase('shop', 'running', 400_000);
    assert.equal(done.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  });
});
