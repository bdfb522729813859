import assert from 'node:assert/strict';
import { valueAt } from '../../../../src/base/json.ts';
import { only, refusal, render } from '../render-fixture.ts';

const selector = { matchLabels: { 'app.oam.dev/component': 'cart' } };

describe('availability', () => {
  it('gives three pods, spread, with a floor during drains and rollouts that add first', async () => {
    const rendered = await render({ traits: [{ type: 'availability' }] });
    const { spec } = only(rendered, 'Deployment') as unknown as { spec: Record<string, unknown> };
    assert.equal(spec.replicas, 3);
    assert.deepEqual(spec.strategy, { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } });
    const perRevision = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: selector, matchLabelKeys: ['pod-template-hash'] };
    assert.deepEqual(valueAt(spec, ['template', 'spec', 'topologySpreadConstraints']), [
      { topologyKey: 'kubernetes.io/hostname', ...perRevision },
      { topologyKey: 'topology.kubernetes.io/zone', ...perRevision },
    ]);
    assert.deepEqual(only(rendered, 'PodDisruptionBudget').spec, {
      maxUnavailable: 1,
      selector,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    assert.deepEqual(rendered.warnings, []);
  });

  it('leaves the number to a scaler before it, or to an autoscaler', async () => {
    const scaled = await render({ traits: [{ type: 'scaler', properties: { replicas: 5 } }, { type: 'availability' }] });
    assert.equal(valueAt(only(scaled, 'Deployment'), ['spec', 'replicas']), 5);
    const automatic = await render({ traits: [{ type: 'availability' }, { type: 'hpa', properties: { min: 3 } }] });
    assert.equal(valueAt(only(automatic, 'Deployment'), ['spec', 'replicas']), undefined);
  });

  it('can require or waive a spread', async () => {
    const rendered = await render({ traits: [{ type: 'availability', properties: { zones: 'required', nodes: 'off' } }] });
    const constraints = valueAt(only(rendered, 'Deployment'), ['spec', 'template', 'spec', 'topologySpreadConstraints']);
    assert.deepEqual(
      (constraints as { topologyKey: string; whenUnsatisfiable: string }[]).map((item) => [item.topologyKey, item.whenUnsatisfiable]),
      [['topology.kubernetes.io/zone', 'DoNotSchedule']],
    );
  });

  it('fits a StatefulSet and an older cluster', async () => {
    const stateful = only(await render({ type: 'statefulset', traits: [{ type: 'availability' }] }), 'StatefulSet');
    assert.equal(valueAt(stateful, ['spec', 'strategy']), undefined);
    const old = await render({
      traits: [{ type: 'availability' }],
      context: { clusterVersion: { major: 1, minor: 26, gitVersion: 'v1.26.0' } },
    });
    for (const workload of [stateful, only(old, 'Deployment')]) {
      const first = valueAt(workload, ['spec', 'template', 'spec', 'topologySpreadConstraints', 0]);
      assert.ok(first && !('matchLabelKeys' in Object(first)));
    }
  });

  it('refuses what makes nothing available, or no node drainable', async () => {
    assert.equal(
      await refusal({ traits: [{ type: 'availability', properties: { replicas: 1 } }] }),
      'component "cart", trait "availability": parameter "replicas" must be at least 2, got 1',
    );
    assert.equal(
      await refusal({ traits: [{ type: 'availability', properties: { maxUnavailable: 0 } }] }),
      'component "cart", trait "availability": parameter "maxUnavailable" must be at least 1, got 0: nodes could not be drained',
    );
  });
});

describe('pdb', () => {
  it('lets one pod be away unless told otherwise', async () => {
    const budget = async (properties?: object) => only(await render({ traits: [{ type: 'pdb', properties }] }), 'PodDisruptionBudget').spec;
    assert.deepEqual(await budget(), { maxUnavailable: 1, selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    assert.deepEqual(await budget({ minAvailable: '50%' }), { minAvailable: '50%', selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  });

  it('refuses both bounds, and what is no bound', async () => {
    assert.match(await refusal({ traits: [{ type: 'pdb', properties: { minAvailable: 1, maxUnavailable: 1 } }] }), /exclude each other$/);
    assert.equal(
      await refusal({ traits: [{ type: 'pdb', properties: { minAvailable: 'half' } }] }),
      'component "cart", trait "pdb": parameter "minAvailable" must be a number of pods or a share such as 50%, got "half"',
    );
  });

  it('warns where no node could be drained', async () => {
    const { warnings } = await render({ traits: [{ type: 'pdb', properties: { maxUnavailable: 0 } }] });
    assert.deepEqual(warnings, ['component "cart", trait "pdb": no pod may ever be away: nodes cannot be drained']);
  });
});
