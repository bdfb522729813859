/** The workflow that is made when an application writes none: one step per component, in dependency order. */
import assert from 'node:assert/strict';
import { advance } from '../../../src/workflow/machine.ts';
import { resolveWorkflow } from '../../../src/workflow/resolve.ts';
import type { ResolvedWorkflow } from '../../../src/workflow/types.ts';
import { delivered, healthy, machineInput, progressing, shop, stepsOf } from './world.ts';

function workflowOf(): ResolvedWorkflow {
  const resolved = resolveWorkflow(
    shop({
      components: [
        { name: 'web', type: 'webservice', dependsOn: ['cache'] },
        { name: 'cache', type: 'statefulset' },
      ],
    }),
  );
  assert.ok(resolved.ok);
  return resolved.value;
}

describe('the default workflow', () => {
  it('is a DAG with one apply-component step per component', () => {
    const workflow = workflowOf();
    assert.equal(workflow.generated, true);
    assert.deepEqual(workflow.mode, { steps: 'DAG', subSteps: 'DAG' });
    assert.deepEqual(
      workflow.steps.map((step) => [step.name, step.type, step.dependsOn]),
      [
        ['web', 'apply-component', ['cache']],
        ['cache', 'apply-component', undefined],
      ],
    );
  });

  it('delivers what depends on nothing first, and the rest when that is healthy', () => {
    const workflow = workflowOf();
    const first = advance(machineInput(workflow));
    assert.deepEqual(
      first.due.map((due) => due.step),
      ['cache'],
    );
    assert.deepEqual(stepsOf(first.status), [
      ['web', 'pending', undefined],
      ['cache', 'running', undefined],
    ]);
    assert.equal(first.status.mode, 'DAG-DAG');

    const waiting = advance(
      machineInput(workflow, { recorded: first.status, results: { cache: delivered(progressing('0 of 1 ready'), 'cache') } }),
    );
    assert.deepEqual(waiting.due, []);
    assert.deepEqual(waiting.waitingFor, [
      { step: 'web', message: 'Pending on DependsOn: cache' },
      { step: 'cache', message: 'wait healthy: 0 of 1 ready' },
    ]);
    assert.equal(waiting.status.steps?.[1]?.reason, 'Wait');

    const second = advance(machineInput(workflow, { recorded: waiting.status, results: { cache: delivered(healthy, 'cache') } }));
    assert.deepEqual(
      second.due.map((due) => due.step),
      ['web'],
    );

    const end = advance(machineInput(workflow, { recorded: second.status, results: { web: delivered(healthy, 'web') } }));
    assert.equal(end.status.status, 'succeeded');
    assert.equal(end.status.finished, true);
    assert.equal(end.status.terminated, false);
    assert.ok(end.status.endTime);
    assert.deepEqual(end.waitingFor, []);
  });

  it('does not move a run of another revision on', () => {
    const workflow = workflowOf();
    const old = advance(machineInput(workflow, { results: { cache: delivered(healthy, 'cache'), web: delivered(healthy, 'web') } }));
    assert.equal(old.status.finished, true);
    const fresh = advance(machineInput(workflow, { recorded: old.status, appRevision: 'shop-v2' }));
    assert.equal(fresh.status.finished, false);
    assert.deepEqual(
      fresh.due.map((due) => due.step),
      ['cache'],
    );
  });

  it('makes one deploy step per topology policy, with every override', () => {
    const resolved = resolveWorkflow(
      shop({
        components: [{ name: 'web', type: 'webservice' }],
        policies: [
          { name: 'here', type: 'topology' },
          { name: 'there', type: 'topology' },
          { name: 'slim', type: 'override' },
        ],
      }),
    );
    assert.ok(resolved.ok);
    assert.deepEqual(resolved.value.steps, [
      { name: 'deploy-here', type: 'deploy', properties: { policies: ['slim', 'here'] } },
      { name: 'deploy-there', type: 'deploy', properties: { policies: ['slim', 'there'] } },
    ]);
  });
});
