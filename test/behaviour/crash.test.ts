/**
 * The operator dies between any two of its writes, in three flows: a deployment, an update that adds and removes, a
 * deletion. Whoever comes next ends where an undisturbed operator ends; nothing doubled, nothing orphaned, nothing
 * wanted deleted, nothing unwanted brought back (reliability.md F01 to F03).
 */
import assert from 'node:assert/strict';
import { type KillableOperator, startKillable } from '../harness/killable.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { embeddedServer, type Server } from '../harness/servers.ts';
import { assertNothingOrphaned, deliveredObjects, followObjects, recordedObjects, trackerPages, uidsOf } from '../harness/truth.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' };

const shop = (components: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
${components}`;

const before = shop(`
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}
      traits: [{type: hpa, properties: {min: 1, max: 3}}]
    - {name: cart, type: webservice, properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}}
    - name: settings
      type: k8s-objects
      properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: red}}]}
`);
/** Another image, a trait less and one more, a component less and one more, other contents. */
const after = shop(`
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.28", ports: [{port: 80, expose: true}]}
      traits: [{type: pdb, properties: {minAvailable: 1}}]
    - {name: payments, type: webservice, properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}}
    - name: settings
      type: k8s-objects
      properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: blue}}]}
`);
const kept = ['Deployment storefront', 'Service storefront', 'ConfigMap settings'];
const dropped = ['Deployment cart', 'Service cart', 'HorizontalPodAutoscaler storefront'];
const added = ['Deployment payments', 'Service payments', 'PodDisruptionBudget storefront'];

describe('an operator that dies (embedded API server)', () => {
  let server: Server;
  let scene: Scene;
  beforeEach(async () => {
    server = await embeddedServer();
    scene = await openScene(server, { withoutOperator: true });
  });
  afterEach(async () => {
    await server.close();
  });

  const isSettled = async (operator: KillableOperator): Promise<true | undefined> => {
    const count = operator.writes.length;
    await server.pass(4000);
    return operator.isDead() || operator.writes.length === count || undefined;
  };
  /** Runs until it is dead or has nothing more to do. */
  const play = async (operator: KillableOperator): Promise<void> => {
    await server.until('the operator is dead or at rest', () => isSettled(operator), 120_000);
  };
  const start = (dieAfter?: number) => startKillable(server, dieAfter === undefined ? {} : { dieAfter });

  /** Plays `flow` once for every write of it, each time on a fresh server, and hands the aftermath to `check`. */
  const atEveryWrite = async (
    prepare: () => Promise<void>,
    flow: () => Promise<void>,
    check: (at: string) => Promise<void>,
  ): Promise<number> => {
    let k = 1;
    for (; ; k++) {
      if (k > 1) {
        await server.close();
        server = await embeddedServer();
        scene = await openScene(server, { withoutOperator: true });
      }
      await prepare();
      const victim = await start(k);
      await flow();
      await play(victim);
      const isOver = !victim.isDead();
      victim.kill();
      const at = `write ${k}: ${victim.writes.at(-1)}`;
      const heir = await start();
      await play(heir);
      await check(at);
      heir.kill();
      if (isOver) return k - 1;
    }
  };

  it('leaves no deployment half done, doubled or orphaned', async function () {
    this.timeout(120_000);
    const deaths = await atEveryWrite(
      async () => undefined,
      () => scene.apply(before),
      async (at) => {
        assert.equal((await scene.app('shop'))?.status?.status, 'running', at);
        assert.deepEqual([...(await uidsOf(scene)).keys()].sort(), [...kept, ...dropped].sort(), at);
        await assertNothingOrphaned(scene);
        assert.equal((await trackerPages(scene)).length, 1, at);
      },
    );
    assert.ok(deaths >= 11, `it died at ${deaths} writes`);
  });

  it('leaves no update half done, deletes nothing that is wanted and brings back nothing that is not', async function () {
    this.timeout(180_000);
    let uids = new Map<string, string>();
    let history: Awaited<ReturnType<typeof followObjects>> | undefined;
    const deaths = await atEveryWrite(
      async () => {
        const first = await start();
        await scene.apply(before);
        await play(first);
        first.kill();
        uids = await uidsOf(scene);
        history = await followObjects(scene);
      },
      () => scene.apply(after),
      async (at) => {
        assert.equal((await scene.app('shop'))?.status?.status, 'running', at);
        const now = await uidsOf(scene);
        assert.deepEqual([...now.keys()].sort(), [...kept, ...added].sort(), at);
        for (const name of kept) assert.equal(now.get(name), uids.get(name), `${at}: ${name} is still the same object`);
        await assertNothingOrphaned(scene);
        const settings = await scene.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' });
        assert.deepEqual(settings?.data, { colour: 'blue' }, at);
        const events = (history?.events ?? []).filter((event) => /storefront$|cart$|payments$|settings$/.test(event));
        assert.deepEqual(
          [...events].sort(),
          [...dropped.map((name) => `deleted ${name}`), ...added.map((name) => `made ${name}`)].sort(),
          at,
        );
        history?.close();
      },
    );
    assert.ok(deaths >= 12, `it died at ${deaths} writes`);
  });

  it('leaves nothing behind of an application that was being deleted', async function () {
    this.timeout(120_000);
    const deaths = await atEveryWrite(
      async () => {
        const first = await start();
        await scene.apply(before);
        await play(first);
        first.kill();
      },
      () => scene.remove(application),
      async (at) => {
        assert.equal(await scene.app('shop'), undefined, at);
        assert.deepEqual(await deliveredObjects(scene), [], at);
        assert.deepEqual(await recordedObjects(scene), [], at);
        assert.deepEqual(await trackerPages(scene), [], at);
      },
    );
    assert.ok(deaths >= 8, `it died at ${deaths} writes`);
  });
});
