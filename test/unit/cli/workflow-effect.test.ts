import assert from 'node:assert/strict';
import type { Application, WorkflowStatus } from '../../../src/api/application.ts';
import { effectOf } from '../../../src/cli/workflow-effect.ts';

function application(phase: string, workflow?: Partial<WorkflowStatus>): Application {
  const run = workflow && { suspend: false, terminated: false, finished: false, ...workflow };
  return {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name: 'a' },
    spec: { components: [] },
    status: { status: phase, ...(run ? { workflow: run } : {}) },
  };
}

const waiting = (name: string): Partial<WorkflowStatus> => ({
  status: 'suspending',
  suspend: true,
  steps: [{ id: '1', name, type: 'suspend', phase: 'suspending' }],
});
const runOf = (workflow: Partial<WorkflowStatus>) => application('', workflow).status?.workflow;

describe('the effect of an edit of a workflow', () => {
  it('is there when a suspended application says so', () => {
    assert.equal(effectOf('suspend', undefined, application('runningWorkflow', { suspend: true })).isDone, false);
    assert.equal(effectOf('suspend', undefined, application('workflowSuspending', { suspend: true })).isDone, true);
  });

  it('of a resume is there when it goes on, also into the next wait', () => {
    const before = runOf(waiting('first'));
    assert.equal(effectOf('resume', before, application('workflowSuspending', waiting('first'))).isDone, false);
    assert.equal(effectOf('resume', before, application('workflowSuspending', waiting('second'))).isDone, true);
    assert.equal(effectOf('resume', before, application('runningWorkflow', { status: 'executing' })).isDone, true);
  });

  it('of a restart is a run that began later', () => {
    const before = runOf({ startTime: 'x', finished: true, status: 'terminated' });
    assert.equal(effectOf('restart', before, application('running')).isDone, false);
    assert.equal(
      effectOf('restart', before, application('running', { startTime: 'x', finished: true, status: 'terminated' })).isDone,
      false,
    );
    assert.equal(effectOf('restart', before, application('runningWorkflow', { startTime: 'y', status: 'executing' })).isDone, true);
  });

  it('of an end is the phase', () => {
    assert.equal(effectOf('terminate', undefined, application('runningWorkflow', { terminated: true })).isDone, false);
    assert.equal(effectOf('terminate', undefined, application('workflowTerminated', { terminated: true, finished: true })).isDone, true);
  });
});
