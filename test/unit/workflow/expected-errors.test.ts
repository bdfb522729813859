/** Wrong workflows and policies of the oracle: the message is that of the `# expect:` line, with the path to the mistake. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import type { Application } from '../../../src/api/application.ts';
import type { Problem } from '../../../src/base/errors.ts';
import { policyProblems, readPolicies } from '../../../src/policies/index.ts';
import { resolveWorkflow } from '../../../src/workflow/resolve.ts';
import { validateWorkflow } from '../../../src/workflow/validate.ts';
import { FakeWorld } from './fake-world.ts';

const cases = new URL('../../conformance/cases/errors/', import.meta.url);

/** Cases that are known from the spec alone, with the path of the mistake. */
const invalidSpecs: Record<string, string> = {
  'apply-unknown-component': 'spec.workflow.steps[0].properties.component',
  'bad-if-expression': 'spec.workflow.steps[1].if',
  'depends-on-cycle': 'spec.components',
  'depends-on-unknown-component': 'spec.components[0].dependsOn[0]',
  'depends-on-unknown-step': 'spec.workflow.steps[1].dependsOn[0]',
  'deploy-unknown-policy': 'spec.workflow.steps[0].properties.policies[0]',
  'duplicate-component-name': 'spec.components[1].name',
  'duplicate-policy-name': 'spec.policies[1].name',
  'duplicate-step-name': 'spec.workflow.steps[1].name',
  'empty-components': 'spec.components',
  'if-unknown-step': 'spec.workflow.steps[1].if',
  'input-from-unknown-output': 'spec.components[0].inputs[0].from',
  'invalid-suspend-duration': 'spec.workflow.steps[0].properties.duration',
  'invalid-timeout': 'spec.workflow.steps[0].timeout',
  'policy-without-properties': 'spec.policies[0].properties',
  'replication-without-selector': 'spec.policies[0].properties.selector',
  'topology-unknown-field': 'spec.policies[0].properties.cluster',
  'unknown-policy-type': 'spec.policies[0].type',
  'unknown-step-type': 'spec.workflow.steps[0].type',
};

function read(name: string): { application: Application; expected: string } {
  const text = readFileSync(new URL(`${name}.yaml`, cases), 'utf8');
  return { application: loadAll(text)[0] as Application, expected: /# expect: (.*)/.exec(text)?.[1] ?? '' };
}

function problemsOf(application: Application): Problem[] {
  const resolved = resolveWorkflow(application);
  if (!resolved.ok) return [resolved.problem];
  return [...validateWorkflow(application, resolved.value), ...policyProblems(application).problems];
}

describe('errors in workflows and policies', () => {
  for (const [name, path] of Object.entries(invalidSpecs)) {
    it(name, () => {
      const { application, expected } = read(name);
      const problem = problemsOf(application)[0];
      assert.ok(problem !== undefined && problem.kind === 'Invalid');
      // Beyond what is expected a message may say where in the expression, or what was probably meant.
      assert.equal(problem.message.slice(0, expected.length), expected);
      assert.equal(problem.path, path);
    });
  }

  it('unknown-workflow-ref is waited for: the Workflow may be applied after the Application', () => {
    const { application, expected } = read('unknown-workflow-ref');
    const [problem] = problemsOf(application);
    assert.equal(problem?.kind, 'Waiting');
    assert.equal(problem?.message, expected);
  });

  for (const name of ['topology-unknown-cluster', 'topology-no-match']) {
    it(`${name} is told when the placements are asked for`, () => {
      const { application, expected } = read(name);
      const policies = readPolicies(application);
      assert.ok(policies.ok);
      const placements = policies.value.placements([application.spec.policies?.[0]?.name ?? '']);
      assert.ok(!placements.ok);
      assert.equal(placements.problem.message, expected);
    });
  }

  it('output-from-missing-field is waited for and named while a later step takes the value', () => {
    const { application, expected } = read('output-from-missing-field');
    const world = new FakeWorld();
    world.apply(application);
    world.settle();
    assert.deepEqual(
      world.last?.waitingFor.map(({ step, message }) => `step "${step}": ${message}`),
      [expected],
    );
    assert.equal(world.status?.steps?.[0]?.phase, 'running');
  });

  it('tells all problems at once, each with the nearest right spelling', () => {
    const { application } = read('depends-on-unknown-step');
    const steps = application.spec.workflow?.steps ?? [];
    const workflow = {
      ...application.spec.workflow,
      steps: [...steps, { name: 'late', type: 'suspend', dependsOn: ['annonce'], timeout: '5 m' }],
    };
    const problems = problemsOf({ ...application, spec: { ...application.spec, workflow } }).map((problem) => problem.message);
    assert.deepEqual(problems, [
      'step "announce" depends on "shipping", which is not a step of this workflow',
      'step "late": timeout "5 m" is not a duration such as 5m',
      'step "late" depends on "annonce", which is not a step of this workflow (did you mean "announce"?)',
    ]);
  });
});
