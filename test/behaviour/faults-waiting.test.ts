/**
 * What somebody outside has to lift: the application waits and says for what, the others of its parts go on, and it goes
 * on the moment it can (reliability.md F25, F27, F30 to F32, F34).
 */
import assert from 'node:assert/strict';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { settled } from '../harness/servers.ts';

const objects = (component: string, ...manifests: string[]): string => `
    - name: ${component}
      type: k8s-objects
      properties:
        objects:
${manifests.map((manifest) => `          - ${manifest}`).join('\n')}`;

const app = (components: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:${components}
`;
const map = (name: string, data = '{colour: red}', namespace = ''): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}${namespace ? `, namespace: ${namespace}` : ''}}, data: ${data}}`;

onEachServer('waiting', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  const waits = (pattern: RegExp) =>
    scene.until(`the application waits and says ${pattern}`, async () => {
      const ready = (await scene.app('shop'))?.status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'False' && pattern.test(ready.message ?? '') ? ready : undefined;
    });
  const reconciling = async () => (await scene.app('shop'))?.status?.conditions?.find(({ type }) => type === 'Reconciling')?.status;
  const there = (name: string, namespace = scene.namespace) =>
    scene.until(`ConfigMap ${name} is there`, () => scene.get({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace }));

  /** By event, not by a poll (30 s): two virtual seconds. A busy real server serves a new kind only after some time. */
  const atOnceMs = (): number => (server().kind === 'real' ? 20_000 : 2000);

  it('never fails over a namespace that comes later, and goes on at once when it does', async () => {
    const later = `${scene.namespace}-later`;
    await scene.apply(app(objects('far', map('far', undefined, later)) + objects('near', map('near'))));
    const ready = await waits(new RegExp(`component "far": ConfigMap ${later}/far waits for namespace "${later}", which does not exist`));
    assert.equal(ready.reason, 'NamespaceMissing');
    assert.equal(await reconciling(), 'True');
    await there('near');
    await scene.server.pass(server().kind === 'real' ? 1000 : 60_000);
    await scene.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: ${later}}}`);
    await scene.phase('shop', 'running', atOnceMs());
    await there('far', later);
    await settled(server(), scene.user.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: later }));
  });

  it('never fails over a CRD that comes later, and goes on at once when it does', async () => {
    const group = `${scene.namespace}.example.com`;
    await scene.apply(
      app(
        objects('bus', `{apiVersion: ${group}/v1, kind: Topic, metadata: {name: orders}, spec: {partitions: 3}}`) +
          objects('near', map('near')),
      ),
    );
    const ready = await waits(/component "bus": no kind "Topic" in .*; is its CRD installed\?/);
    assert.equal(ready.reason, 'KindMissing');
    await there('near');
    await scene.server.pass(server().kind === 'real' ? 1000 : 12_000);
    await scene.apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: topics.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Topic, listKind: TopicList, plural: topics, singular: topic}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {partitions: {type: integer}}}}}}
`);
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `topics.${group}` };
    await scene.until('the CRD is established', async () => {
      const answer = await scene.user.client.get(crd);
      const status = answer.ok ? (answer.value.status as { conditions?: { type: string; status: string }[] }) : {};
      return status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') || undefined;
    });
    await scene.phase('shop', 'running', atOnceMs());
    await settled(server(), scene.user.client.delete(crd));
  });

  it('never stumbles over a kind that turns out to have no namespace', async () => {
    const group = `${scene.namespace}-wide.example.com`;
    const name = `orders-${scene.namespace}`;
    await scene.apply(
      app(objects('bus', `{apiVersion: ${group}/v1, kind: Line, metadata: {name: ${name}}}`) + objects('near', map('near'))),
    );
    await waits(/component "bus": no kind "Line"/);
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `lines.${group}` };
    await scene.apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${crd.name}}
spec:
  group: ${group}
  scope: Cluster
  names: {kind: Line, listKind: LineList, plural: lines, singular: line}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`);
    await scene.phase('shop', 'running', 10_000);
    await scene.server.pass(4000);
    const writes = scene.operator.requests.filter(({ method }) => !['GET', 'WATCH'].includes(method)).length;
    await scene.server.pass(server().kind === 'real' ? 3000 : 60_000);
    assert.equal(scene.operator.requests.filter(({ method }) => !['GET', 'WATCH'].includes(method)).length, writes, 'it has come to rest');
    await scene.remove({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' });
    await scene.until('the application is gone', async () => ((await scene.app('shop')) ? undefined : true));
    assert.equal(await scene.get({ apiVersion: `${group}/v1`, kind: 'Line', name, namespace: undefined } as never), undefined);
    await settled(server(), scene.user.client.delete(crd));
  });

  it('never fails over a quota that is full, and goes on when there is room', async () => {
    await scene.apply('{apiVersion: v1, kind: ResourceQuota, metadata: {name: small}, spec: {hard: {count/secrets: "0"}}}');
    await scene.until('the quota is counted', async () => {
      const quota = await scene.get({ apiVersion: 'v1', kind: 'ResourceQuota', name: 'small' });
      return (quota?.status as { hard?: unknown } | undefined)?.hard ? true : undefined;
    });
    await scene.apply(
      app(objects('keys', '{apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {a: b}}') + objects('near', map('near'))),
    );
    const ready = await waits(/component "keys": Secret .*keys waits for quota: .*exceeded quota: small/);
    assert.equal(ready.reason, 'QuotaExceeded');
    await there('near');
    await scene.patch({ apiVersion: 'v1', kind: 'ResourceQuota', name: 'small' }, { spec: { hard: { 'count/secrets': '5' } } });
    await scene.phase('shop', 'running', 5000);
  });

  it('never fails over a webhook of somebody else that does not answer, and names it', async function () {
    if (server().kind === 'real') this.timeout(90_000);
    const name = `${scene.namespace}.example.com`;
    const webhook = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', name };
    if (server().kind === 'embedded') {
      server().faults.inject = ({ resource, method, name: object }) =>
        resource === 'configmaps' && method === 'PATCH' && object === 'checked'
          ? {
              status: 500,
              reason: 'InternalError',
              message: `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused`,
            }
          : undefined;
    } else {
      const answer = await scene.user.client.create({
        apiVersion: webhook.apiVersion,
        kind: webhook.kind,
        metadata: { name },
        webhooks: [
          {
            name,
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            failurePolicy: 'Fail',
            timeoutSeconds: 1,
            clientConfig: { url: 'https://127.0.0.1:1/' },
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': scene.namespace } },
            objectSelector: { matchLabels: { checked: 'true' } },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] }],
          },
        ],
      });
      assert.ok(answer.ok);
      await scene.server.pass(2000);
    }
    const checked = '{apiVersion: v1, kind: ConfigMap, metadata: {name: checked, labels: {checked: "true"}}, data: {a: b}}';
    await scene.apply(app(objects('checked', checked) + objects('near', map('near'))));
    const ready = await waits(new RegExp(`component "checked": ConfigMap .*checked waits for an admission webhook: .*${name}`));
    assert.equal(ready.reason, 'WebhookFailed');
    await there('near');
    if (server().kind === 'embedded') server().faults.inject = undefined;
    else await scene.user.client.delete(webhook);
    await scene.phase('shop', 'running', 30_000);
  });

  for (const [what, before, after, ref] of [
    [
      'the selector of a Deployment',
      '{apiVersion: apps/v1, kind: Deployment, metadata: {name: fixed}, spec: {selector: {matchLabels: {a: one}}, template: {metadata: {labels: {a: one, b: two}}, spec: {containers: [{name: c, image: nginx}]}}}}',
      '{apiVersion: apps/v1, kind: Deployment, metadata: {name: fixed}, spec: {selector: {matchLabels: {b: two}}, template: {metadata: {labels: {a: one, b: two}}, spec: {containers: [{name: c, image: nginx}]}}}}',
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'fixed' },
    ],
    [
      'the template of a Job',
      '{apiVersion: batch/v1, kind: Job, metadata: {name: fixed}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "nginx:1"}]}}}}',
      '{apiVersion: batch/v1, kind: Job, metadata: {name: fixed}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "nginx:2"}]}}}}',
      { apiVersion: 'batch/v1', kind: 'Job', name: 'fixed' },
    ],
  ] as const) {
    it(`never loses the accepted state over a field that cannot change: ${what}`, async () => {
      await scene.apply(app(objects('fixed', before) + objects('near', map('near'))));
      await scene.phase('shop', 'running');
      const accepted = await scene.get(ref);
      await scene.apply(app(objects('fixed', after) + objects('near', map('near', '{colour: blue}'))));
      const ready = await waits(/component "fixed": (Deployment|Job) .*fixed cannot be changed in place: spec\..*immutable/);
      assert.equal(ready.reason, 'ImmutableField');
      await scene.until(
        'the other goes on',
        async () => ((await there('near')).data as { colour?: string }).colour === 'blue' || undefined,
      );
      assert.equal((await scene.get(ref))?.metadata.uid, accepted?.metadata.uid);
      await settled(server(), scene.user.client.delete({ ...ref, namespace: scene.namespace }, { propagationPolicy: 'Background' }));
      const returned = await scene.until('what was accepted last is back', async () => {
        const now = await scene.get(ref);
        return now && now.metadata.uid !== accepted?.metadata.uid ? now : undefined;
      });
      const read = (object: typeof returned | undefined) => {
        const spec = object?.spec as { selector?: unknown; template?: { spec?: { containers?: { image: string }[] } } };
        return ref.kind === 'Deployment' ? spec.selector : spec.template?.spec?.containers?.[0]?.image;
      };
      assert.deepEqual(read(returned), read(accepted));
      await waits(/cannot be changed in place/);
      await scene.apply(app(objects('fixed', before) + objects('near', map('near'))));
      await scene.phase('shop', 'running');
    });
  }

  it('never loses an update that meets an object somebody has just deleted', async () => {
    await scene.apply(app(objects('near', map('near'))));
    await scene.phase('shop', 'running');
    await scene.operator.stop();
    await scene.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: 'near' });
    await scene.apply(app(objects('near', map('near', '{colour: blue}'))));
    await scene.startOperator();
    await scene.phase('shop', 'running');
    await scene.server.pass(1000);
    assert.deepEqual((await there('near')).data, { colour: 'blue' });
  });
});
