/**
 * The machine against what became of the oracle's workflow cases in KubeVela v1.10.9 (test/conformance/golden/workflow).
 * Where we decided otherwise the table says so, with the number in the table of decisions.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import type { Application } from '../../../src/api/application.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { type ExternalWorkflow, resolveWorkflow } from '../../../src/workflow/resolve.ts';
import { validateWorkflow } from '../../../src/workflow/validate.ts';
import { FakeWorld } from './fake-world.ts';

const cases = new URL('../../conformance/cases/workflow/', import.meta.url);
const golden = new URL('../../conformance/golden/workflow/', import.meta.url);

interface GoldenStep {
  name: string;
  phase: string;
  reason?: string;
  message?: string;
  subSteps?: GoldenStep[];
}

/** Cases that end otherwise here: what our steps say, and which decision says so. */
const declared: Record<string, { decision: number | string; status: string; steps: Record<string, string>; objects?: KubeObject[] }> = {
  'component-data-flow-deploy': {
    decision: 70,
    status: 'succeeded',
    steps: { 'roll-out': 'succeeded' },
  },
  'failing-step-retries': {
    decision: 'an object the API server finds invalid fails at once: nothing but a change of it helps',
    status: 'failed',
    steps: { bad: 'failed (Execute)', put: 'skipped (Skip)' },
  },
  'step-data-flow': {
    decision: 70,
    status: 'succeeded',
    steps: { 'put-cart': 'succeeded', publish: 'succeeded', tell: 'succeeded' },
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'cart-address' },
        data: { area: 'checkout', url: 'http://cart:7070', 'deployment.name': 'cart' },
      },
    ],
  },
  'suspend-duration': {
    decision: 'recorded before the time was up',
    status: 'succeeded',
    steps: { 'wait-a-little': 'succeeded', put: 'succeeded' },
  },
  'timeout-suspend': {
    decision: 'recorded before the time was up (scenario timeout-suspend has the end)',
    status: 'failed',
    steps: { hold: 'failed (Timeout)', put: 'skipped (Skip)', note: 'succeeded' },
  },
};

function stands(steps: readonly GoldenStep[] | undefined): Record<string, string> {
  const state: Record<string, string> = {};
  for (const step of steps ?? []) {
    state[step.name] = step.reason === undefined ? step.phase : `${step.phase} (${step.reason})`;
    Object.assign(state, stands(step.subSteps));
  }
  return state;
}

function readCase(name: string): { application: Application; objects: Map<string, KubeObject>; external?: ExternalWorkflow } {
  const application = loadAll(readFileSync(new URL(`${name}.yaml`, cases), 'utf8'))[0] as Application;
  const objects = new Map<string, KubeObject>();
  try {
    for (const object of loadAll(readFileSync(new URL(`${name}.setup.yaml`, cases), 'utf8')) as KubeObject[])
      objects.set(`${object.kind}/${object.metadata.name}`, object);
  } catch {
    // Not every case needs something before.
  }
  const external = [...objects.values()].find((object) => object.kind === 'Workflow');
  return { application, objects, ...(external ? { external: external as unknown as ExternalWorkflow } : {}) };
}

describe('workflow cases of the oracle', () => {
  const names = readdirSync(cases).flatMap((file) => (/^[^.]+\.yaml$/.test(file) ? [file.slice(0, -5)] : []));
  let ran = 0;
  for (const name of names) {
    it(name, () => {
      const { application, objects, external } = readCase(name);
      const resolved = resolveWorkflow(application, external);
      assert.ok(resolved.ok);
      const problems = validateWorkflow(application, resolved.value);
      const cannotRun = problems.filter((problem) => problem.code === 'StepTypeCannotRun');
      if (cannotRun.length > 0) return;
      assert.deepEqual(problems, []);
      ran++;
      const noPods = objects.has('ResourceQuota/no-pods');
      const world = new FakeWorld({
        objects,
        unhealthy: (component) => noPods && !['settings', 'quick'].includes(component),
        refused: (_step, effect) =>
          effect.kind === 'apply-object' && effect.manifest.metadata?.name === 'no-ports-here'
            ? { kind: 'Invalid', code: 'Rejected', message: 'Service "no-ports-here" is invalid' }
            : undefined,
      });
      world.apply(application, external);
      world.elapse(60_000);
      const { status } = JSON.parse(readFileSync(new URL(`${name}.json`, golden), 'utf8')) as {
        status: { workflow: { status: string; mode: string; steps: GoldenStep[] } };
      };
      const expected = declared[name] ?? { status: status.workflow.status, steps: stands(status.workflow.steps) };
      const ours = stands(world.status?.steps);
      for (const step of Object.keys(ours)) if (ours[step] === 'pending' && expected.steps[step] === undefined) delete ours[step];
      assert.deepEqual(ours, expected.steps);
      assert.equal(world.status?.status, expected.status);
      assert.equal(world.status?.mode, status.workflow.mode);
      assert.deepEqual(madeBySteps(world.applied), stepObjects(name), 'objects that steps made');
      if (declared[name] === undefined) assert.deepEqual(messages(world.status?.steps), messages(status.workflow.steps));
    });
  }
  after(() => assert.ok(ran >= 35, `only ${ran} cases ran`));
});

/** What steps write, without labels and namespace: those are put on when an effect is rendered. */
function madeBySteps(objects: readonly KubeObject[]): unknown[] {
  const bare = objects.map(({ metadata, ...rest }) => ({ ...rest, metadata: { name: metadata.name } }));
  return bare.sort((a, b) => `${a.kind}${a.metadata.name}`.localeCompare(`${b.kind}${b.metadata.name}`));
}

function stepObjects(name: string): unknown[] {
  if (declared[name] !== undefined) return madeBySteps(declared[name].objects ?? []);
  const { objects } = JSON.parse(readFileSync(new URL(`${name}.json`, golden), 'utf8')) as {
    objects: { component?: string; manifest: KubeObject }[];
  };
  return madeBySteps(
    objects
      .filter((one) => !one.component && one.manifest.metadata.labels?.['app.oam.dev/component'] === undefined)
      .map((one) => one.manifest),
  );
}

/** Messages that a step was told to show; those of suspended, waiting and failed steps are worded by each engine. */
function messages(steps: readonly GoldenStep[] | undefined): Record<string, string> {
  const all = (steps ?? []).flatMap((step) => [step, ...(step.subSteps ?? [])]);
  return Object.fromEntries(
    all.flatMap((step) => (step.phase === 'succeeded' && step.message ? [[step.name, step.message] as const] : [])),
  );
}
