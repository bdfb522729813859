/**
 * A world that answers what a workflow asks for: objects are accepted, components are healthy or not, time moves when
 * told. It calls the machine as the controller does: once with what is known, once with what deliveries gave.
 */
import assert from 'node:assert/strict';
import type { Application, WorkflowStatus } from '../../../src/api/application.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Problem } from '../../../src/base/errors.ts';
import { type Json, type JsonObject, jsonEqual } from '../../../src/base/json.ts';
import { advance } from '../../../src/workflow/machine.ts';
import { type Operation, operate } from '../../../src/workflow/operations.ts';
import { type ExternalWorkflow, resolveWorkflow } from '../../../src/workflow/resolve.ts';
import type {
  DeliveredComponent,
  Effect,
  EffectResult,
  MachineInput,
  MachineOutput,
  ResolvedWorkflow,
} from '../../../src/workflow/types.ts';
import { healthy, progressing, start } from './world.ts';

export interface Rules {
  /** Components that are not healthy now. */
  unhealthy(component: string): boolean;
  /** Why an effect is refused now. */
  refused(step: string, effect: Effect): Problem | undefined;
  /** Live objects by kind and name. */
  objects: Map<string, KubeObject>;
}

export class FakeWorld {
  now = start;
  revision = 0;
  status: WorkflowStatus | undefined;
  variables: JsonObject = {};
  last: MachineOutput | undefined;
  /** Effects that were carried out, by step and in order. */
  readonly carriedOut: string[] = [];
  /** Objects that steps wrote. */
  readonly applied: KubeObject[] = [];
  readonly rules: Rules;
  workflow: ResolvedWorkflow | undefined;
  private application: Application | undefined;
  private readonly results = new Map<string, EffectResult>();

  constructor(rules: Partial<Rules> = {}) {
    this.rules = { unhealthy: () => false, refused: () => undefined, objects: new Map(), ...rules };
  }

  apply(application: Application, external?: ExternalWorkflow): void {
    if (jsonEqual(application.spec, this.application?.spec)) return;
    this.application = application;
    this.revision++;
    const resolved = resolveWorkflow(application, external);
    assert.ok(resolved.ok, 'the workflow resolves');
    this.workflow = resolved.value;
  }

  operate(operation: Operation, step?: string): void {
    const edited = operate(this.status, operation, step, this.workflow);
    assert.ok(edited.ok, edited.ok ? '' : edited.problem.message);
    this.status = edited.value.workflow;
  }

  /** Passes until nothing is due any more; time stands still. */
  settle(): void {
    for (let pass = 0; pass < 100; pass++) {
      const before = this.status;
      this.pass();
      if (jsonEqual(before, this.status) && this.last?.due.length === 0) return;
      if (jsonEqual(before, this.status) && pass > 50) return;
    }
  }

  /** Moves time on by `ms`, waking the machine when it asked for it. */
  elapse(ms: number): void {
    const until = this.now + ms;
    this.settle();
    for (let round = 0; round < 200; round++) {
      const wakeAt = this.last?.wakeAt;
      if (wakeAt === undefined || wakeAt > until) break;
      this.now = Math.max(this.now + 1, wakeAt);
      this.settle();
    }
    this.now = until;
    this.settle();
  }

  private input(results: ReadonlyMap<string, EffectResult>): MachineInput {
    const { workflow, application } = this;
    assert.ok(workflow !== undefined && application !== undefined, 'an application was applied');
    const { name, namespace = 'NS', annotations = {} } = application.metadata;
    const version = annotations['app.oam.dev/publishVersion'];
    const context: JsonObject = {
      name,
      appName: name,
      namespace,
      appRevision: `${name}-v${this.revision}`,
      ...(version ? { publishVersion: version } : {}),
    };
    return {
      workflow,
      appRevision: `${name}-v${this.revision}`,
      recorded: this.status,
      results,
      variables: this.variables,
      context,
      now: this.now,
      stepId: (step) => `id-${step}`,
      maxRetries: 10,
    };
  }

  private pass(): void {
    if (this.status === undefined || this.status.appRevision !== `${this.application?.metadata.name}-v${this.revision}`)
      this.results.clear();
    // What was delivered completely is known from observation; its health is that of now.
    const known = new Map([...this.results].map(([step, result]) => [step, this.observe(result)]));
    const first = advance(this.input(known));
    this.take(first);
    const results = new Map(known);
    for (const { step, effect } of first.due) {
      this.carriedOut.push(step);
      const problem = this.rules.refused(step, effect);
      if (problem !== undefined) results.set(step, { state: 'refused', problem });
      else {
        const answer = this.answer(effect);
        results.set(step, answer);
        this.results.set(step, answer);
      }
    }
    const second = advance(this.input(results));
    this.take(second);
    const again = advance(this.input(results));
    assert.deepEqual(again, second, 'a further call with the same input changes nothing');
  }

  private take(output: MachineOutput): void {
    this.status = output.status;
    this.variables = output.variables;
    this.last = output;
  }

  private observe(result: EffectResult): EffectResult {
    return result.state === 'delivered'
      ? this.delivered(
          result.live.map((one) => one.component),
          result.live,
        )
      : result;
  }

  private answer(effect: Effect): EffectResult {
    if (effect.kind === 'read-object') return { state: 'read', object: this.rules.objects.get(`${effect.ref.kind}/${effect.ref.name}`) };
    if (effect.kind === 'apply-object') {
      const object = effect.manifest as KubeObject;
      this.applied.push(object);
      this.rules.objects.set(`${object.kind}/${object.metadata.name}`, object);
      return {
        state: 'delivered',
        verdict: healthy,
        live: [{ component: '', cluster: 'local', namespace: 'NS', output: object, outputs: {} }],
      };
    }
    const names = effect.components === 'all' ? (this.application?.spec.components ?? []).map((one) => one.name) : [...effect.components];
    return this.delivered(names.filter((name) => !effect.holdBack?.includes(name)));
  }

  private delivered(names: string[], live?: readonly DeliveredComponent[]): EffectResult {
    const bad = names.filter((name) => name !== '' && this.rules.unhealthy(name));
    return {
      state: 'delivered',
      verdict: bad.length > 0 ? progressing(`${bad[0]} is not ready`) : healthy,
      live: (live ?? names.map((name) => this.component(name))).map((one) => ({
        ...one,
        verdict: this.rules.unhealthy(one.component) ? progressing() : healthy,
      })),
    };
  }

  /** A component's live object: what its properties say of an object, else a Deployment that is ready. */
  private component(name: string): DeliveredComponent {
    const properties = this.application?.spec.components.find((one) => one.name === name)?.properties ?? {};
    const [object] = Array.isArray(properties.objects) ? properties.objects : [];
    const deployment: JsonObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { template: { spec: { containers: [{ name, image: properties.image ?? null }] } } },
      status: { readyReplicas: 2 },
    };
    const service: Json = { apiVersion: 'v1', kind: 'Service', metadata: { name } };
    const outputs = { webserviceExpose: service as unknown as KubeObject };
    return { component: name, cluster: 'local', namespace: 'NS', output: (object ?? deployment) as unknown as KubeObject, outputs };
  }
}
