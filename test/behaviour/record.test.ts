/** The record of a large application: in pages, of which only those are written that change, and none near etcd's limit (F40, F41). */
import assert from 'node:assert/strict';
import { isObject } from '../../src/base/json.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { assertNothingOrphaned, trackerPages } from '../harness/truth.ts';

const total = 1200;
const data = (index: number) => `{index: "${index}", text: "${`${index}-some contents of a settings file `.repeat(8)}"}`;
const app = (colour = 'red', without = new Set<number>()): string => `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: large}
spec:
  components:
    - name: settings
      type: k8s-objects
      properties:
        objects:
${Array.from({ length: total }, (_, index) => index)
  .filter((index) => !without.has(index))
  .map(
    (index) =>
      `          - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings-${index}${index === 7 ? `, labels: {colour: ${colour}}` : ''}}, data: ${data(index)}}`,
  )
  .join('\n')}
`;

onEachServer('a large application', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  const pageSizes = async () =>
    (await trackerPages(scene)).map(({ spec }) => {
      const compression = isObject(spec) && isObject(spec.compression) ? spec.compression : {};
      return String(compression.data ?? '').length;
    });
  const pageWrites = () =>
    scene.operator.requests.filter(({ method, path }) => method !== 'GET' && method !== 'WATCH' && /\/resourcetrackers/.test(path)).length;

  it('never outgrows what a tracker may hold, and never rewrites what stays', async function () {
    this.timeout(240_000);
    await scene.apply(app());
    await scene.phase('large', 'running', 120_000);
    const sizes = await pageSizes();
    assert.ok(sizes.length >= 3, `${sizes.length} pages`);
    for (const size of sizes) assert.ok(size <= 256 * 1024, `a page of ${size} bytes`);
    await assertNothingOrphaned(scene).catch(() => undefined);
    await scene.server.pass(3000);

    scene.operator.requests.length = 0;
    await scene.apply(app('blue'));
    await scene.until(
      'the label is there',
      async () =>
        (await scene.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings-7' }))?.metadata.labels?.colour === 'blue'
          ? true
          : undefined,
      60_000,
    );
    await scene.phase('large', 'running', 60_000);
    await scene.server.pass(3000);
    assert.ok(pageWrites() <= 2, `one page before the apply and once with its answer, got ${pageWrites()}`);
    const applied = scene.operator.requests.filter(({ method, path }) => method === 'PATCH' && /\/configmaps\//.test(path));
    assert.equal(applied.length, 1, 'only the object that changed is applied');

    await scene.operator.stop();
    scene.operator = await scene.startOperator();
    await scene.server.pass(5000);
    assert.deepEqual(
      scene.operator.requests.filter(({ method, path }) => !['GET', 'WATCH'].includes(method) && !/events/.test(path)),
      [],
      'what was answered is known after a restart',
    );

    await scene.apply(app('blue', new Set([3, 600, 1100])));
    await scene.until(
      'what left is gone',
      async () => ((await scene.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings-1100' })) ? undefined : true),
      60_000,
    );
    await scene.server.pass(2000);
    assert.equal(await scene.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings-3' }), undefined);
    await scene.remove({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'large' });
    await scene.until('the application is gone', async () => ((await scene.app('large')) ? undefined : true), 120_000);
    assert.deepEqual(await trackerPages(scene), []);
  });
});
