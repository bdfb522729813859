/**
 * How the tools that wait on an Application read it, in every state of its life: kstatus (Flux, kubectl plugins, kpt),
 * by the real library, and Argo CD, by the health rule of docs/argo-cd.md, since it ships none for this kind.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { progressDeadline } from '../../src/api/annotations.ts';
import type { Application } from '../../src/api/application.ts';
import { operate } from '../../src/workflow/operations.ts';
import { builtFile, isBuilt } from '../controlplane/binaries.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { embeddedServer, type Server } from '../harness/servers.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' };
const quota = '{apiVersion: v1, kind: ResourceQuota, metadata: {name: no-pods}, spec: {hard: {pods: "0"}}}';

type Kstatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'Unknown';
type Argo = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended';

interface State {
  kstatus: Kstatus;
  argo: Argo;
  /** Brings an application into the state and gives it as it then stands. */
  reach(scene: Scene): Promise<Application>;
}

const shop = (more: { type?: string; image?: string; workflow?: string; annotations?: string } = {}): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, annotations: {${more.annotations ?? ''}}}
spec:
  components:
    - {name: storefront, type: ${more.type ?? 'webservice'}, properties: {image: "${more.image ?? 'nginx:1.27'}"}}
${more.workflow ? `  workflow: {steps: [${more.workflow}]}` : ''}
`;
const applyStep = '{name: deliver, type: apply-component, properties: {component: storefront}}';

async function present(scene: Scene): Promise<Application> {
  const app = await scene.app('shop');
  assert.ok(app);
  return app;
}

async function running(scene: Scene): Promise<Application> {
  await scene.apply(shop());
  return scene.phase('shop', 'running');
}

async function removePods(scene: Scene): Promise<void> {
  await scene.apply(quota);
  for (const { metadata } of (await scene.list({ apiVersion: 'v1', kind: 'Pod' })).items)
    await scene.remove({ apiVersion: 'v1', kind: 'Pod', name: metadata.name });
}

const states: Record<string, State> = {
  'just created, not seen by the operator': {
    kstatus: 'InProgress',
    argo: 'Progressing',
    async reach(scene) {
      await scene.operator.stop();
      await scene.apply(shop());
      return present(scene);
    },
  },
  'workflow running': {
    kstatus: 'InProgress',
    argo: 'Progressing',
    async reach(scene) {
      await scene.apply(quota);
      await scene.apply(shop());
      await scene.phase('shop', 'runningWorkflow');
      await scene.server.pass(3000);
      return present(scene);
    },
  },
  'waiting for approval': {
    kstatus: 'InProgress',
    argo: 'Suspended',
    async reach(scene) {
      await scene.apply(shop({ workflow: `{name: approve, type: suspend}, ${applyStep}` }));
      return scene.phase('shop', 'workflowSuspending');
    },
  },
  running: { kstatus: 'Current', argo: 'Healthy', reach: running },
  'running, spec changed but not seen': {
    kstatus: 'InProgress',
    argo: 'Progressing',
    async reach(scene) {
      await running(scene);
      await scene.operator.stop();
      await scene.apply(shop({ image: 'nginx:1.28' }));
      return present(scene);
    },
  },
  'unhealthy, its pods cannot be made': {
    kstatus: 'InProgress',
    argo: 'Degraded',
    async reach(scene) {
      await running(scene);
      await removePods(scene);
      return scene.phase('shop', 'unhealthy');
    },
  },
  'a spec that nobody can work with': {
    kstatus: 'Failed',
    argo: 'Degraded',
    async reach(scene) {
      await scene.apply(shop({ type: 'webservce' }));
      return scene.phase('shop', 'rendering');
    },
  },
  'a broken change of a running application': {
    kstatus: 'Failed',
    argo: 'Degraded',
    async reach(scene) {
      await running(scene);
      await scene.apply(shop({ type: 'webservce' }));
      return scene.phase('shop', 'rendering');
    },
  },
  'workflow failed': {
    kstatus: 'Failed',
    argo: 'Degraded',
    async reach(scene) {
      await scene.apply(quota);
      await scene.apply(shop({ workflow: applyStep.replace('name: deliver', 'name: deliver, timeout: 5s') }));
      return scene.phase('shop', 'workflowFailed');
    },
  },
  'workflow terminated': {
    kstatus: 'Failed',
    argo: 'Degraded',
    async reach(scene) {
      await scene.apply(shop({ workflow: `{name: approve, type: suspend}, ${applyStep}` }));
      const waiting = await scene.phase('shop', 'workflowSuspending');
      const edited = operate(waiting.status?.workflow, 'terminate', undefined);
      assert.ok(edited.ok);
      await scene.patch(application, { status: { workflow: edited.value.workflow ?? null } }, 'status');
      return scene.phase('shop', 'workflowTerminated');
    },
  },
  'no progress within the deadline': {
    kstatus: 'Failed',
    argo: 'Degraded',
    async reach(scene) {
      await scene.apply(quota);
      await scene.apply(shop({ annotations: `${progressDeadline}: "60"` }));
      await scene.phase('shop', 'runningWorkflow');
      await scene.server.pass(90_000);
      return present(scene);
    },
  },
  'being deleted': {
    kstatus: 'Terminating',
    argo: 'Progressing',
    async reach(scene) {
      await running(scene);
      const held = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' };
      await scene.patch(held, { metadata: { finalizers: ['example.test/hold'] } });
      await scene.remove(application);
      await scene.server.pass(3000);
      const app = await present(scene);
      await scene.patch(held, { metadata: { finalizers: null } });
      return app;
    },
  },
};

/** The rows of the rule in docs/argo-cd.md: condition, status, health; the first that holds decides. */
function argoRows(): { type: string; status: string; health: string }[] {
  const page = readFileSync(new URL('../../docs/argo-cd.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/\{ "(\w+)", "(\w+)", "(\w+)" \}/g)];
  return rows.map(([, type = '', status = '', health = '']) => ({ type, status, health }));
}

/** The rule in docs/argo-cd.md. What is being deleted is Progressing before any rule is asked (gitops-engine, pkg/health/health.go). */
function inArgo({ metadata, status }: Application): string {
  if (metadata.deletionTimestamp) return 'Progressing';
  if (status?.observedGeneration !== metadata.generation) return 'Progressing';
  const holds = ({ type, status: is }: { type: string; status: string }): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === is) ?? false;
  return argoRows().find(holds)?.health ?? 'Progressing';
}

describe('an Application is read rightly in every state (embedded API server)', () => {
  const reached = new Map<string, Application>();
  let server: Server;
  before(async function () {
    this.timeout(120_000);
    server = await embeddedServer();
    for (const [title, { reach }] of Object.entries(states)) {
      const scene = await openScene(server);
      try {
        reached.set(title, await reach(scene));
      } finally {
        await scene.close();
      }
    }
  });
  after(() => server.close());

  for (const [title, { kstatus }] of Object.entries(states)) {
    it(`kstatus: ${title}: ${kstatus}`, function () {
      if (!isBuilt('kstatus')) {
        // CI builds it first; a newcomer without Go is told and goes on.
        if (process.env.CI) assert.fail('kstatus is not built (npm run controlplane -- build kstatus)');
        console.warn('    SKIPPED: kstatus is not built (npm run controlplane -- build kstatus)');
        this.skip();
      }
      const input = JSON.stringify(reached.get(title));
      const { stdout, stderr, status } = spawnSync(builtFile('kstatus'), { input, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const judged = JSON.parse(stdout) as { status?: string; message?: string; error?: string };
      assert.equal(judged.status, kstatus, `${stdout}${JSON.stringify(reached.get(title)?.status?.conditions, null, 1)}`);
    });
  }

  for (const [title, { argo }] of Object.entries(states)) {
    it(`Argo CD: ${title}: ${argo}`, () => {
      const app = reached.get(title);
      assert.ok(app);
      assert.equal(inArgo(app), argo, JSON.stringify(app.status?.conditions, null, 1));
    });
  }

  it('only a running application counts as done for anybody', () => {
    const done = Object.entries(states).filter(([, { kstatus, argo }]) => kstatus === 'Current' || argo === 'Healthy');
    assert.deepEqual(
      done.map(([title]) => title),
      ['running'],
    );
    assert.ok(argoRows().length > 0, 'docs/argo-cd.md holds the rule');
  });
});
