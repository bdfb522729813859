/** Whose is an object that is already there? Nothing of somebody else is ever changed, and nothing of it deleted (F07). */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

const map = { apiVersion: 'v1', kind: 'ConfigMap', name: 'brand' };
const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application' };

const app = (name: string, colour: string, more = ''): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: ${name}}
spec:
  components:
    - name: ${name}-brand
      type: k8s-objects
      properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: brand}, data: {colour: ${colour}}}]}
    - name: ${name}-web
      type: webservice
      properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}
${more}`;
const takeOver = `  policies:
    - {name: adopt, type: take-over, properties: {rules: [{selector: {resourceTypes: [ConfigMap]}}]}}
`;

/** An object as far as writes of others would show. */
const face = (object: KubeObject | undefined): unknown => ({
  uid: object?.metadata.uid,
  resourceVersion: object?.metadata.resourceVersion,
  managedFields: object?.metadata.managedFields,
  data: object?.data,
});

onEachServer('ownership', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server(), { settings: { maxStepRetries: 50 } });
  });
  afterEach(() => scene.close());

  const refusal = (name: string, pattern: RegExp) =>
    scene.until(`${name} says ${pattern}`, async () => {
      const now = await scene.app(name);
      const ready = now?.status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'False' && pattern.test(ready.message ?? '') ? now : undefined;
    });
  const gone = (ref: { apiVersion: string; kind: string; name: string }) =>
    scene.until(`${ref.kind} ${ref.name} is gone`, async () => ((await scene.get(ref)) ? undefined : true));
  const webOf = (name: string) =>
    scene.until(`${name}-web is delivered`, () => scene.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: `${name}-web` }));

  it('never writes to an object of another application: it names the owner and goes on with the rest', async () => {
    await scene.apply(app('owner', 'red'));
    await scene.phase('owner', 'running');
    const before = await scene.get(map);
    await scene.apply(app('other', 'blue'));
    await refusal('other', /component "other-brand": ConfigMap .*brand is managed by application "owner" in namespace/);
    await webOf('other');
    await scene.server.pass(3000);
    const refused = await scene.app('other');
    assert.equal(refused?.status?.conditions?.find(({ type }) => type === 'Stalled')?.reason, 'OwnedByAnother');
    assert.deepEqual(face(await scene.get(map)), face(before));
  });

  it('never deletes the object that was refused, when the refused application goes', async () => {
    await scene.apply(app('owner', 'red'));
    await scene.phase('owner', 'running');
    const before = await scene.get(map);
    await scene.apply(app('other', 'blue'));
    await refusal('other', /managed by application "owner"/);
    await webOf('other');
    await scene.remove({ ...application, name: 'other' });
    await gone({ ...application, name: 'other' });
    await gone({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'other-web' });
    assert.deepEqual(face(await scene.get(map)), face(before));
  });

  it('never deletes the object that was refused, when the refused component leaves the spec', async () => {
    await scene.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: brand}, data: {colour: green}}');
    const before = await scene.get(map);
    await scene.apply(app('shop', 'blue'));
    await refusal('shop', /ConfigMap .*brand exists and belongs to no application \(written by user\)/);
    await scene.apply(app('shop', 'blue').replace(/ {4}- name: shop-brand[\s\S]*?colour: blue}}]}\n/, ''));
    await scene.phase('shop', 'running');
    await scene.server.pass(4000);
    assert.deepEqual(face(await scene.get(map)), face(before));
    const recorded = (await scene.app('shop'))?.status?.appliedResources?.map(({ kind }) => kind);
    assert.ok(!recorded?.includes('ConfigMap'));
  });

  it('never takes over an object of nobody without being told to', async () => {
    await scene.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: brand}, data: {colour: green, size: l}}');
    const before = await scene.get(map);
    await scene.apply(app('shop', 'blue'));
    await refusal('shop', /belongs to no application \(written by user\)\. Add a take-over policy/);
    assert.deepEqual(face(await scene.get(map)), face(before));
    await scene.apply(app('shop', 'blue', takeOver));
    await scene.phase('shop', 'running');
    const adopted = await scene.get(map);
    assert.equal(adopted?.metadata.uid, before?.metadata.uid);
    assert.deepEqual(adopted?.data, { colour: 'blue', size: 'l' });
    assert.equal(adopted?.metadata.labels?.['app.oam.dev/name'], 'shop');
  });

  it('never lets a take-over policy take what another application owns', async () => {
    await scene.apply(app('owner', 'red'));
    await scene.phase('owner', 'running');
    const before = await scene.get(map);
    await scene.apply(app('other', 'blue', takeOver));
    await refusal('other', /managed by application "owner"/);
    await scene.server.pass(2000);
    assert.deepEqual(face(await scene.get(map)), face(before));
  });

  it('never keeps an application waiting that could have its object by now', async () => {
    await scene.apply(app('owner', 'red'));
    await scene.phase('owner', 'running');
    await scene.apply(app('other', 'blue'));
    await refusal('other', /managed by application "owner"/);
    await scene.remove({ ...application, name: 'owner' });
    await gone({ ...application, name: 'owner' });
    await scene.phase('other', 'running', 60_000);
    assert.deepEqual((await scene.get(map))?.data, { colour: 'blue' });
  });

  it('never deletes an object that somebody made anew under a name of ours', async () => {
    await scene.apply(app('shop', 'red'));
    await scene.phase('shop', 'running');
    await scene.operator.stop();
    await scene.remove(map);
    await scene.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: brand}, data: {colour: green}}');
    const before = await scene.get(map);
    await scene.remove({ ...application, name: 'shop' });
    await scene.startOperator();
    await gone({ ...application, name: 'shop' });
    assert.deepEqual(face(await scene.get(map)), face(before));
  });
});
