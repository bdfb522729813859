/**
 * The operator really killed, by SIGKILL, life after life: the first dies after its first write, the next after its
 * second, until one lives to the end; in a deployment, an update that adds and removes, and a deletion. The exhaustive
 * walk over single deaths is test/behaviour/crash.test.ts; this one proves that a process is no different.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import type { Application } from '../../src/api/application.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { sleep, systemClock } from '../../src/base/clock.ts';
import { assertNothingOrphaned, deliveredObjects, followObjects, trackerPages, uidsOf } from '../harness/truth.ts';
import { embeddedOnPort, type ReachableServer, realOnPort } from './servers.ts';

const entry = fileURLToPath(new URL('./operator.ts', import.meta.url));
const namespace = `crash-${process.pid}`;
const ref = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace, name: 'shop' };

const shop = (components: string): KubeObject =>
  load(`
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: ${namespace}}
spec:
  components:
${components}`) as KubeObject;
const first = shop(`
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}
      traits: [{type: hpa, properties: {min: 1, max: 3}}]
    - {name: cart, type: worker, properties: {image: "nginx:1.27"}}
`);
const second = shop(`
    - name: storefront
      type: webservice
      properties: {image: "nginx:1.28", ports: [{port: 80, expose: true}]}
      traits: [{type: pdb, properties: {minAvailable: 1}}]
    - {name: payments, type: worker, properties: {image: "nginx:1.27"}}
`);
const kept = ['Deployment storefront', 'Service storefront'];
const dropped = ['Deployment cart', 'HorizontalPodAutoscaler storefront'];
const added = ['Deployment payments', 'PodDisruptionBudget storefront'];

function declareFlows(server: () => ReachableServer): void {
  const children = new Set<ChildProcess>();
  /** What the shared assertions ask of a scene: real time needs no clock of its own. */
  const asker = () => ({ server: { kind: 'real' } as never, user: server().user, namespace });
  const app = async (): Promise<Application | undefined> => {
    const answer = await server().user.client.get(ref);
    return answer.ok ? (answer.value as Application) : undefined;
  };
  const apply = async (object: KubeObject): Promise<void> => {
    const answer = await server().user.client.apply(object, { fieldManager: 'user', force: true });
    assert.ok(answer.ok);
  };
  const isRunning = async (): Promise<boolean> => {
    const now = await app();
    return now?.status?.status === 'running' && now.status.observedGeneration === now.metadata.generation;
  };
  const names = async () => [...(await uidsOf(asker())).keys()].sort();

  /** Lives of the operator until one survives to the end of the flow; the number of deaths. */
  const live = async (isOver: () => Promise<boolean>): Promise<number> => {
    for (let dieAfter = 1; ; dieAfter++) {
      const child = spawn(process.execPath, [entry, server().kubeconfig], {
        env: { ...process.env, DIE_AFTER: String(dieAfter) },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      children.add(child);
      let signal: NodeJS.Signals | null | undefined;
      child.once('exit', (code, killedBy) => {
        signal = killedBy;
        assert.equal(code, null, 'it is killed, it does not fail');
      });
      for (let seen = 0; signal === undefined && seen < 3; seen = (await isOver()) ? seen + 1 : 0) await sleep(systemClock, 100);
      if (signal === undefined) {
        child.kill('SIGKILL');
        children.delete(child);
        return dieAfter - 1;
      }
      children.delete(child);
      assert.equal(signal, 'SIGKILL');
      assert.ok(dieAfter < 60, 'some life gets to the end');
    }
  };

  after(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  it('deploys without anything doubled or orphaned', async function () {
    this.timeout(90_000);
    await apply(first);
    const deaths = await live(isRunning);
    assert.ok(deaths >= 5, `${deaths} deaths`);
    assert.deepEqual(await names(), [...kept, ...dropped].sort());
    await assertNothingOrphaned(asker());
    assert.equal((await trackerPages(asker())).length, 1);
  });

  it('updates without deleting what is wanted or bringing back what is not', async function () {
    this.timeout(90_000);
    const before = await uidsOf(asker());
    const history = await followObjects(asker());
    await apply(second);
    const deaths = await live(async () => (await isRunning()) && (await names()).every((name) => !dropped.includes(name)));
    assert.ok(deaths >= 4, `${deaths} deaths`);
    const now = await uidsOf(asker());
    assert.deepEqual([...now.keys()].sort(), [...kept, ...added].sort());
    for (const name of kept) assert.equal(now.get(name), before.get(name), `${name} is still the same object`);
    assert.deepEqual(
      history.events.filter((event) => /storefront$|cart$|payments$/.test(event)).sort(),
      [...dropped.map((name) => `deleted ${name}`), ...added.map((name) => `made ${name}`)].sort(),
    );
    history.close();
  });

  it('deletes without leaving anything behind', async function () {
    this.timeout(90_000);
    const answer = await server().user.client.delete(ref);
    assert.ok(answer.ok);
    const deaths = await live(async () => (await app()) === undefined);
    assert.ok(deaths >= 2, `${deaths} deaths`);
    assert.deepEqual(await deliveredObjects(asker()), []);
    assert.deepEqual(await trackerPages(asker()), []);
  });
}

function declareOn(title: string, open: () => Promise<ReachableServer | { reason: string; wanted: boolean }>): void {
  describe(`an operator that is killed (${title})`, () => {
    let server: ReachableServer | undefined;
    before(async function () {
      this.timeout(900_000);
      const found = await open();
      if ('reason' in found) {
        if (found.wanted) throw new Error(`a real kube-apiserver was asked for: ${found.reason}`);
        return this.skip();
      }
      server = found;
      const made = await found.user.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      assert.ok(made.ok);
    });
    after(() => server?.close());
    declareFlows(() => {
      if (!server) throw new Error('there is no server');
      return server;
    });
  });
}

declareOn('embedded API server over HTTPS', embeddedOnPort);
declareOn('real kube-apiserver', realOnPort);
