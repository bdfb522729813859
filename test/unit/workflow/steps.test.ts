/** Step types one by one: what their properties may be, and what they ask for. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/base/json.ts';
import type { StepOutcome } from '../../../src/workflow/steps/behaviour.ts';
import { behaviourOf, knownStepTypes, runnableStepTypes } from '../../../src/workflow/steps/index.ts';
import type { EffectResult } from '../../../src/workflow/types.ts';
import { explicit, start } from './world.ts';

function run(type: string, properties: JsonObject, result?: EffectResult): StepOutcome {
  const behaviour = behaviourOf(type);
  assert.ok(behaviour, type);
  const step = { name: 'step', type, properties };
  return behaviour.run({
    step,
    properties,
    inputs: [],
    record: undefined,
    result,
    workflow: explicit([step]),
    variables: {},
    context: {},
    now: start,
  });
}

function problems(type: string, properties: JsonObject): string[] {
  const behaviour = behaviourOf(type);
  assert.ok(behaviour, type);
  return behaviour.check({ name: 'step', type, properties }).map((problem) => problem.message.replace('step "step": ', ''));
}

const accepted = (output?: JsonObject): EffectResult => ({
  state: 'delivered',
  verdict: { state: 'progressing', reason: '', message: '', holds: true },
  live: [
    {
      component: '',
      cluster: 'local',
      namespace: 'prod',
      outputs: {},
      output: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, ...output },
    },
  ],
});

describe('step types', () => {
  it('are either runnable or known by name', () => {
    assert.deepEqual(
      knownStepTypes.filter((type) => runnableStepTypes.includes(type)),
      [],
    );
    // KubeVela 1.10 ships 31 and 5 deprecated ones.
    assert.equal(new Set([...knownStepTypes, ...runnableStepTypes]).size, 36);
  });

  it('apply-component passes cluster and namespace on', () => {
    assert.deepEqual(run('apply-component', { component: 'one', cluster: '', namespace: 'other' }), {
      kind: 'due',
      effect: { kind: 'deliver', components: ['one'], policies: [], namespace: 'other' },
    });
  });

  it('apply-object is done when the object is accepted, whatever its health', () => {
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
    assert.deepEqual(run('apply-object', { value }), { kind: 'due', effect: { kind: 'apply-object', manifest: value, cluster: 'local' } });
    const done = run('apply-object', { value }, accepted({ data: { a: 'b' } }));
    assert.ok(done.kind === 'succeeded');
    const live = { ...value, data: { a: 'b' } };
    assert.deepEqual(done.scope, { apply: { value: live, $returns: { value: live } } });
    assert.deepEqual(problems('apply-object', { value: { kind: 'ConfigMap' } }), ['parameter "value.apiVersion" is required']);
    assert.equal(run('apply-object', { value: 'text' }).kind, 'failed');
  });

  it('read-object takes the defaults of its definition, and an absent object as an answer', () => {
    const due = run('read-object', { name: 'x' });
    const ref = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', name: 'x', namespace: 'default' };
    assert.deepEqual(due, { kind: 'due', effect: { kind: 'read-object', ref, cluster: 'local' } });
    const absent = run('read-object', { name: 'x', kind: 'ConfigMap' }, { state: 'read', object: undefined });
    assert.ok(absent.kind === 'succeeded');
    const err = 'configmaps "x" not found';
    assert.deepEqual(absent.scope, { output: { err, $returns: { err } } });
    const refused = run('read-object', { name: 'x' }, { state: 'refused', problem: { kind: 'Denied', code: 'Forbidden', message: 'no' } });
    assert.equal(refused.kind, 'refused');
  });

  it('export2config makes numbers and booleans texts and names what has none', () => {
    const due = run('export2config', { configName: 'x', data: { port: 80, on: true, text: 'a' } });
    assert.ok(due.kind === 'due' && due.effect.kind === 'apply-object');
    assert.deepEqual(due.effect.manifest.data, { port: '80', on: 'true', text: 'a' });
    assert.deepEqual(run('export2config', { configName: 'x', data: { list: [1] } }), {
      kind: 'failed',
      reason: 'Input',
      message: '"data.list" must be a text, number or boolean',
    });
  });

  it('export2secret writes texts of a type, or a registry login', () => {
    const login = run('export2secret', {
      secretName: 'x',
      kind: 'docker-registry',
      data: {},
      dockerRegistry: { username: 'u', password: 'p' },
    });
    assert.ok(login.kind === 'due' && login.effect.kind === 'apply-object');
    const config = '{"auths":{"https://index.docker.io/v1/":{"username":"u","password":"p","auth":"dTpw"}}}';
    assert.deepEqual(login.effect.manifest, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': config },
    });
    assert.deepEqual(problems('export2secret', { secretName: 'x', data: {}, kind: 'docker' }), [
      'parameter "kind" must be one of generic, docker-registry, got "docker"',
    ]);
    assert.deepEqual(problems('export2secret', { secretName: 'x', data: {}, kind: 'docker-registry' }), [
      'parameter "dockerRegistry" is required',
    ]);
    assert.equal(run('export2secret', { secretName: 'x', data: { a: {} } }).kind, 'failed');
  });

  it('print-message-in-status says what an input gave, if that is a text', () => {
    assert.deepEqual(run('print-message-in-status', { message: 'hello' }), { kind: 'succeeded', message: 'hello', scope: {} });
    assert.deepEqual(run('print-message-in-status', { message: 5 }), {
      kind: 'failed',
      reason: 'Input',
      message: 'parameter "message" must be a string, got the number 5',
    });
  });

  it('deploy passes policies and parallelism on and refuses what it cannot do yet', () => {
    assert.deepEqual(run('deploy', { policies: ['here'], parallelism: 2 }), {
      kind: 'due',
      effect: { kind: 'deliver', components: 'all', policies: ['here'], parallelism: 2 },
      made: {},
    });
    assert.deepEqual(problems('deploy', { auto: 'no', inlinePolicies: [] }), [
      'parameter "auto" must be true or false, got the string "no"',
      'inlinePolicies cannot be used yet',
    ]);
  });

  it('name wrong types as they were written', () => {
    assert.deepEqual(problems('suspend', { duration: 5, message: ['a'] }), [
      'parameter "duration" must be a string, got the number 5',
      'parameter "message" must be a string, got a list',
    ]);
    assert.deepEqual(problems('apply-component', { component: { a: 1 } }), ['parameter "component" must be a string, got a mapping']);
  });
});
