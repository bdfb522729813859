/** Explicit workflows: order, waiting, approval, data between steps, and the edits by which people hold and let go. */
import assert from 'node:assert/strict';
import type { Application } from '../../src/api/application.ts';
import { valueAt } from '../../src/base/json.ts';
import { type Operation, operate } from '../../src/workflow/operations.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };

const shop = (steps: string, extra = ''): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: storefront, type: webservice, properties: {image: "nginx:1.27"}}
    - {name: payments, type: webservice, properties: {image: "nginx:1.27"}}
${extra}
  workflow:
    steps:
${steps}
`;
const applyStorefront = '      - {name: first, type: apply-component, properties: {component: storefront}}\n';
const approve = '      - {name: approve, type: suspend, properties: {message: "wait for the release manager"}}\n';
const applyPayments = '      - {name: last, type: apply-component, properties: {component: payments}}\n';

onEachServer('workflow', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  /** Edits status.workflow as `lateen workflow` and `vela workflow` do. */
  const operateOn = async (operation: Operation, step?: string): Promise<void> => {
    const app = await scene.app('shop');
    const edited = operate(app?.status?.workflow, operation, step);
    assert.ok(edited.ok, edited.ok ? '' : edited.problem.message);
    await scene.patch(
      { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' },
      { status: { workflow: edited.value.workflow ?? null } },
      'status',
    );
  };
  const condition = (app: Application, type: string) => app.status?.conditions?.find((one) => one.type === type);
  const phases = (app: Application) => app.status?.workflow?.steps?.map(({ name, phase }) => `${name}:${phase}`);

  it('waits for approval before the last component, says so truthfully, and goes on after resume', async () => {
    await scene.apply(shop(applyStorefront + approve + applyPayments));
    const waiting = await scene.phase('shop', 'workflowSuspending');
    assert.deepEqual(phases(waiting), ['first:succeeded', 'approve:suspending']);
    assert.equal(condition(waiting, 'Ready')?.status, 'Unknown');
    assert.equal(condition(waiting, 'Ready')?.reason, 'Suspended');
    assert.match(condition(waiting, 'Ready')?.message ?? '', /wait for the release manager/);
    assert.equal(condition(waiting, 'Reconciling')?.status, 'False');
    assert.equal(condition(waiting, 'Stalled')?.status, 'False');
    assert.equal(await scene.get({ ...deployment, name: 'payments' }), undefined);
    await operateOn('resume');
    const done = await scene.phase('shop', 'running');
    assert.deepEqual(phases(done), ['first:succeeded', 'approve:succeeded', 'last:succeeded']);
    assert.ok(await scene.get({ ...deployment, name: 'payments' }));
  });

  it('repairs what was delivered while it is suspended, and keeps what a later step still holds', async () => {
    await scene.apply(shop(applyStorefront + applyPayments));
    await scene.phase('shop', 'running');
    await scene.server.pass(2500);
    await scene.apply(shop(approve + applyStorefront + applyPayments));
    await scene.phase('shop', 'workflowSuspending');
    await scene.remove({ ...deployment, name: 'payments' });
    await scene.until('payments is back', () => scene.get({ ...deployment, name: 'payments' }));
  });

  it('survives a restart of the operator while it waits', async () => {
    await scene.apply(shop(applyStorefront + approve + applyPayments));
    await scene.phase('shop', 'workflowSuspending');
    await scene.operator.stop();
    await scene.startOperator();
    await operateOn('resume');
    await scene.phase('shop', 'running');
  });

  it('goes on by itself after the duration of a suspend', async () => {
    await scene.apply(shop(`      - {name: pause, type: suspend, properties: {duration: 3s}}\n${applyPayments}`));
    await scene.phase('shop', 'workflowSuspending');
    const done = await scene.phase('shop', 'running');
    assert.deepEqual(phases(done), ['pause:succeeded', 'last:succeeded']);
  });

  it('ends when it is terminated, and begins anew when it is restarted', async () => {
    await scene.apply(shop(applyStorefront + approve + applyPayments));
    await scene.phase('shop', 'workflowSuspending');
    await operateOn('terminate');
    const ended = await scene.phase('shop', 'workflowTerminated');
    assert.equal(condition(ended, 'Ready')?.status, 'False');
    assert.equal(condition(ended, 'Stalled')?.status, 'True');
    await operateOn('restart');
    await scene.phase('shop', 'workflowSuspending');
    await operateOn('resume');
    await scene.phase('shop', 'running');
  });

  it('hands a value from an object to a later step and to a component', async () => {
    await scene.apply(
      `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: storefront, type: webservice, properties: {image: "nginx:1.27"}, outputs: [{name: uid, valueFrom: output.metadata.name}]}
    - {name: payments, type: webservice, properties: {image: "nginx:1.27", env: [{name: BACKEND, value: none}]}, inputs: [{from: uid, parameterKey: "env[0].value"}]}
`,
    );
    await scene.phase('shop', 'running');
    const payments = await scene.get({ ...deployment, name: 'payments' });
    assert.equal(valueAt(payments, ['spec', 'template', 'spec', 'containers', 0, 'env', 0, 'value']), 'storefront');
    const context = await scene.get({ ...configMap, name: 'workflow-shop-context' });
    assert.match(String(valueAt(context, ['data', 'vars'])), /storefront/);
  });

  it('applies and reads objects, writes what it learned, and owns what it wrote', async () => {
    const steps = `
      - {name: settings, type: apply-object, properties: {value: {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: green}}}}
      - name: look
        type: read-object
        properties: {apiVersion: v1, kind: ConfigMap, name: settings, namespace: NAMESPACE}
        outputs: [{name: colour, valueFrom: output.value.data.colour}]
      - name: note
        type: export2config
        inputs: [{from: colour, parameterKey: data.colour}]
        properties: {configName: note, data: {}}
      - {name: say, type: print-message-in-status, properties: {message: hello}}
${applyStorefront}`.replace('NAMESPACE', scene.namespace);
    await scene.apply(shop(steps));
    const done = await scene.phase('shop', 'running');
    assert.equal(valueAt(await scene.get({ ...configMap, name: 'note' }), ['data', 'colour']), 'green');
    assert.equal(done.status?.workflow?.steps?.find(({ name }) => name === 'say')?.message, 'hello');
    assert.ok(done.status?.appliedResources?.some(({ name }) => name === 'settings'));
    await scene.remove({ ...configMap, name: 'settings' });
    await scene.until('settings is back', () => scene.get({ ...configMap, name: 'settings' }));
    await scene.apply(shop(applyStorefront));
    await scene.until('objects of steps that left are gone', async () =>
      (await scene.get({ ...configMap, name: 'settings' })) ? undefined : true,
    );
  });

  it('fails a step by timeout, runs what is always to run, and leaves what was delivered', async () => {
    const steps = `
      - {name: never, type: apply-component, timeout: 2s, properties: {component: slow}}
      - {name: after, type: print-message-in-status, if: always, properties: {message: cleaned up}}
${applyStorefront}`;
    await scene.apply(shop(steps, '    - {name: slow, type: webservice, properties: {image: "shop/never-ready:1"}}'));
    const failed = await scene.phase('shop', 'workflowFailed');
    assert.deepEqual(phases(failed), ['never:failed', 'after:succeeded', 'first:skipped']);
    assert.equal(failed.status?.workflow?.steps?.[0]?.reason, 'Timeout');
    assert.equal(condition(failed, 'Ready')?.status, 'False');
    assert.ok(await scene.get({ ...deployment, name: 'slow' }));
  });

  it('fails with the reason of a Job that failed for good (decision 55)', async () => {
    const job =
      '{apiVersion: batch/v1, kind: Job, spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "shop/fail:1"}]}}}}';
    const migrate = `    - {name: migrate, type: k8s-objects, properties: {objects: [${job}]}}`;
    await scene.apply(shop('      - {name: migrate, type: apply-component, properties: {component: migrate}}\n', migrate));
    const failed = await scene.phase('shop', 'workflowFailed');
    assert.match(condition(failed, 'Ready')?.message ?? '', /step "migrate" failed/);
  });

  it('delivers where a topology says, with overrides, in dependency order', async () => {
    const place = `${scene.namespace}-eu`;
    await scene.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: ${place}}}`);
    await scene.apply(`
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: storefront, type: webservice, dependsOn: [payments], properties: {image: "nginx:1.27"}, traits: [{type: scaler, properties: {replicas: 1}}]}
    - {name: payments, type: webservice, properties: {image: "nginx:1.27"}}
  policies:
    - {name: eu, type: topology, properties: {clusters: [local], namespace: ${place}}}
    - {name: more, type: override, properties: {components: [{name: storefront, traits: [{type: scaler, properties: {replicas: 2}}]}]}}
  workflow:
    steps:
      - {name: ship, type: deploy, properties: {policies: [eu, more]}}
`);
    const done = await scene.phase('shop', 'running');
    const storefront = await scene.get({ ...deployment, name: 'storefront', namespace: place });
    assert.equal(valueAt(storefront, ['spec', 'replicas']), 2);
    assert.deepEqual(
      done.status?.services?.map(({ name, namespace, cluster }) => ({ name, namespace, cluster })),
      [
        { name: 'storefront', namespace: place, cluster: 'local' },
        { name: 'payments', namespace: place, cluster: 'local' },
      ],
    );
    await scene.remove({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' });
    await scene.until('gone there too', async () =>
      (await scene.get({ ...deployment, name: 'storefront', namespace: place })) ? undefined : true,
    );
    await scene.remove({ apiVersion: 'v1', kind: 'Namespace', name: place });
  });

  it('holds what a publishVersion published until the version changes', async () => {
    const published = (version: string, image: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, annotations: {app.oam.dev/publishVersion: ${version}}}
spec:
  components:
    - {name: storefront, type: webservice, properties: {image: "${image}"}}
`;
    const image = async () =>
      valueAt(await scene.get({ ...deployment, name: 'storefront' }), ['spec', 'template', 'spec', 'containers', 0, 'image']);
    await scene.apply(published('spring', 'nginx:1.27'));
    await scene.phase('shop', 'running');
    await scene.apply(published('spring', 'nginx:1.28'));
    await scene.server.pass(3000);
    assert.equal(await image(), 'nginx:1.27');
    await scene.apply(published('summer', 'nginx:1.28'));
    await scene.until('the new version is delivered', async () => ((await image()) === 'nginx:1.28' ? true : undefined));
    // An annotation does not make a new generation: the run itself tells which version it is of.
    await scene.until('the run of the new version has succeeded', async () => {
      const workflow = (await scene.app('shop'))?.status?.workflow;
      return workflow?.appRevision === 'summer' && workflow.status === 'succeeded' ? true : undefined;
    });
  });

  it('takes a Workflow object and Policy objects that it names, also when they come later', async () => {
    await scene.apply(`
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: storefront, type: webservice, properties: {image: "nginx:1.27"}, traits: [{type: scaler, properties: {replicas: 1}}]}
  workflow: {ref: release}
`);
    const waiting = await scene.until('it says what it waits for', async () =>
      (await scene.app('shop'))?.status?.conditions?.find(({ type }) => type === 'Parsed'),
    );
    assert.match(waiting.message ?? '', /workflow "release" does not exist/);
    await scene.apply(`
apiVersion: core.oam.dev/v1alpha1
kind: Policy
metadata: {name: more}
type: override
properties: {components: [{name: storefront, traits: [{type: scaler, properties: {replicas: 3}}]}]}
---
apiVersion: core.oam.dev/v1alpha1
kind: Workflow
metadata: {name: release}
steps:
  - {name: ship, type: deploy, properties: {policies: [more]}}
`);
    await scene.phase('shop', 'running');
    assert.equal(valueAt(await scene.get({ ...deployment, name: 'storefront' }), ['spec', 'replicas']), 3);
  });

  it('is stalled after the progress deadline that it names, with the cause', async () => {
    const slow = shop(
      '      - {name: never, type: apply-component, properties: {component: slow}}\n',
      '    - {name: slow, type: webservice, properties: {image: "shop/never-ready:1"}}',
    );
    await scene.apply(
      slow.replace('metadata: {name: shop}', 'metadata: {name: shop, annotations: {lateen.dev/progress-deadline-seconds: "3"}}'),
    );
    const stalled = await scene.until('it is stalled', async () => {
      const app = await scene.app('shop');
      return app && condition(app, 'Stalled')?.status === 'True' ? app : undefined;
    });
    assert.equal(stalled.status?.status, 'runningWorkflow');
    assert.match(condition(stalled, 'Stalled')?.message ?? '', /no progress for 3 s: step "never"/);
    assert.equal(condition(stalled, 'Reconciling')?.status, 'False');
  });
});
