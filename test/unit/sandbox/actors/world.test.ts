import assert from 'node:assert/strict';
import type { World } from '../../../../sandbox/actors/world.ts';
import { createApiServer } from '../../../../sandbox/server/index.ts';
import type { Transport } from '../../../../src/base/http.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { virtualClock } from '../../../../src/base/virtual-clock.ts';
import { type Ground, requester, scene, steps } from '../../../harness/world-scenario.ts';

describe('the world on the embedded API server', () => {
  let world: World | undefined;

  async function ground(): Promise<Ground & { asked: string[] }> {
    const clock = virtualClock();
    const server = createApiServer({ clock, random: seededRandom(1) });
    const whole = server.transport({ user: 'world', groups: ['system:masters'] });
    const asked: string[] = [];
    const transport: Transport = {
      ...whole,
      request: (request) => {
        asked.push(`${request.method} ${request.path}`);
        return whole.request(request);
      },
      stream: (request) => {
        asked.push(`WATCH ${request.path}`);
        return whole.stream(request);
      },
    };
    const api = requester(transport);
    await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    return { transport, clock, namespace: 'demo', asked, pass: (ms) => clock.advance(ms) };
  }
  afterEach(() => world?.stop());

  for (const [name, step] of Object.entries(steps)) {
    it(name, async () => {
      const here = await ground();
      const there = scene(here);
      world = there.world;
      await here.pass(1_000);
      await step(here, there);
    });
  }

  it('asks nothing at rest', async () => {
    const here = await ground();
    const there = scene(here);
    world = there.world;
    await here.pass(1_000);
    const spec = {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
    };
    await there.api.create('/apis/apps/v1/namespaces/demo/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec,
    });
    await here.pass(10_000);
    here.asked.length = 0;
    await here.pass(4 * 60_000);
    assert.deepEqual(here.asked, []);
  });

  it("starts a CronJob's Jobs on time and keeps as many as the history limit allows", async () => {
    const here = await ground();
    const there = scene(here);
    world = there.world;
    await here.pass(1_000);
    const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'task:1' }] } } } };
    await there.api.create('/apis/batch/v1/namespaces/demo/cronjobs', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'tick' },
      spec: { schedule: '*/10 * * * *', successfulJobsHistoryLimit: 2, jobTemplate },
    });
    await here.pass(65 * 60_000);
    const jobs = await there.api.get('/apis/batch/v1/namespaces/demo/jobs');
    assert.deepEqual(
      (Array.isArray(jobs.items) ? jobs.items : []).map((job) => JSON.stringify(job).match(/scheduled-timestamp":"([^"]+)/)?.[1]),
      ['2026-01-01T00:50:00Z', '2026-01-01T01:00:00Z'],
    );
  });

  it('withholds addresses while told to', async () => {
    const here = await ground();
    const there = scene(here);
    world = there.world;
    there.world.withholdLoadBalancers(true);
    await here.pass(1_000);
    const path = '/api/v1/namespaces/demo/services';
    await there.api.create(path, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    await here.pass(60_000);
    assert.deepEqual((await there.api.get(`${path}/web`)).status, { loadBalancer: {} });
    there.world.withholdLoadBalancers(false);
    await here.pass(1_000);
    assert.match(JSON.stringify((await there.api.get(`${path}/web`)).status), /192\.0\.2\./);
  });
});
