/** What others need to exist is written first. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inWaves } from '../../../src/delivery/waves.ts';
import type { PlannedObject } from '../../../src/plan/plan.ts';
import { entryOf, map, resource } from '../plan/objects.ts';

const planned = (kind: string): PlannedObject => {
  const manifest = { ...map(kind.toLowerCase()), kind };
  return { key: kind, action: 'create', manifest, entry: entryOf(resource(manifest)) };
};
const kinds = ['Namespace', 'CustomResourceDefinition', 'ConfigMap', 'Secret', 'ServiceAccount', 'Deployment', 'Service', 'Job'];

describe('inWaves', () => {
  it('writes namespaces and CRDs before what pods refer to, and those before pods', () => {
    assert.deepEqual(
      inWaves(['Deployment', 'ConfigMap', 'Namespace', 'Service', 'CustomResourceDefinition'].map(planned)).map((wave) =>
        wave.map(({ key }) => key),
      ),
      [['Namespace', 'CustomResourceDefinition'], ['ConfigMap'], ['Deployment', 'Service']],
    );
  });

  it('loses nothing, adds nothing and makes no empty wave', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds)), (list) => {
        const waves = inWaves(list.map(planned));
        assert.deepEqual(
          waves
            .flat()
            .map(({ key }) => key)
            .sort(),
          [...list].sort(),
        );
        assert.ok(waves.every((wave) => wave.length > 0));
      }),
    );
  });
});
