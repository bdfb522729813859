/** What a revision wants as a whole: nothing that could have been made is forgotten, nothing unknown is guessed. */
import assert from 'node:assert/strict';
import { resolveWorkflow } from '../../../src/workflow/resolve.ts';
import { wantedEffects } from '../../../src/workflow/wanted.ts';
import { explicit, shop, start } from './world.ts';

describe('what a workflow wants', () => {
  it('includes what is behind an approval, a condition or a dependency', () => {
    const workflow = explicit([
      { name: 'ship', type: 'deploy', properties: { auto: false } },
      { name: 'never', type: 'apply-component', if: 'false', properties: { component: 'one' } },
      { name: 'group', type: 'step-group', subSteps: [{ name: 'inner', type: 'apply-component', properties: { component: 'two' } }] },
      { name: 'hold', type: 'suspend' },
    ]);
    const { effects, unknown } = wantedEffects(workflow, {}, {}, start);
    assert.deepEqual(
      effects.map(({ step }) => step),
      ['ship', 'never', 'inner'],
    );
    assert.deepEqual(unknown, []);
  });

  it('puts known values where they belong and names the steps whose values are not known', () => {
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'placeholder' } };
    const workflow = explicit([
      { name: 'read', type: 'read-object', properties: { name: 'x' }, outputs: [{ name: 'label', valueFrom: 'output.value.kind' }] },
      { name: 'write', type: 'apply-object', properties: { value }, inputs: [{ from: 'label', parameterKey: 'value.metadata.name' }] },
    ]);
    const before = wantedEffects(workflow, {}, {}, start);
    assert.deepEqual(before.unknown, ['write']);
    const after = wantedEffects(workflow, { label: 'made' }, {}, start);
    assert.deepEqual(after.unknown, []);
    const [, write] = after.effects;
    assert.ok(write?.effect.kind === 'apply-object');
    assert.equal(write.effect.manifest.metadata?.name, 'made');
  });

  it('names components that are incomplete without values, whether they or their step take them', () => {
    const components = [
      { name: 'one', type: 'k8s-objects', inputs: [{ from: 'a', parameterKey: 'x' }] },
      { name: 'two', type: 'k8s-objects' },
      { name: 'three', type: 'k8s-objects', inputs: [{ from: 'context.name', parameterKey: 'x' }] },
    ];
    const steps = [
      { name: 'all', type: 'deploy' },
      { name: 'put', type: 'apply-component', properties: { component: 'two' }, inputs: [{ from: 'b', parameterKey: 'x' }] },
    ];
    const resolved = resolveWorkflow(shop({ components, workflow: { steps } }));
    assert.ok(resolved.ok);
    const { incomplete, effects } = wantedEffects(resolved.value, {}, { name: 'shop' }, start);
    assert.deepEqual(incomplete, ['one', 'two']);
    assert.deepEqual(effects[0]?.effect, {
      kind: 'deliver',
      components: 'all',
      policies: [],
      holdBack: [],
      componentInputs: { three: [{ parameterKey: 'properties.x', value: 'shop' }] },
    });
  });
});
