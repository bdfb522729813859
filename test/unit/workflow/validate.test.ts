/** Mistakes in workflows that the oracle has no file for. */
import assert from 'node:assert/strict';
import type { WorkflowStep } from '../../../src/api/application.ts';
import { resolveWorkflow } from '../../../src/workflow/resolve.ts';
import { validateWorkflow } from '../../../src/workflow/validate.ts';
import { shop } from './world.ts';

const hold: WorkflowStep = { name: 'hold', type: 'suspend' };

function messages(steps: WorkflowStep[], mode?: { steps?: string; subSteps?: string }): string[] {
  const application = shop({ components: [{ name: 'one', type: 'k8s-objects' }], workflow: { steps, ...(mode ? { mode } : {}) } });
  const resolved = resolveWorkflow(application);
  assert.ok(resolved.ok);
  return validateWorkflow(application, resolved.value).map((problem) => problem.message);
}

describe('validation of a workflow', () => {
  it('accepts a sound one', () => {
    assert.deepEqual(messages([{ name: 'put', type: 'apply-component', properties: { component: 'one' } }, hold]), []);
  });

  it('names a built-in type that cannot run yet, and asks the definitions for others', () => {
    assert.deepEqual(messages([{ name: 'call', type: 'request' }]), ['step "call": steps of type "request" cannot run yet']);
    const application = shop({
      components: [{ name: 'one', type: 'k8s-objects' }],
      workflow: { steps: [{ name: 'own', type: 'team-step' }] },
    });
    const resolved = resolveWorkflow(application);
    assert.ok(resolved.ok);
    const [problem] = validateWorkflow(application, resolved.value, { hasStepDefinition: (type) => type === 'team-step' });
    assert.equal(problem?.message, 'step "own": steps of type "team-step" cannot run yet');
  });

  it('finds a circle through the written order', () => {
    const steps = [
      { ...hold, name: 'first', dependsOn: ['second'] },
      { ...hold, name: 'second' },
    ];
    assert.deepEqual(messages(steps), ['steps "first" and "second" wait for each other in a circle']);
    assert.deepEqual(messages(steps, { steps: 'DAG' }), []);
  });

  it('finds a sub-step that waits for its own group', () => {
    const group = { name: 'group', type: 'step-group', subSteps: [{ name: 'inner', type: 'suspend', dependsOn: ['group'] }] };
    assert.deepEqual(messages([group]), ['steps "group" and "inner" wait for each other in a circle']);
  });

  it('finds a step that depends on itself', () => {
    assert.deepEqual(messages([{ ...hold, dependsOn: ['hold'] }], { steps: 'DAG' }), ['step "hold" depends on itself']);
  });

  it('refuses a group in a group, an unknown mode and an unknown parameter', () => {
    const inner = { name: 'inner', type: 'step-group' };
    assert.deepEqual(messages([{ name: 'outer', type: 'step-group', subSteps: [inner] }]), [
      'step "inner": a step-group cannot stand inside a step-group',
    ]);
    assert.deepEqual(messages([{ ...hold, properties: { durration: '5m' } }]), [
      'step "hold": there is no parameter "durration" (did you mean "duration"?)',
    ]);
    assert.deepEqual(messages([hold], { steps: 'Dag' }), ['workflow mode must be one of DAG, StepByStep, got "Dag" (did you mean "DAG"?)']);
  });

  it('takes a required parameter that an input fills', () => {
    const steps: WorkflowStep[] = [
      { name: 'put', type: 'apply-component', properties: { component: 'one' }, outputs: [{ name: 'text', valueFrom: 'output.data.a' }] },
      { name: 'tell', type: 'print-message-in-status', inputs: [{ from: 'text', parameterKey: 'message' }] },
    ];
    assert.deepEqual(messages(steps), []);
    assert.deepEqual(messages([{ name: 'tell', type: 'print-message-in-status' }]), ['step "tell": parameter "message" is required']);
  });

  it('refuses an output whose expression does not parse, and a condition that names an unknown field', () => {
    const put = { name: 'put', type: 'apply-component', properties: { component: 'one' } };
    assert.deepEqual(messages([{ ...put, outputs: [{ name: 'text', valueFrom: 'output.' }] }]), [
      'step "put": output "text": expression does not parse: something is missing at the end: output.',
    ]);
    assert.deepEqual(messages([put, { ...hold, if: 'status.put.suceeded' }]), [
      'step "hold": condition refers to status.put.suceeded, which does not exist (did you mean "succeeded"?)',
    ]);
    assert.deepEqual(messages([put, { ...hold, if: 'strings.Contains(context.name, "a")' }]), [
      'step "hold": condition is not supported: strings.Contains(context.name, "a") (the function strings.Contains)',
    ]);
  });

  it('reads inputs of components in an explicit workflow once, at the component', () => {
    const application = shop({
      components: [{ name: 'one', type: 'k8s-objects', inputs: [{ from: 'nowhere', parameterKey: 'a' }] }],
      workflow: { steps: [{ name: 'put', type: 'apply-component', properties: { component: 'one' } }] },
    });
    const resolved = resolveWorkflow(application);
    assert.ok(resolved.ok);
    assert.deepEqual(
      validateWorkflow(application, resolved.value).map(({ message }) => message),
      ['component "one": input "nowhere" is not produced by any component or step'],
    );
  });
});
