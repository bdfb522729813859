/** Policies that say what is written and what is left: apply-once, read-only, take-over, garbage-collect. */
import assert from 'node:assert/strict';
import { valueAt } from '../../src/base/json.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const app = (components: string, policies: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
${components}
  policies:
${policies}
`;
const settings = (name: string, data = '{colour: green, size: "1"}'): string =>
  `    - {name: ${name}, type: k8s-objects, properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: ${data}}]}}\n`;

onEachServer('policies', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  const data = async (name: string) => valueAt(await scene.get({ ...configMap, name }), ['data']);
  const rest = () => scene.server.pass(2500);

  it('apply-once: leaves an object to those who edit it, until the application changes', async () => {
    const once = '    - {name: once, type: apply-once, properties: {enable: true}}\n';
    await scene.apply(app(settings('one'), once));
    await scene.phase('shop', 'running');
    await scene.patch({ ...configMap, name: 'one' }, { data: { colour: 'red' } });
    await rest();
    assert.deepEqual(await data('one'), { colour: 'red', size: '1' });
    await scene.apply(app(settings('one', '{colour: blue, size: "1"}'), once));
    await scene.until('the update is taken', async () => (valueAt(await data('one'), ['colour']) === 'blue' ? true : undefined));
  });

  it('apply-once with rules: leaves the named paths, repairs the others', async () => {
    const rule = '{selector: {resourceTypes: [ConfigMap]}, strategy: {affect: always, path: [data.colour]}}';
    await scene.apply(app(settings('one'), `    - {name: once, type: apply-once, properties: {enable: true, rules: [${rule}]}}\n`));
    await scene.phase('shop', 'running');
    await scene.patch({ ...configMap, name: 'one' }, { data: { colour: 'red', size: '9' } });
    await scene.until('the other path is repaired', async () => (valueAt(await data('one'), ['size']) === '1' ? true : undefined));
    assert.equal(valueAt(await data('one'), ['colour']), 'red');
    await rest();
    assert.deepEqual(await data('one'), { colour: 'red', size: '1' });
  });

  it('read-only: waits for an object and never writes it', async () => {
    const policy = '    - {name: look, type: read-only, properties: {rules: [{selector: {componentNames: [one]}}]}}\n';
    await scene.apply(app(settings('one') + settings('two'), policy));
    await scene.until('the other component is there', () => scene.get({ ...configMap, name: 'two' }));
    const waiting = await scene.until('it says what it waits for', async () => {
      const now = await scene.app('shop');
      return now?.status?.conditions?.find(({ type, message }) => type === 'Ready' && /ConfigMap .*one does not exist/.test(message ?? ''));
    });
    assert.equal(waiting.status, 'False');
    await scene.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {colour: mine}}');
    const before = await scene.get({ ...configMap, name: 'one' });
    await scene.phase('shop', 'running');
    await rest();
    assert.deepEqual((await scene.get({ ...configMap, name: 'one' }))?.metadata, before?.metadata);
    await scene.remove({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' });
    await scene.until('the application is gone', async () => ((await scene.app('shop')) ? undefined : true));
    assert.ok(await scene.get({ ...configMap, name: 'one' }), 'it is not ours to delete');
  });

  it('take-over: adopts what belongs to nobody and keeps what others wrote in it (decision 48)', async () => {
    await scene.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {theirs: kept, colour: old}}');
    const before = await scene.get({ ...configMap, name: 'one' });
    await scene.apply(
      app(settings('one'), '    - {name: take, type: take-over, properties: {rules: [{selector: {componentNames: [one]}}]}}\n'),
    );
    await scene.phase('shop', 'running');
    const after = await scene.get({ ...configMap, name: 'one' });
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    assert.deepEqual(after?.data, { theirs: 'kept', colour: 'green', size: '1' });
  });

  it('garbage-collect: keeps, lets go and deletes as its rules say', async () => {
    const rules = [
      '{selector: {componentNames: [kept]}, strategy: onAppDelete}',
      '{selector: {componentNames: [never]}, strategy: never}',
      '{selector: {componentNames: [orphan]}, strategy: onAppUpdate, propagation: orphan}',
    ].join(', ');
    const policy = `    - {name: gc, type: garbage-collect, properties: {rules: [${rules}]}}\n`;
    const all = ['kept', 'never', 'orphan', 'plain'];
    await scene.apply(app(settings('stays') + all.map((name) => settings(name)).join(''), policy));
    await scene.phase('shop', 'running');
    await scene.apply(app(settings('stays'), policy));
    await scene.until('plain is gone', async () => ((await scene.get({ ...configMap, name: 'plain' })) ? undefined : true));
    await scene.until('orphan is let go', async () => {
      const now = await scene.get({ ...configMap, name: 'orphan' });
      return now && now.metadata.labels?.['app.oam.dev/name'] === undefined ? true : undefined;
    });
    assert.ok(await scene.get({ ...configMap, name: 'kept' }));
    await scene.remove({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'shop' });
    await scene.until('the application is gone', async () => ((await scene.app('shop')) ? undefined : true));
    assert.equal(await scene.get({ ...configMap, name: 'kept' }), undefined);
    const never = await scene.get({ ...configMap, name: 'never' });
    assert.ok(never, 'strategy never keeps the object');
    assert.equal(never.metadata.labels?.['app.oam.dev/name'], undefined);
  });

  it('shared-resource: one application owns, others are listed, and the next takes over when the owner goes', async () => {
    const shared = (name: string, by: string): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: ${name}}
spec:
  components:
${settings('common', `{by: ${by}}`)}
  policies:
    - {name: shared, type: shared-resource, properties: {rules: [{selector: {resourceTypes: [ConfigMap]}}]}}
`;
    const sharers = async () => (await scene.get({ ...configMap, name: 'common' }))?.metadata.annotations?.['app.oam.dev/shared-by'];
    const at = (name: string) => `${scene.namespace}/${name}`;
    await scene.apply(shared('first', 'first'));
    await scene.phase('first', 'running');
    await scene.apply(shared('second', 'second'));
    await scene.phase('second', 'running');
    assert.equal(await sharers(), `${at('first')},${at('second')}`);
    const before = await scene.get({ ...configMap, name: 'common' });
    assert.deepEqual(before?.data, { by: 'first' });
    const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application' };
    await scene.remove({ ...application, name: 'first' });
    await scene.until('the second one writes it', async () => (valueAt(await data('common'), ['by']) === 'second' ? true : undefined));
    const after = await scene.get({ ...configMap, name: 'common' });
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    assert.equal(await sharers(), at('second'));
    await scene.remove({ ...application, name: 'second' });
    await scene.until('the last one takes it along', async () => ((await scene.get({ ...configMap, name: 'common' })) ? undefined : true));
  });
});
