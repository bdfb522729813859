/**
 * A component edited away and back within 300 ms, in forty applications at once. KubeVela v1.10.9 lost 114 of 120 live
 * objects so, for good, while every application said `running` (measured; kubevela#7278).
 */
import assert from 'node:assert/strict';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { settled } from '../harness/servers.ts';
import { assertNothingOrphaned, followObjects, uidsOf } from '../harness/truth.ts';

const count = 40;
const names = Array.from({ length: count }, (_, index) => `shop-${index}`);

const map = (name: string, letter: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}-${letter}}, data: {of: ${name}}}`;
const component = (name: string, letters: string): string => `
    - name: ${name}-${letters}
      type: k8s-objects
      properties: {objects: [${[...letters].map((letter) => map(name, letter)).join(', ')}]}`;
const app = (name: string, ...letters: string[]): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: ${name}}
spec:
  components:${letters.map((each) => component(name, each)).join('')}
`;

onEachServer('forty applications edited away and back', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  it('never lose an object, nor get another in its place', async function () {
    this.timeout(180_000);
    const both = names.map((name) => app(name, 'a', 'bc')).join('---');
    const one = names.map((name) => app(name, 'a')).join('---');
    await scene.apply(both);
    for (const name of names) await scene.phase(name, 'running', 120_000);
    const before = await uidsOf(scene);
    const ours = [...before.keys()].filter((key) => key.includes('shop-'));
    assert.equal(ours.length, count * 3);
    await scene.server.pass(3000);
    const history = await followObjects(scene);
    const each = (yaml: string) => Promise.all(yaml.split('---').map((document) => settled(server(), scene.apply(document))));
    const begun = server().clock.monotonic();
    await each(one);
    await scene.server.pass(50);
    await each(both);
    const tookMs = server().clock.monotonic() - begun;
    for (const name of names) await scene.phase(name, 'running', 120_000);
    await scene.server.pass(5000);
    const after = await uidsOf(scene);
    for (const key of ours) assert.equal(after.get(key), before.get(key), `${key} is still the same object (edits took ${tookMs} ms)`);
    assert.deepEqual(
      history.events.filter((event) => event.includes('shop-')),
      [],
    );
    history.close();
    await assertNothingOrphaned(scene);
  });
});
