/** Puts the values of inputs into a step's properties, or into a component, at the places `parameterKey` names. */
import type { ApplicationComponent } from '../api/application.ts';
import { failure, invalid, type Result, success } from '../base/errors.ts';
import { cloneJson, isObject, type Json, type JsonObject } from '../base/json.ts';
import { parsePath } from './paths.ts';
import type { InputValue } from './steps/behaviour.ts';
import type { ResolvedSubStep } from './types.ts';

/** A list grows by one at a time: an index further than this behind its end is a slip of the pen. */
const widestGap = 0;

/** Properties of a step with its inputs in them. Steps that deliver components pass theirs on and stay as written. */
export function applyInputs(step: ResolvedSubStep, inputs: readonly InputValue[]): Result<JsonObject> {
  const properties: JsonObject = step.properties ?? {};
  if (inputs.length === 0 || /^(builtin-)?apply-component$/.test(step.type)) return success(properties);
  let current: Json = cloneJson(properties);
  for (const { from, parameterKey, value } of inputs) {
    if (parameterKey === undefined || parameterKey === '') continue;
    const placed = place(current, parameterKey, value as Json, `input "${from}"`);
    if (!placed.ok) return placed;
    current = placed.value;
  }
  return success(isObject(current) ? current : {});
}

/** A component with values of inputs in its properties and traits; paths as in `Effect.componentInputs`. */
export function applyComponentInputs(
  component: ApplicationComponent,
  inputs: readonly { parameterKey: string; value: unknown }[],
): Result<ApplicationComponent> {
  let current: Json = cloneJson({ ...component, properties: component.properties ?? {} }) as unknown as Json;
  for (const { parameterKey, value } of inputs) {
    const placed = place(current, parameterKey, value as Json, `component "${component.name}": input at "${parameterKey}"`);
    if (!placed.ok) return placed;
    current = placed.value;
  }
  return success(current as unknown as ApplicationComponent);
}

function place(root: Json, key: string, value: Json, what: string): Result<Json> {
  const path = parsePath(key);
  if (path === undefined) return failure(invalid('InvalidPath', `${what}: "${key}" is not a path such as env[0].value`));
  return put(root, path, value, `${what}: "${key}"`);
}

function put(current: Json | undefined, path: readonly (string | number)[], value: Json, what: string): Result<Json> {
  const [head, ...rest] = path;
  if (head === undefined) return success(value);
  if (typeof head === 'number') {
    const list: Json[] = Array.isArray(current) ? [...current] : [];
    if (current !== undefined && current !== null && !Array.isArray(current))
      return failure(invalid('InvalidPath', `${what} goes into a list where there is none`));
    if (head > list.length + widestGap) return failure(invalid('InvalidPath', `${what} names item ${head} of a list of ${list.length}`));
    const placed = put(list[head], rest, value, what);
    if (!placed.ok) return placed;
    list[head] = placed.value;
    return success(list);
  }
  if (current !== undefined && current !== null && !isObject(current))
    return failure(invalid('InvalidPath', `${what} goes into a mapping where there is none`));
  const placed = put(isObject(current) && Object.hasOwn(current, head) ? current[head] : undefined, rest, value, what);
  if (!placed.ok) return placed;
  const copy: JsonObject = { ...(isObject(current) ? current : {}) };
  Object.defineProperty(copy, head, { value: placed.value, writable: true, enumerable: true, configurable: true });
  return success(copy);
}
