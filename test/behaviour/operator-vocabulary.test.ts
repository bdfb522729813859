/** The `Operator` class that code written for @dot-i/k8s-operator can extend, on a live API server. */
import assert from 'node:assert/strict';
import { LabelCounter } from '../../examples/operator/label-counter.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

onEachServer('operator vocabulary', (server) => {
  let scene: Scene;
  let operator: LabelCounter;
  beforeEach(async () => {
    scene = await openScene(server(), { withoutOperator: true });
    operator = new LabelCounter(silentLogger, { cluster: scene.user });
    await scene.settled(operator.start());
  });
  afterEach(async () => {
    await scene.settled(operator.stop());
    await scene.close();
  });

  it('sees additions, changes and the end of an object, holding it by a finalizer until it has acted', async () => {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'counted' };
    const key = `${scene.namespace}/counted`;
    await scene.apply(
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: counted, labels: {example.lateen.dev/count: "yes"}}, data: {a: "1", b: "2"}}',
    );
    await scene.until('it is counted', () => (operator.counted.get(key) === 2 ? true : undefined));
    assert.deepEqual((await scene.get(ref))?.metadata.finalizers, ['example.lateen.dev/counted']);
    await scene.patch(ref, { data: { c: '3' } });
    await scene.until('the change is counted', () => (operator.counted.get(key) === 3 ? true : undefined));
    await scene.remove(ref);
    await scene.until('it is let go', async () => ((await scene.get(ref)) ? undefined : true));
    assert.equal(operator.counted.has(key), false);
  });
});
