/** What steps that write one object have in common: the effect, the scope of outputs, texts of ConfigMaps and Secrets. */
import type { KubeObject, Manifest } from '../../api/object.ts';
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Effect } from '../types.ts';
import { type StepInput, type StepOutcome, untilAccepted } from './behaviour.ts';
import { textOf } from './properties.ts';

/** Done when the object is accepted; its live form is `apply.value` of outputs, in both of KubeVela's notations. */
export function writeObject(input: StepInput, manifest: Manifest): StepOutcome {
  const effect: Effect = { kind: 'apply-object', manifest, cluster: textOf(input.properties, 'cluster') || 'local' };
  return untilAccepted(input, effect, (live) => scopeOfObject(live[0]?.output, 'apply'));
}

/** `name.value` and `name.$returns.value` of a live object. */
export function scopeOfObject(object: KubeObject | undefined, name: string, err?: string): JsonObject {
  // Live objects are JSON as the API server sent them; the types of the border know less.
  const value = object as unknown as JsonObject | undefined;
  const found = { ...(value === undefined ? {} : { value }), ...(err === undefined ? {} : { err }) };
  return { [name]: { ...found, $returns: found } };
}

/** Reference of a ConfigMap or Secret to write; without a namespace it goes to the application's. */
export function metadataOf(name: string, namespace: string | undefined): Manifest['metadata'] {
  return { name, ...(namespace ? { namespace } : {}) };
}

/** Values of a ConfigMap or Secret are texts: numbers and booleans become theirs, anything else is named. */
export function textsOf(data: Json | undefined): { texts: Record<string, string>; wrong: string[] } {
  const texts: Record<string, string> = {};
  const wrong: string[] = [];
  for (const [key, value] of Object.entries(isObject(data) ? data : {})) {
    if (value === null || typeof value === 'object') wrong.push(key);
    else texts[key] = String(value);
  }
  return { texts, wrong };
}

/** The outcome for values that are no texts. */
export function notTexts(keys: readonly string[]): StepOutcome {
  const names = keys.map((key) => `"data.${key}"`).join(', ');
  return { kind: 'failed', reason: 'Input', message: `${names} must be a text, number or boolean` };
}
