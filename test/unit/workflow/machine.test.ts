/** What the machine does with refusals, time, values and verdicts. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WorkflowStep } from '../../../src/api/application.ts';
import type { Problem } from '../../../src/base/errors.ts';
import type { Verdict } from '../../../src/health/verdict.ts';
import { advance } from '../../../src/workflow/machine.ts';
import { resolveWorkflow } from '../../../src/workflow/resolve.ts';
import type { EffectResult, MachineOutput } from '../../../src/workflow/types.ts';
import { FakeWorld } from './fake-world.ts';
import { delivered, explicit, healthy, machineInput, progressing, shop, start, stepsOf } from './world.ts';

const put = (component: string, more: Partial<WorkflowStep> = {}): WorkflowStep => ({
  name: `put-${component}`,
  type: 'apply-component',
  properties: { component },
  ...more,
});
const say = (name: string, more: Partial<WorkflowStep> = {}): WorkflowStep => ({
  name,
  type: 'print-message-in-status',
  properties: { message: name },
  ...more,
});
const refused = (problem: Problem): EffectResult => ({ state: 'refused', problem });
const denied: Problem = { kind: 'Denied', code: 'Forbidden', message: 'the API server does not let us' };

describe('tries', () => {
  const workflow = explicit([put('one'), say('after')]);

  it('are counted, with a growing pause that is recorded, until they are used up', () => {
    let output = advance(machineInput(workflow));
    let now = start;
    const pauses: number[] = [];
    for (let tries = 1; tries <= 10; tries++) {
      output = advance(machineInput(workflow, { recorded: output.status, results: { 'put-one': refused(denied) }, now }));
      const status = output.status.steps?.[0];
      assert.equal(status?.retries, tries);
      assert.equal(status?.message, denied.message);
      if (tries === 10) break;
      assert.equal(status?.phase, 'failed');
      assert.equal(status?.reason, 'Execute');
      assert.equal(output.status.terminated, false);
      const next = Date.parse(status?.nextRetryTime ?? '');
      assert.equal(output.wakeAt, next);
      // Before its time nothing is due, and nothing changes.
      const early = advance(machineInput(workflow, { recorded: output.status, now: next - 1 }));
      assert.deepEqual(early.due, []);
      assert.deepEqual(early.status, output.status);
      pauses.push((next - now) / 1000);
      now = next;
      const again = advance(machineInput(workflow, { recorded: output.status, now }));
      assert.deepEqual(
        again.due.map((due) => due.step),
        ['put-one'],
      );
      assert.deepEqual(again.status, output.status, 'a try that is under way changes no status');
    }
    assert.deepEqual(pauses, [1, 1, 1, 1, 1, 3, 6, 12, 25]);
    assert.deepEqual(stepsOf(output.status), [
      ['put-one', 'failed', 'FailedAfterRetries'],
      ['after', 'skipped', 'Skip'],
    ]);
    assert.equal(output.status.status, 'failed');
  });

  it('do not count what is waited for: the step says for what, and its effect stays due', () => {
    const waiting: Problem = { kind: 'Waiting', code: 'NamespaceMissing', message: 'namespace "shop" does not exist', retryAfterMs: 5000 };
    let output = advance(machineInput(workflow));
    for (let pass = 0; pass < 20; pass++) {
      output = advance(
        machineInput(workflow, { recorded: output.status, results: { 'put-one': refused(waiting) }, now: start + pass * 60_000 }),
      );
    }
    const [status] = output.status.steps ?? [];
    assert.deepEqual([status?.phase, status?.reason, status?.message, status?.retries], ['running', 'Execute', waiting.message, undefined]);
    assert.deepEqual(output.waitingFor, [{ step: 'put-one', message: waiting.message }]);
    assert.equal(output.wakeAt, start + 19 * 60_000 + 5000);
    assert.deepEqual(
      advance(machineInput(workflow, { recorded: output.status })).due.map((due) => due.step),
      ['put-one'],
    );
  });

  it('of what passes by itself go on without an end', () => {
    const transient: Problem = { kind: 'Transient', code: 'Unavailable', message: '503', retryAfterMs: 4000 };
    let output = advance(machineInput(workflow));
    let now = start;
    for (let tries = 0; tries < 30; tries++) {
      output = advance(machineInput(workflow, { recorded: output.status, results: { 'put-one': refused(transient) }, now }));
      now = output.wakeAt ?? now;
    }
    assert.equal(output.status.steps?.[0]?.phase, 'running');
    assert.equal(output.status.steps?.[0]?.retries, 30);
  });

  it('end at once when only a change of the input helps', () => {
    const problem: Problem = { kind: 'Invalid', code: 'Rejected', message: 'spec.ports is required' };
    const begun = advance(machineInput(workflow));
    const output = advance(machineInput(workflow, { recorded: begun.status, results: { 'put-one': refused(problem) } }));
    assert.deepEqual(stepsOf(output.status)[0], ['put-one', 'failed', 'Execute']);
    assert.equal(output.status.finished, true);
  });

  it('are forgotten once the effect is taken', () => {
    const begun = advance(machineInput(workflow));
    const failed = advance(machineInput(workflow, { recorded: begun.status, results: { 'put-one': refused(denied) } }));
    const output = advance(machineInput(workflow, { recorded: failed.status, results: { 'put-one': delivered(progressing(), 'one') } }));
    assert.deepEqual(output.status.steps?.[0], {
      id: 'id-put-one',
      name: 'put-one',
      type: 'apply-component',
      phase: 'running',
      reason: 'Wait',
      message: 'wait healthy',
      firstExecuteTime: '2026-01-01T00:00:00Z',
      lastExecuteTime: '2026-01-01T00:00:00Z',
    });
  });
});

describe('outputs', () => {
  it('of a step that is to run again are dropped, so that nobody goes on with old values', () => {
    const producer = { ...put('one'), outputs: [{ name: 'colour', valueFrom: 'output.metadata.name' }] };
    const workflow = explicit([say('before'), producer]);
    const input = machineInput(workflow);
    const begun = advance(input);
    const kept = (steps: typeof begun.status.steps) =>
      advance({ ...input, recorded: { ...begun.status, steps }, variables: { colour: 'old' } }).variables;
    const ran = [
      ...(begun.status.steps ?? []).filter(({ name }) => name !== 'put-one'),
      { id: 'i', name: 'put-one', type: 'apply-component', phase: 'succeeded' },
    ];
    assert.deepEqual(kept(ran), { colour: 'old' });
    assert.deepEqual(kept(ran.slice(0, -1)), {});
  });
});

describe('verdicts', () => {
  const workflow = explicit([put('one'), say('after')]);
  const stateAfter = (verdict: Verdict): MachineOutput =>
    advance(machineInput(workflow, { results: { 'put-one': delivered(verdict, 'one') } }));

  it('that are final fail the step with their reason', () => {
    const job: Verdict = { state: 'degraded', reason: 'BackoffLimitExceeded', message: 'Job has failed 7 times', holds: true, final: true };
    const output = stateAfter(job);
    const [status] = output.status.steps ?? [];
    assert.deepEqual([status?.phase, status?.reason, status?.message], ['failed', 'BackoffLimitExceeded', 'Job has failed 7 times']);
    assert.equal(output.status.status, 'failed');
  });

  it('that do not hold let the step succeed', () => {
    assert.equal(stateAfter({ ...progressing(), holds: false }).status.status, 'succeeded');
    assert.equal(stateAfter({ state: 'not-assessed', reason: '', message: '', holds: true }).status.status, 'succeeded');
    assert.equal(stateAfter({ state: 'degraded', reason: 'CrashLoopBackOff', message: '', holds: true }).status.finished, false);
  });
});

describe('time', () => {
  it('runs from the first execution; the rest of the steps still runs', () => {
    const workflow = explicit([put('one', { timeout: '1m30s' }), say('after'), say('report', { if: 'status["put-one"].timeout' })]);
    const begun = advance(machineInput(workflow));
    const waiting = advance(
      machineInput(workflow, {
        recorded: begun.status,
        results: { 'put-one': delivered(progressing('0 of 1'), 'one') },
        now: start + 60_000,
      }),
    );
    assert.equal(waiting.wakeAt, start + 90_000);
    const late = advance(machineInput(workflow, { recorded: waiting.status, now: start + 90_000 }));
    assert.deepEqual(stepsOf(late.status), [
      ['put-one', 'failed', 'Timeout'],
      ['after', 'skipped', 'Skip'],
      ['report', 'succeeded', undefined],
    ]);
    assert.equal(late.status.steps?.[0]?.message, 'not done within 1m30s: wait healthy: 0 of 1');
    assert.deepEqual(late.due, []);
  });

  it('does not fail a step that is healthy in the very pass its time is up', () => {
    const workflow = explicit([put('one', { timeout: '10s' })]);
    const begun = advance(machineInput(workflow));
    const output = advance(
      machineInput(workflow, { recorded: begun.status, results: { 'put-one': delivered(healthy, 'one') }, now: start + 60_000 }),
    );
    assert.equal(output.status.status, 'succeeded');
  });

  it('of a group ends its sub-steps', () => {
    const workflow = explicit([
      { name: 'group', type: 'step-group', timeout: '10s', subSteps: [put('one'), put('two', { dependsOn: ['put-one'] }), say('quick')] },
    ]);
    const begun = advance(machineInput(workflow, { results: { 'put-one': delivered(progressing(), 'one') } }));
    assert.equal(begun.wakeAt, start + 10_000);
    const late = advance(machineInput(workflow, { recorded: begun.status, now: start + 10_000 }));
    assert.deepEqual(stepsOf(late.status), [
      ['group', 'failed', 'Timeout'],
      ['- put-one', 'failed', 'Timeout'],
      ['- put-two', 'skipped', 'Skip'],
      ['- quick', 'succeeded', undefined],
    ]);
    assert.deepEqual(late.due, []);
  });

  it('resumes a suspended step by itself and shows its message until then', () => {
    const workflow = explicit([{ name: 'hold', type: 'suspend', properties: { duration: '1h', message: 'look first' } }, say('after')]);
    const held = advance(machineInput(workflow));
    assert.deepEqual(held.waitingFor, [{ step: 'hold', message: 'look first' }]);
    assert.equal(held.status.steps?.[0]?.resumeTime, '2026-01-01T01:00:00Z');
    assert.equal(held.wakeAt, start + 3_600_000);
    assert.equal(held.status.status, 'suspending');
    const output = advance(machineInput(workflow, { recorded: held.status, now: start + 3_600_000 }));
    assert.equal(output.status.status, 'succeeded');
    assert.equal(output.status.suspend, false);
  });
});

describe('values', () => {
  it('go from an output through a path into a component', () => {
    const workflow = explicit([
      put('one', { outputs: [{ name: 'tag', valueFrom: 'output.data.tag + "-x"' }] }),
      put('two', { inputs: [{ from: 'tag', parameterKey: 'image' }] }),
    ]);
    const first = advance(machineInput(workflow, { results: { 'put-one': delivered(healthy, 'one', { data: { tag: 'v1' } }) } }));
    assert.deepEqual(first.variables, { tag: 'v1-x' });
    assert.deepEqual(first.due, [
      {
        step: 'put-two',
        effect: {
          kind: 'deliver',
          components: ['two'],
          policies: [],
          componentInputs: { two: [{ parameterKey: 'properties.image', value: 'v1-x' }] },
        },
      },
    ]);
  });

  it('that were forgotten are made again from what was delivered, before anybody is given less', () => {
    const workflow = explicit([
      put('one', { outputs: [{ name: 'tag', valueFrom: 'output.data.tag' }] }),
      put('two', { inputs: [{ from: 'tag', parameterKey: 'image' }] }),
    ]);
    const result = delivered(healthy, 'one', { data: { tag: 'v1' } });
    const first = advance(machineInput(workflow, { results: { 'put-one': result } }));
    const forgetful = advance(machineInput(workflow, { recorded: first.status, variables: {} }));
    assert.deepEqual(
      forgetful.due.map((due) => due.step),
      ['put-one'],
      'nothing is delivered without its input',
    );
    assert.deepEqual(forgetful.status, first.status);
    const recalled = advance(machineInput(workflow, { recorded: first.status, variables: {}, results: { 'put-one': result } }));
    assert.deepEqual(recalled.due, first.due);
  });

  it('of a step that did not run let their taker be skipped, saying so', () => {
    const workflow = explicit([
      say('maker', { if: 'false', outputs: [{ name: 'word', valueFrom: '"x"' }] }),
      say('taker', { inputs: [{ from: 'word', parameterKey: 'message' }] }),
    ]);
    const { status } = advance(machineInput(workflow));
    assert.deepEqual(stepsOf(status)[1], ['taker', 'skipped', 'Skip']);
    assert.equal(status.steps?.[1]?.message, 'input "word" is not there: step "maker" was skipped');
  });

  it('of another revision are not carried over', () => {
    const workflow = explicit([put('two', { inputs: [{ from: 'context.name', parameterKey: 'image' }] })]);
    assert.deepEqual(advance(machineInput(workflow, { variables: { old: 1 } })).variables, {});
  });

  it('of components flow inside one deploy step', () => {
    const components = [
      { name: 'cache', type: 'k8s-objects', outputs: [{ name: 'host', valueFrom: 'output.metadata.name + ".internal"' }] },
      { name: 'cart', type: 'webservice', inputs: [{ from: 'host', parameterKey: 'env[0].value' }] },
      { name: 'shop', type: 'webservice', dependsOn: ['cart'] },
    ];
    const resolved = resolveWorkflow(shop({ components, workflow: { steps: [{ name: 'all', type: 'deploy' }] } }));
    assert.ok(resolved.ok);
    const first = advance(machineInput(resolved.value));
    assert.deepEqual(first.due[0]?.effect, { kind: 'deliver', components: 'all', policies: [], holdBack: ['cart', 'shop'] });
    const some = delivered(healthy, 'cache');
    assert.ok(some.state === 'delivered');
    const second = advance(machineInput(resolved.value, { recorded: first.status, results: { all: some } }));
    assert.deepEqual(second.due[0]?.effect, {
      kind: 'deliver',
      components: 'all',
      policies: [],
      holdBack: ['shop'],
      componentInputs: { cart: [{ parameterKey: 'properties.env[0].value', value: 'cache.internal' }] },
    });
    assert.deepEqual(second.status.steps?.[0]?.healthyComponents, ['cache']);
  });
});

describe('a deploy step', () => {
  it('waits for approval before anything is delivered', () => {
    const workflow = explicit([{ name: 'ship', type: 'deploy', properties: { auto: false } }]);
    const held = advance(machineInput(workflow));
    assert.deepEqual(held.due, []);
    assert.deepEqual(stepsOf(held.status), [['ship', 'suspending', 'Suspend']]);
    assert.deepEqual(held.waitingFor, [{ step: 'ship', message: 'Waiting approval to the deploy step "ship"' }]);
  });

  it('holds a component back until what it depends on is healthy, and not again when that falters later', () => {
    let shaky = true;
    const world = new FakeWorld({ unhealthy: (component) => component === 'one' && shaky });
    const components = [
      { name: 'one', type: 'k8s-objects' },
      { name: 'two', type: 'k8s-objects', dependsOn: ['one'] },
    ];
    world.apply(shop({ components, workflow: { steps: [{ name: 'all', type: 'deploy' }] } }));
    world.settle();
    assert.equal(world.status?.steps?.[0]?.message, 'wait healthy: one is not ready; two waits for one');
    shaky = false;
    world.settle();
    assert.equal(world.status?.status, 'succeeded');

    const resolved = resolveWorkflow(shop({ components, workflow: { steps: [{ name: 'all', type: 'deploy' }] } }));
    assert.ok(resolved.ok);
    const begun = advance(machineInput(resolved.value, { results: { all: delivered(healthy, 'one') } }));
    assert.deepEqual(begun.status.steps?.[0]?.healthyComponents, ['one']);
    const restarted = advance(machineInput(resolved.value, { recorded: begun.status }));
    assert.deepEqual(restarted.due, [{ step: 'all', effect: { kind: 'deliver', components: 'all', policies: [] } }]);
  });

  it('counts a component that makes no object as healthy', () => {
    const components = [
      { name: 'one', type: 'k8s-objects' },
      { name: 'two', type: 'k8s-objects', dependsOn: ['one'] },
    ];
    const resolved = resolveWorkflow(shop({ components, workflow: { steps: [{ name: 'all', type: 'deploy' }] } }));
    assert.ok(resolved.ok);
    const none: EffectResult = { state: 'delivered', verdict: healthy, live: [], components: ['one'] };
    const next = advance(machineInput(resolved.value, { results: { all: none } }));
    assert.deepEqual(next.due[0]?.effect, { kind: 'deliver', components: 'all', policies: [] });
    const both: EffectResult = { state: 'delivered', verdict: healthy, live: [], components: ['one', 'two'] };
    assert.equal(advance(machineInput(resolved.value, { recorded: next.status, results: { all: both } })).status.status, 'succeeded');
  });

  it('does not wait for components that an override leaves out', () => {
    const components = [
      { name: 'one', type: 'k8s-objects' },
      { name: 'two', type: 'k8s-objects', dependsOn: ['one'] },
    ];
    const policies = [{ name: 'only-two', type: 'override', properties: { selector: ['two'] } }];
    const workflow = { steps: [{ name: 'all', type: 'deploy', properties: { policies: ['only-two'] } }] };
    const resolved = resolveWorkflow(shop({ components, policies, workflow }));
    assert.ok(resolved.ok);
    const begun = advance(machineInput(resolved.value));
    assert.deepEqual(begun.due[0]?.effect, { kind: 'deliver', components: 'all', policies: ['only-two'] });
    const done = advance(machineInput(resolved.value, { recorded: begun.status, results: { all: delivered(healthy, 'two') } }));
    assert.equal(done.status.status, 'succeeded');
  });
});

describe('a run as a whole', () => {
  const anyStep = fc.record({
    kind: fc.constantFrom('put', 'say', 'hold'),
    dependsOn: fc.boolean(),
    condition: fc.constantFrom(undefined, 'always', 'false', 'status["s-0"].succeeded', 'inputs.nothing'),
    timeout: fc.constantFrom(undefined, '5s'),
  });
  const anyWorkflow = fc.record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 6 }),
    mode: fc.constantFrom('DAG', 'StepByStep'),
    group: fc.boolean(),
  });
  const anyAnswers = fc.array(fc.constantFrom('nothing', 'healthy', 'progressing', 'denied', 'waiting', 'invalid', 'final'), {
    minLength: 1,
    maxLength: 40,
  });

  const answers: Record<string, EffectResult | undefined> = {
    healthy: delivered(healthy, 'one'),
    progressing: delivered(progressing('not yet'), 'one'),
    denied: refused(denied),
    waiting: refused({ kind: 'Waiting', code: 'X', message: 'waits' }),
    invalid: refused({ kind: 'Invalid', code: 'X', message: 'wrong' }),
    final: delivered({ ...progressing('gone wrong'), final: true, reason: 'Failed' }, 'one'),
  };

  it('gives the same for the same input, never moves a settled step, and ends or says what it waits for', () => {
    fc.assert(
      fc.property(anyWorkflow, anyAnswers, ({ steps, mode, group }, script) => {
        const made = steps.map(
          (step, index): WorkflowStep => ({
            name: `s-${index}`,
            ...(step.kind === 'put'
              ? { type: 'apply-component', properties: { component: 'one' } }
              : step.kind === 'say'
                ? { type: 'print-message-in-status', properties: { message: 'x' } }
                : { type: 'suspend', properties: { duration: '20s' } }),
            ...(step.dependsOn && index > 0 ? { dependsOn: [`s-${index - 1}`] } : {}),
            ...(step.condition === undefined ? {} : { if: step.condition }),
            ...(step.timeout === undefined ? {} : { timeout: step.timeout }),
          }),
        );
        const all = group ? [{ name: 'group', type: 'step-group', subSteps: made }] : made;
        const workflow = explicit(all, { workflow: { mode: { steps: mode, subSteps: mode } } });
        let recorded: MachineOutput['status'] | undefined;
        let now = start;
        for (const [index, word] of [...script, ...script, 'healthy', 'healthy'].entries()) {
          const answer = answers[word];
          const names = (recorded?.steps ?? []).flatMap((step) => [step.name, ...(step.subSteps ?? []).map((sub) => sub.name)]);
          const results = answer === undefined || index % 2 === 0 ? {} : Object.fromEntries(names.map((name) => [name, answer]));
          const call = { ...(recorded ? { recorded } : {}), results, now };
          const output = advance(machineInput(workflow, call));
          assert.deepEqual(advance(machineInput(workflow, { ...call, recorded: output.status })), output, 'idempotent');
          for (const old of recorded?.steps ?? []) {
            if (old.phase !== 'succeeded' && old.phase !== 'skipped') continue;
            assert.deepEqual(
              output.status.steps?.find((step) => step.name === old.name),
              old,
              'settled for good',
            );
          }
          if (!output.status.finished) assert.ok(output.waitingFor.length > 0, 'it says what it waits for');
          for (const { step } of output.due)
            assert.ok(
              output.waitingFor.some((one) => one.step === step),
              'a due step is waited for',
            );
          recorded = output.status;
          now = Math.max(now, output.wakeAt ?? now);
        }
      }),
      { numRuns: 300 },
    );
  });
});
