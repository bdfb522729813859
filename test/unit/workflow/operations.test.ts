/** suspend, resume, terminate and restart: the edits KubeVela's CLI makes, and what the machine makes of them. */
import assert from 'node:assert/strict';
import type { WorkflowStatus } from '../../../src/api/application.ts';
import { advance } from '../../../src/workflow/machine.ts';
import { operate } from '../../../src/workflow/operations.ts';
import { delivered, explicit, healthy, machineInput, progressing, start, stepsOf } from './world.ts';

const steps = [
  { name: 'first', type: 'apply-component', properties: { component: 'one' } },
  {
    name: 'group',
    type: 'step-group',
    subSteps: [
      { name: 'hold', type: 'suspend' },
      { name: 'second', type: 'apply-component', properties: { component: 'two' }, dependsOn: ['hold'] },
    ],
  },
  { name: 'last', type: 'apply-component', properties: { component: 'three' } },
];
const workflow = explicit(steps);
const allHealthy = { first: delivered(healthy, 'one'), second: delivered(healthy, 'two'), last: delivered(healthy, 'three') };

function edit(status: WorkflowStatus | undefined, ...rest: [Parameters<typeof operate>[1], string?]): WorkflowStatus | undefined {
  const edited = operate(status, rest[0], rest[1], workflow);
  assert.ok(edited.ok, edited.ok ? '' : edited.problem.message);
  return edited.value.workflow;
}

function refusal(status: WorkflowStatus | undefined, ...rest: [Parameters<typeof operate>[1], string?]): string {
  const edited = operate(status, rest[0], rest[1], workflow);
  assert.ok(!edited.ok);
  return edited.problem.message;
}

const waiting = advance(machineInput(workflow, { results: { first: delivered(progressing('0 of 1'), 'one') } })).status;
const held = advance(machineInput(workflow, { results: allHealthy })).status;
const done = advance(machineInput(workflow, { recorded: edit(held, 'resume'), results: allHealthy })).status;

describe('operations on a workflow', () => {
  it('suspends by hand: nothing goes on, though all is healthy', () => {
    const suspended = edit(waiting, 'suspend');
    assert.deepEqual([suspended?.suspend, suspended?.steps?.[0]?.phase, suspended?.steps?.[0]?.reason], [true, 'suspending', 'Wait']);
    const output = advance(machineInput(workflow, { recorded: suspended, results: allHealthy, now: start + 60_000 }));
    assert.deepEqual(output.status.steps, suspended?.steps);
    assert.equal(output.status.status, 'suspending');
    assert.deepEqual(output.due, []);
    const resumed = advance(machineInput(workflow, { recorded: edit(output.status, 'resume'), results: allHealthy }));
    assert.equal(resumed.status.steps?.[0]?.phase, 'succeeded');
  });

  it('is suspended by the flag alone too', () => {
    const output = advance(machineInput(workflow, { recorded: { ...waiting, suspend: true }, results: allHealthy }));
    assert.deepEqual(output.status.steps, waiting.steps);
    assert.deepEqual([output.status.suspend, output.status.status, output.due.length], [true, 'suspending', 0]);
    assert.deepEqual(output.waitingFor, [{ step: 'first', message: 'suspended by hand: wait healthy: 0 of 1' }]);
    const resumed = advance(machineInput(workflow, { recorded: { ...output.status, suspend: false }, results: allHealthy }));
    assert.equal(resumed.status.steps?.[0]?.phase, 'succeeded');
  });

  it('suspends one step while others go on', () => {
    const both = explicit(
      steps.filter((step) => step.type !== 'step-group'),
      { workflow: { mode: { steps: 'DAG' } } },
    );
    const begun = advance(machineInput(both)).status;
    const edited = operate(begun, 'suspend', 'first', both);
    assert.ok(edited.ok);
    const output = advance(machineInput(both, { recorded: edited.value.workflow, results: allHealthy }));
    assert.deepEqual(stepsOf(output.status), [
      ['first', 'suspending', undefined],
      ['last', 'succeeded', undefined],
    ]);
  });

  it('resumes a sub-step through its group', () => {
    assert.deepEqual(stepsOf(held), [
      ['first', 'succeeded', undefined],
      ['group', 'suspending', undefined],
      ['- hold', 'suspending', 'Suspend'],
      ['- second', 'pending', undefined],
    ]);
    assert.deepEqual(stepsOf(edit(held, 'resume', 'hold') ?? held).slice(1, 3), [
      ['group', 'running', undefined],
      ['- hold', 'running', 'Suspend'],
    ]);
    assert.equal(done.status, 'succeeded');
  });

  it('terminates: what runs fails with Terminate, the rest is skipped', () => {
    const terminated = edit(held, 'terminate');
    const output = advance(machineInput(workflow, { recorded: terminated, results: allHealthy }));
    assert.deepEqual(stepsOf(output.status), [
      ['first', 'succeeded', undefined],
      ['group', 'failed', 'Terminate'],
      ['- hold', 'failed', 'Terminate'],
      ['- second', 'skipped', 'Skip'],
      ['last', 'skipped', 'Skip'],
    ]);
    assert.deepEqual([output.status.status, output.status.terminated, output.status.finished], ['terminated', true, true]);
  });

  it('restarts as a whole by removing the record', () => {
    assert.equal(edit(done, 'restart'), undefined);
  });

  it('restarts from a step: it and what follows run again, what went before stays', () => {
    const restarted = edit(done, 'restart', 'second');
    assert.deepEqual(stepsOf(restarted ?? done), [
      ['first', 'succeeded', undefined],
      ['group', 'running', undefined],
      ['- hold', 'succeeded', undefined],
    ]);
    assert.equal(restarted?.finished, false);
    const output = advance(machineInput(workflow, { recorded: restarted }));
    assert.deepEqual(
      output.due.map((due) => due.step),
      ['second'],
    );
  });

  it('refuses what makes no sense', () => {
    assert.equal(refusal(undefined, 'suspend'), 'the workflow has not begun');
    assert.equal(refusal(done, 'suspend'), 'the workflow has ended (succeeded): restart it to run it again');
    assert.equal(refusal(waiting, 'resume'), 'the workflow is not suspended');
    assert.equal(refusal(held, 'resume', 'holt'), 'step "holt" has not run (did you mean "hold"?)');
    assert.equal(refusal(held, 'terminate', 'hold'), 'only a whole workflow can be terminated');
  });
});
