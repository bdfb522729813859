/** Strict reading of a step's properties: unknown fields and wrong types are named with their path. */
import { invalid, type Problem } from '../../base/errors.ts';
import { isObject, type JsonObject } from '../../base/json.ts';
import { didYouMean } from '../../base/spelling.ts';
import { parseDuration } from '../durations.ts';
import type { ResolvedSubStep } from '../types.ts';

/** A check of one value: what was expected, or nothing when it is well. */
export interface Field {
  required: boolean;
  expected: string;
  test(value: unknown): boolean;
}

const field = (expected: string, test: (value: unknown) => boolean, required = false): Field => ({ expected, test, required });
const isText = (value: unknown): boolean => typeof value === 'string';

export const optionalText = field('a string', isText);
export const requiredText = field('a string', isText, true);
export const optionalFlag = field('true or false', (value) => typeof value === 'boolean');
export const optionalCount = field('a whole number', (value) => Number.isInteger(value));
export const optionalTexts = field('a list of strings', (value) => Array.isArray(value) && value.every(isText));
export const requiredObject = field('a mapping', isObject, true);
export const optionalObject = field('a mapping', isObject);
export const optionalDuration = field('a string', isText);

/** Whether an input fills the property, so that it need not be written. */
function filledByInput(step: ResolvedSubStep, name: string): boolean {
  return (step.inputs ?? []).some(
    ({ parameterKey }) => parameterKey !== undefined && new RegExp(`^(properties\\.)?${name}(?![\\w-])`).test(parameterKey),
  );
}

/** Problems of a step's properties against its fields; paths are below `properties`. */
export function checkProperties(step: ResolvedSubStep, fields: Record<string, Field>): Problem[] {
  const properties: JsonObject = step.properties ?? {};
  const problems: Problem[] = [];
  for (const [name, one] of Object.entries(fields)) {
    const value = properties[name];
    if (value === undefined || value === null) {
      if (one.required && !filledByInput(step, name)) {
        problems.push(invalid('MissingParameter', `step "${step.name}": parameter "${name}" is required`, `properties.${name}`));
      }
    } else if (!one.test(value)) {
      problems.push(
        invalid(
          'WrongType',
          `step "${step.name}": parameter "${name}" must be ${one.expected}, got ${describe(value)}`,
          `properties.${name}`,
        ),
      );
    } else if (one === optionalDuration && parseDuration(String(value)) === undefined) {
      const message = `step "${step.name}": ${name} "${String(value)}" is not a duration such as 168h`;
      problems.push(invalid('InvalidDuration', message, `properties.${name}`));
    }
  }
  for (const name of Object.keys(properties)) {
    if (fields[name] !== undefined) continue;
    const hint = didYouMean(name, Object.keys(fields));
    problems.push(invalid('UnknownParameter', `step "${step.name}": there is no parameter "${name}"${hint}`, `properties.${name}`));
  }
  return problems;
}

/** `the string "http"`, `a mapping`: how messages name what was got. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return value === null ? 'null' : `the ${typeof value} ${String(value)}`;
}

/** A text property; undefined where it is absent or no text. */
export function textOf(properties: JsonObject | undefined, name: string): string | undefined {
  const value = properties?.[name];
  return typeof value === 'string' ? value : undefined;
}
