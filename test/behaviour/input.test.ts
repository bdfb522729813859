/**
 * Every wrong application of the recorded cases, end to end: its sentence stands where a user looks, and the objects of
 * the last good revision stay as they are.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Application } from '../../src/api/application.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

const folder = new URL('../conformance/cases/errors/', import.meta.url);

/** Cases that are no refusal of ours, or whose definitions do not exist yet, with why. */
const elsewhere: Record<string, string> = {
  'undeclared-parameter': 'taken with a warning',
  'trait-not-applicable': 'taken with a warning',
  'trait-not-applicable-cronjob': 'taken with a warning',
  'command-args-and-addargs': 'trait "command" is of a later release',
  'container-not-found-order': 'trait "container-image" is of a later release',
  'missing-required-trait-parameter': 'trait "init-container" is of a later release',
  'out-of-range': 'trait "affinity" is of a later release',
  'ref-objects-not-found': 'type "ref-objects" is of a later release',
};

const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.setup.yaml'))
  .map((file) => file.replace('.yaml', ''))
  .filter((name) => elsewhere[name] === undefined);

function read(name: string): { text: string; expected: string } {
  const text = readFileSync(new URL(`${name}.yaml`, folder), 'utf8');
  return { text, expected: /^# expect: (.*)$/m.exec(text)?.[1] ?? '' };
}

/** Everything a user reads of an application: conditions that are not True, messages of steps. */
function told(app: Application): string {
  const conditions = (app.status?.conditions ?? [])
    .filter(({ status }) => status !== 'True')
    .map(({ type, message }) => `${type}: ${message ?? ''}`);
  const steps = (app.status?.workflow?.steps ?? []).map(({ name, message }) => `step "${name}": ${message ?? ''}`);
  return [...conditions, ...steps].join('\n');
}

/** The words in quotes, the kinds and the rule: what the sentence must name, however it is worded. */
function says(text: string, expected: string): boolean {
  if (text.includes(expected)) return true;
  const names = [...expected.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  return names.length > 0 && names.every((name) => text.includes(name));
}

onEachServer('wrong input', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server(), { settings: { maxStepRetries: 3 } });
  });
  afterEach(() => scene.close());

  for (const name of cases) {
    const { text, expected } = read(name);
    it(`never goes unexplained (${name}): ${expected}`, async () => {
      const setup = new URL(`${name}.setup.yaml`, folder);
      if (existsSync(setup)) {
        await scene.apply(readFileSync(setup, 'utf8'));
        await scene.server.pass(500);
      }
      await scene.apply(text);
      let last = '';
      const app = await scene
        .until(
          expected,
          async () => {
            const now = await scene.app(name);
            last = now ? told(now) : '';
            return now && says(last, expected) ? now : undefined;
          },
          8000,
        )
        .catch((error: unknown) => assert.fail(`${error}\nit said:\n${last}`));
      assert.equal(app.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'False');
    });
  }

  for (const steps of ['', '  workflow: {steps: [{name: all, type: deploy, properties: {policies: []}}]}\n']) {
    it(`never lets two components write one object in turns${steps ? ', in one step' : ''}: both are named`, async () => {
      const object = (component: string, colour: string) => `
    - name: ${component}
      type: k8s-objects
      properties: {objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: brand}, data: {colour: ${colour}}}]}`;
      await scene.apply(`
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:${object('red', 'red')}${object('blue', 'blue')}
${steps}`);
      const render = await scene.until('Render is False', async () =>
        (await scene.app('shop'))?.status?.conditions?.find(({ type, status }) => type === 'Render' && status === 'False'),
      );
      assert.match(render.message ?? '', /ConfigMap "brand" is rendered twice: by component "red" and by component "blue"/);
      assert.equal(await scene.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'brand' }), undefined);
    });
  }

  it('never touches the objects of the last good revision', async () => {
    const good = `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: storefront, type: webservice, properties: {image: "nginx:1.27", ports: [{port: 80, expose: true}]}}
    - {name: cart, type: worker, properties: {image: "nginx:1.27"}}
`;
    const refs = [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'storefront' },
      { apiVersion: 'v1', kind: 'Service', name: 'storefront' },
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    ];
    await scene.apply(good);
    await scene.phase('shop', 'running');
    const before = await Promise.all(refs.map((ref) => scene.get(ref)));
    scene.operator.requests.length = 0;
    const wrong = cases.filter(
      (name) => /duplicate|cycle|unknown|missing|wrong-type|enum|regex/.test(name) && !/kind|cluster|missing-field/.test(name),
    );
    for (const name of wrong) {
      const bad = load(read(name).text) as KubeObject;
      const spec = JSON.parse(JSON.stringify(bad.spec));
      await scene.user.client.patch(
        { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace: scene.namespace, name: 'shop' },
        { type: 'merge', body: { spec: { policies: null, workflow: null, ...spec } } },
      );
      await scene.until(`${name} is seen`, async () => {
        const now = await scene.app('shop');
        const isTold = now?.status?.observedGeneration === now?.metadata.generation;
        const live = await scene.get(refs[0] as never);
        assert.equal(live?.metadata.generation, before[0]?.metadata.generation, name);
        return isTold && now?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False') ? true : undefined;
      });
    }
    await scene.server.pass(3000);
    const after = await Promise.all(refs.map((ref) => scene.get(ref)));
    assert.deepEqual(
      after.map((object) => [object?.metadata.uid, object?.metadata.generation]),
      before.map((object) => [object?.metadata.uid, object?.metadata.generation]),
    );
    assert.deepEqual(
      scene.operator.requests.filter(({ method, path }) => method !== 'GET' && method !== 'WATCH' && /deployments|services/.test(path)),
      [],
    );
  });
});
