import assert from 'node:assert/strict';
import { humanDuration } from '../../../sandbox/server/columns/cells.ts';
import { findAll, parseJsonPath } from '../../../sandbox/server/columns/json-path.ts';
import { crds, deployment, deployments, widget, widgetCrd, widgets, world } from './world.ts';

const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const cellsOf = (answer: { at(...path: (string | number)[]): unknown }): unknown => answer.at('rows', 0, 'cells');

describe('tables', () => {
  it('have the columns of kubectl get', async () => {
    const w = world();
    await w.post(deployments, deployment('web', 3));
    await w.merge(`${deployments}/web/status`, { status: { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 } });
    await w.clock.advance(200_000);
    const answer = await w.get(deployments, table);
    assert.deepEqual(cellsOf(answer), ['web', '2/3', 3, 2, '3m20s', 'web', 'nginx:1', 'app=web']);
  });

  it('read the state of a pod from its containers', async () => {
    const w = world();
    const pods = '/api/v1/namespaces/default/pods';
    await w.post(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        nodeName: 'n',
        containers: [
          { name: 'c', image: 'x' },
          { name: 'd', image: 'y' },
        ],
      },
    });
    await w.merge(`${pods}/p/status`, {
      status: {
        phase: 'Running',
        containerStatuses: [
          { name: 'c', image: 'x', imageID: '', ready: true, restartCount: 0, state: { running: {} } },
          { name: 'd', image: 'y', imageID: '', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      },
    });
    assert.deepEqual((cellsOf(await w.get(pods, table)) as unknown[]).slice(0, 4), ['p', '1/2', 'CrashLoopBackOff', '4']);
  });

  it('have the columns a CRD names, of lists the first value', async () => {
    const w = world();
    const columns = [
      { name: 'Component', type: 'string', jsonPath: '.spec.components[*].name' },
      { name: 'Healthy', type: 'boolean', jsonPath: '.status.healthy' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ];
    await w.post(crds, widgetCrd(undefined, { additionalPrinterColumns: columns }));
    await w.post(widgets, widget('a', { components: [{ name: 'one' }, { name: 'two' }] }));
    await w.clock.advance(5_000);
    assert.deepEqual(cellsOf(await w.get(widgets, table)), ['a', 'one', null, '5s']);
  });

  it('write durations as kubectl does', () => {
    const minute = 60_000;
    const cases: [number, string][] = [
      [119_000, '119s'],
      [3 * minute, '3m'],
      [3 * minute + 5_000, '3m5s'],
      [120 * minute, '120m'],
      [200 * minute, '3h20m'],
      [30 * 60 * minute, '30h'],
      [5 * 24 * 60 * minute, '5d'],
      [800 * 24 * 60 * minute, '2y70d'],
    ];
    for (const [milliseconds, text] of cases) assert.equal(humanDuration(milliseconds), text);
  });

  it('follow paths with indices, quotes and filters', () => {
    const value = {
      a: [
        { t: 'x', v: 1 },
        { t: 'y', v: 2 },
      ],
      m: { 'k.l': 3 },
    };
    const find = (text: string): unknown => {
      const path = parseJsonPath(text);
      assert.ok(!('error' in path));
      return findAll(value, path);
    };
    assert.deepEqual(find('.a[1].v'), [2]);
    assert.deepEqual(find('.a[*].v'), [1, 2]);
    assert.deepEqual(find('.a[?(@.t=="y")].v'), [2]);
    assert.deepEqual(find(".m['k.l']"), [3]);
    assert.deepEqual(find('.m.k\\.l'), [3]);
    assert.ok('error' in parseJsonPath('.a[1:2]'));
  });
});
