/**
 * deploy: delivers all components where and as its policies say, each when what it depends on is healthy. With
 * `auto: false` it waits for approval before anything is delivered (decision 46: KubeVela asks afterwards).
 */

import { invalid, type Problem } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Verdict } from '../../health/verdict.ts';
import { valuesOf } from '../outputs.ts';
import { lookUp } from '../run.ts';
import type { ComponentFlow, DeliveredComponent, Effect, ResolvedSubStep } from '../types.ts';
import { inputsOf, scopeOf } from './apply-component.ts';
import type { InputValue, StepBehaviour, StepInput, StepOutcome } from './behaviour.ts';
import { checkProperties, optionalCount, optionalFlag, optionalTexts } from './properties.ts';

export const deploy: StepBehaviour = {
  type: 'deploy',
  check: (step) => [
    ...checkProperties(step, {
      auto: optionalFlag,
      policies: optionalTexts,
      parallelism: optionalCount,
      ignoreTerraformComponent: optionalFlag,
    }).filter((problem) => problem.kind !== 'Invalid' || problem.path !== 'properties.inlinePolicies'),
    ...checkInline(step),
  ],
  run(input): StepOutcome {
    const approved = input.properties.auto !== false || input.record?.phase === 'running' || input.record?.phase === 'failed';
    if (!approved) return { kind: 'suspended', message: `Waiting approval to the deploy step "${input.step.name}"` };
    return deliverInOrder(input);
  },
};

function checkInline(step: ResolvedSubStep): Problem[] {
  if (step.properties?.inlinePolicies === undefined) return [];
  return [invalid('NotYet', `step "${step.name}": inlinePolicies cannot be used yet`, 'properties.inlinePolicies')];
}

function deliverInOrder(input: StepInput): StepOutcome {
  const { result, workflow } = input;
  const all = workflow.components.filter((one) => workflow.deployed[input.step.name]?.includes(one.name) ?? true);
  const live = result?.state === 'delivered' ? result.live : [];
  const whole = result?.state === 'delivered' ? result.verdict : undefined;
  const empty = (result?.state === 'delivered' ? (result.components ?? []) : []).filter(
    (name) => !live.some((one) => one.component === name),
  );
  const healthyComponents = healthyOf(all, [...(input.record?.healthyComponents ?? []), ...empty], live, whole);
  const made = outputsOf(all, healthyComponents, live, input.context);
  const known = { ...input.variables, ...made };
  const held = all.filter((one) => blockersOf(one, all, healthyComponents, known, input.context).length > 0);
  const effect = effectOf(input, held, known);
  const progress = { made, ...(all.some((one) => one.dependsOn.length > 0) ? { healthyComponents } : {}) };
  if (result === undefined || result.state === 'read') return { kind: 'due', effect, ...progress };
  if (result.state === 'refused') return { kind: 'refused', problem: result.problem, effect, ...progress };
  const { verdict } = result;
  if (verdict.holds && verdict.final === true) return { kind: 'failed', reason: verdict.reason || 'Action', message: verdict.message };
  const undelivered = all.some(
    (one) => !held.includes(one) && !empty.includes(one.name) && !live.some(({ component }) => component === one.name),
  );
  if (undelivered) return { kind: 'due', effect, ...progress };
  const waits = held.map((one) => `${one.name} waits for ${blockersOf(one, all, healthyComponents, known, input.context).join(', ')}`);
  if (!isWell(verdict)) waits.unshift(`wait healthy${verdict.message === '' ? '' : `: ${verdict.message}`}`);
  if (waits.length > 0) return { kind: 'waiting', message: waits.join('; '), ...progress };
  return { kind: 'succeeded', scope: scopeOf(live, all[0]?.name ?? ''), made };
}

function isWell(verdict: Verdict): boolean {
  return !verdict.holds || (verdict.state !== 'progressing' && verdict.state !== 'degraded');
}

/** Components that are or were healthy in this run: what has begun is not taken back when one of them falters. */
function healthyOf(
  all: readonly ComponentFlow[],
  before: readonly string[],
  live: readonly DeliveredComponent[],
  whole: Verdict | undefined,
): string[] {
  return all
    .filter(({ name }) => {
      const own = live.filter((one) => one.component === name);
      return before.includes(name) || (own.length > 0 && own.every(({ verdict = whole }) => verdict !== undefined && isWell(verdict)));
    })
    .map(({ name }) => name);
}

function outputsOf(
  all: readonly ComponentFlow[],
  healthy: readonly string[],
  live: readonly DeliveredComponent[],
  context: JsonObject,
): JsonObject {
  const made: JsonObject = {};
  for (const { name, outputs } of all) {
    if (!healthy.includes(name) || !live.some(({ component }) => component === name)) continue;
    Object.assign(made, valuesOf(outputs, { ...scopeOf(live, name), context }).made);
  }
  return made;
}

/** What a component still waits for: components of the same step, or values. */
function blockersOf(
  one: ComponentFlow,
  all: readonly ComponentFlow[],
  healthy: readonly string[],
  known: JsonObject,
  context: JsonObject,
): string[] {
  const components = one.dependsOn.filter((name) => all.some((other) => other.name === name) && !healthy.includes(name));
  const values = one.inputs.filter(({ from }) => !lookUp(from, known, context).found).map(({ from }) => `input ${from}`);
  return [...components, ...values];
}

function effectOf(input: StepInput, held: readonly ComponentFlow[], known: JsonObject): Effect {
  const { properties, workflow } = input;
  const componentInputs: NonNullable<Extract<Effect, { kind: 'deliver' }>['componentInputs']> = {};
  for (const one of workflow.components) {
    const values: InputValue[] = one.inputs.flatMap((wanted) => {
      const { found, value } = lookUp(wanted.from, known, input.context);
      return found ? [{ ...wanted, value }] : [];
    });
    if (values.length > 0) componentInputs[one.name] = inputsOf(values);
  }
  const policies = Array.isArray(properties.policies) ? properties.policies.filter((name) => typeof name === 'string') : [];
  const parallelism = properties.parallelism;
  return {
    kind: 'deliver',
    components: 'all',
    policies,
    ...(typeof parallelism === 'number' ? { parallelism } : {}),
    ...(held.length > 0 ? { holdBack: held.map(({ name }) => name) } : {}),
    ...(Object.keys(componentInputs).length > 0 ? { componentInputs } : {}),
  };
}
