/** A small made-up world for tests of the machine: applications, verdicts and calls with sensible defaults. */
import type { Application, ApplicationSpec, WorkflowStatus } from '../../../src/api/application.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import type { Verdict } from '../../../src/health/verdict.ts';
import { resolveWorkflow } from '../../../src/workflow/resolve.ts';
import type { EffectResult, MachineInput, ResolvedWorkflow } from '../../../src/workflow/types.ts';

export const start = Date.UTC(2026, 0, 1);

export function shop(spec: ApplicationSpec): Application {
  return { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', metadata: { name: 'shop', namespace: 'prod' }, spec };
}

/** The resolved workflow of explicit steps over ConfigMap-like components of the given names. */
export function explicit(
  steps: NonNullable<NonNullable<ApplicationSpec['workflow']>['steps']>,
  more: Partial<ApplicationSpec> = {},
): ResolvedWorkflow {
  const components = more.components ?? ['one', 'two', 'three'].map((name) => ({ name, type: 'k8s-objects' }));
  const resolved = resolveWorkflow(shop({ components, ...more, workflow: { ...more.workflow, steps } }));
  if (!resolved.ok) throw new Error(resolved.problem.message);
  return resolved.value;
}

export const healthy: Verdict = { state: 'healthy', reason: 'Available', message: '', holds: true };
export const progressing = (message = ''): Verdict => ({ state: 'progressing', reason: 'Progressing', message, holds: true });

export function delivered(verdict: Verdict, component: string, output?: JsonObject): EffectResult {
  const live = { component, cluster: 'local', namespace: 'prod', outputs: {} };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: component }, ...output };
  return { state: 'delivered', verdict, live: [{ ...live, output: object }] };
}

export interface Call {
  recorded?: WorkflowStatus;
  results?: Record<string, EffectResult>;
  variables?: JsonObject;
  now?: number;
  appRevision?: string;
  maxRetries?: number;
}

export function machineInput(workflow: ResolvedWorkflow, call: Call = {}): MachineInput {
  return {
    workflow,
    appRevision: call.appRevision ?? 'shop-v1',
    recorded: call.recorded,
    results: new Map(Object.entries(call.results ?? {})),
    variables: call.variables ?? {},
    context: { name: 'shop', appName: 'shop', namespace: 'prod', appRevision: 'shop-v1' },
    now: call.now ?? start,
    stepId: (name) => `id-${name}`,
    maxRetries: call.maxRetries ?? 10,
  };
}

/** Name, phase and reason of every step, sub-steps indented behind their group. */
export function stepsOf(status: WorkflowStatus): [string, string, string | undefined][] {
  return (status.steps ?? []).flatMap((step) => [
    [step.name, step.phase, step.reason] as [string, string, string | undefined],
    ...(step.subSteps ?? []).map((sub) => [`- ${sub.name}`, sub.phase, sub.reason] as [string, string, string | undefined]),
  ]);
}
