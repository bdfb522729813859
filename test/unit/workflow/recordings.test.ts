/**
 * The machine against recordings of KubeVela v1.10.9 over time (test/conformance/scenarios/workflow): the end state of
 * every step and of the run after each thing that was done.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { load, loadAll } from 'js-yaml';
import type { Application, WorkflowStep } from '../../../src/api/application.ts';
import type { Operation } from '../../../src/workflow/operations.ts';
import { FakeWorld } from './fake-world.ts';

const folder = new URL('../../conformance/scenarios/workflow/', import.meta.url);

interface RecordedStep {
  name: string;
  type: string;
  phase: string;
  reason?: string;
  subSteps?: RecordedStep[];
}
interface RecordedWorkflow {
  mode: string;
  status: string;
  suspend: boolean;
  terminated: boolean;
  finished: boolean;
  steps?: RecordedStep[];
}
interface Done {
  do: string;
  file?: string;
  op?: Operation;
  step?: string;
  phase?: string;
  patch?: { data?: { open?: string } };
  until?: 'skip' | { phase?: string | string[]; quiet?: number };
}
interface Recording {
  steps: { step: Done; apps?: { shop?: { phase?: string; workflow?: RecordedWorkflow } } }[];
}

/** Step types of team definitions are played by an object that is refused for good while the gate is shut. */
const standIns = ['give-up', 'gate-check'];

function readYaml(scenario: string, file: string): unknown[] {
  const text = readFileSync(new URL(`${scenario}/${file}`, folder), 'utf8');
  return loadAll(text);
}

function readApplication(scenario: string, file: string): Application {
  const application = readYaml(scenario, file)[0] as Application;
  const substitute = <T extends WorkflowStep>(step: T): T => ({
    ...step,
    ...(step.subSteps ? { subSteps: step.subSteps.map((sub) => substitute(sub)) } : {}),
    ...(standIns.includes(step.type)
      ? {
          type: 'apply-object',
          properties: { value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `stand-in-${step.type}` } } },
        }
      : {}),
  });
  const { workflow } = application.spec;
  const steps = workflow?.steps?.map(substitute);
  return { ...application, spec: { ...application.spec, ...(workflow && steps ? { workflow: { ...workflow, steps } } : {}) } };
}

/** Steps by name with phase and reason; a stand-in's failure has the reason of an effect that was refused. */
function endState(steps: readonly RecordedStep[] | undefined): Record<string, string> {
  const state: Record<string, string> = {};
  for (const step of steps ?? []) {
    const reason = step.reason === 'Action' ? 'Execute' : step.reason;
    state[step.name] = reason === undefined ? step.phase : `${step.phase} (${reason})`;
    Object.assign(state, endState(step.subSteps));
  }
  return state;
}

/** KubeVela leaves a step that waits for a suspended one out of its list; we show it as pending. */
function withoutPending(state: Record<string, string>, expected: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).filter(([name, stands]) => stands !== 'pending' || expected[name] !== undefined));
}

function act(world: FakeWorld, gate: { open: boolean; pods: boolean }, scenario: string, step: Done): void {
  switch (step.do) {
    case 'apply':
      if (step.file?.startsWith('app')) world.apply(readApplication(scenario, step.file));
      break;
    case 'status-patch':
      world.operate(step.op ?? 'resume', step.step);
      break;
    case 'make-unhealthy':
      gate.pods = false;
      break;
    case 'make-healthy':
      gate.pods = true;
      break;
    case 'edit-object':
      gate.open = step.patch?.data?.open === 'yes';
      break;
  }
}

describe('recordings of KubeVela workflows', () => {
  for (const scenario of readdirSync(folder)) {
    const { title } = load(readFileSync(new URL(`${scenario}/scenario.yaml`, folder), 'utf8')) as { title: string };
    it(`${scenario}: ${title}`, () => {
      const recording = JSON.parse(readFileSync(new URL(`${scenario}/recording.json`, folder), 'utf8')) as Recording;
      const gate = { open: false, pods: true };
      const world = new FakeWorld({
        unhealthy: (component) => component === 'web' && !gate.pods,
        refused(_step, effect) {
          if (effect.kind !== 'apply-object') return undefined;
          const name = effect.manifest.metadata?.name ?? '';
          if (name === 'broken') return { kind: 'Denied', code: 'Refused', message: 'the API server does not take it' };
          if (!name.startsWith('stand-in')) return undefined;
          return gate.open ? undefined : { kind: 'Invalid', code: 'GateShut', message: 'the gate is shut' };
        },
      });
      let compared = 0;
      for (const [index, { step, apps }] of recording.steps.entries()) {
        act(world, gate, scenario, step);
        if (world.workflow === undefined || step.do === 'delete') continue;
        const patient = step.do === 'wait-phase' || (typeof step.until === 'object' && step.until.phase !== undefined);
        const recorded = apps?.shop?.workflow;
        const waitsForEnd = patient && !['suspending'].includes(recorded?.status ?? '');
        world.elapse(waitsForEnd ? 240_000 : 2_000);
        if (recorded === undefined) continue;
        const expected = endState(recorded.steps);
        const { status } = world;
        assert.deepEqual(withoutPending(endState(status?.steps), expected), expected, `after ${step.do} (step ${index})`);
        const run = {
          mode: status?.mode,
          status: status?.status,
          suspend: status?.suspend,
          terminated: status?.terminated,
          finished: status?.finished,
        };
        const { mode, suspend, terminated, finished } = recorded;
        assert.deepEqual(run, { mode, status: recorded.status, suspend, terminated, finished }, `run after ${step.do} (step ${index})`);
        compared++;
      }
      assert.ok(compared > 0, 'something was compared');
    });
  }
});
