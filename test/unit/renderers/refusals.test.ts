/** The sentences users should be told stand in the recorded cases as `# expect:` lines. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinSource } from '../../../src/definitions/builtin.ts';
import { readCase, renderApplication } from '../../conformance/compare.ts';

const folder = new URL('../../conformance/cases/errors/', import.meta.url);

function expected(name: string): string {
  const line = readFileSync(new URL(`${name}.yaml`, folder), 'utf8').match(/^# expect: (.*)$/m)?.[1];
  assert.ok(line, `${name} has an expect line`);
  return line;
}

/** Refused while rendering. The others are told by the workflow, by delivery, or wait for their definitions. */
const refused = [
  'unknown-component-type',
  'unknown-trait-type',
  'missing-required-parameter',
  'missing-properties',
  'wrong-type',
  'wrong-type-list',
  'enum-violation',
  'regex-violation',
  'container-not-found',
  'patch-conflict',
  'json-patch-bad-path',
  'unknown-definition-revision',
];

describe('what is refused', () => {
  for (const name of refused) {
    it(`says: ${expected(name)}`, async () => {
      const { problem } = await renderApplication(readCase('errors', name));
      assert.equal(problem, expected(name));
    });
  }

  it('covers every error case that rendering can refuse', async () => {
    const cases = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.setup.yaml'));
    const found: string[] = [];
    for (const file of cases) {
      const name = file.replace('.yaml', '');
      const app = readCase('errors', name);
      const { problem } = app.spec.components ? await renderApplication(app) : {};
      if (problem === expected(name)) found.push(name);
    }
    assert.deepEqual(found.sort(), [...refused].sort());
  });
});

describe('what is taken with a warning', () => {
  it('a parameter nobody declared', async () => {
    const { warnings, problem } = await renderApplication(readCase('errors', 'undeclared-parameter'));
    assert.equal(problem, undefined);
    assert.deepEqual(warnings, ['component "storefront": there is no parameter "imagePolicy" (did you mean "imagePullPolicy"?)']);
  });

  for (const name of ['trait-not-applicable', 'trait-not-applicable-cronjob']) {
    it(`a trait on a workload it does not name: ${name}`, async () => {
      const { warnings, problem } = await renderApplication(readCase('errors', name));
      assert.equal(problem, undefined);
      assert.deepEqual(warnings, [expected(name)]);
    });
  }
});

describe('policies', () => {
  const parse = (type: string, properties: unknown) => {
    const definition = builtinSource.policy('default', type);
    assert.ok(definition.ok);
    const parsed = definition.value.parse(properties);
    return parsed.ok ? 'accepted' : parsed.problem.message;
  };

  it('refuse fields they do not know', () => {
    assert.equal(`policy "here": ${parse('topology', { cluster: ['local'] })}`, expected('topology-unknown-field'));
  });

  it('refuse to act on nothing', () => {
    assert.equal(`policy "once": ${parse('apply-once', undefined)}`, expected('policy-without-properties'));
  });

  it('take what KubeVela takes', async () => {
    const cases = readdirSync(new URL('../policies/', folder)).filter((file) => file.endsWith('.yaml') && !file.endsWith('.setup.yaml'));
    for (const file of cases) {
      for (const policy of readCase('policies', file.replace('.yaml', '')).spec.policies ?? []) {
        if (!builtinSource.policy('default', policy.type).ok) continue;
        assert.equal(parse(policy.type, policy.properties), 'accepted', `${file}: ${policy.type}`);
      }
    }
  });
});

describe('workflow steps', () => {
  it('take what KubeVela takes', () => {
    const files = readdirSync(new URL('../workflow/', folder)).filter((file) => file.endsWith('.yaml') && !file.endsWith('.setup.yaml'));
    let checked = 0;
    for (const file of files) {
      const steps = readCase('workflow', file.replace('.yaml', '')).spec.workflow?.steps ?? [];
      for (const step of steps.flatMap((each) => [each, ...(each.subSteps ?? [])])) {
        const definition = builtinSource.workflowStep('default', step.type);
        // Values that inputs fill are not there yet, and one case is about a step that breaks its schema.
        if (!definition.ok || step.inputs?.length || file === 'failing-step-schema.yaml') continue;
        const parsed = definition.value.parse(step.properties);
        assert.ok(parsed.ok, `${file}: ${step.name}: ${parsed.ok || parsed.problem.message}`);
        assert.deepEqual(parsed.value.warnings, [], `${file}: ${step.name}`);
        checked++;
      }
    }
    assert.ok(checked > 50, `only ${checked} steps checked`);
  });
});
