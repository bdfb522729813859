/**
 * Strict reading of a policy's properties: unknown fields and wrong types are errors with their path and the nearest
 * right spelling, as KubeVela decodes them strictly (compat/clusters-cli-addons.md §6).
 */
import type { ApplicationPolicy } from '../api/application.ts';
import { invalid, type Problem } from '../base/errors.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { didYouMean } from '../base/spelling.ts';

/** Collects problems while a policy is read, so that all of them are told. */
export interface Reader {
  /** How messages name the policy: `policy "here"`. */
  readonly subject: string;
  readonly problems: Problem[];
}

export function readerOf(policy: ApplicationPolicy, index: number): Reader {
  return { subject: policy.name ? `policy "${policy.name}"` : `policy ${index + 1} (${policy.type})`, problems: [] };
}

/** The field names of a mapping are checked; anything else is reported and read as empty. */
export function fields(reader: Reader, value: Json | undefined, path: string, known: readonly string[]): JsonObject {
  if (!isObject(value)) {
    if (value !== undefined && value !== null) wrongType(reader, path, 'a mapping', value);
    return {};
  }
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const message = `${reader.subject}: unknown field "${name}"${didYouMean(name, known)}`;
    reader.problems.push(invalid('UnknownField', message, join(path, name)));
  }
  return value;
}

export function list(reader: Reader, value: Json | undefined, path: string): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  wrongType(reader, path, 'a list', value);
  return [];
}

export function texts(reader: Reader, value: Json | undefined, path: string): string[] {
  return list(reader, value, path).flatMap((item, index) => text(reader, item, `${path}[${index}]`) ?? []);
}

export function text(reader: Reader, value: Json | undefined, path: string): string | undefined {
  return typed(reader, value, path, 'a string', (one): one is string => typeof one === 'string');
}

export function flag(reader: Reader, value: Json | undefined, path: string): boolean | undefined {
  return typed(reader, value, path, 'true or false', (one): one is boolean => typeof one === 'boolean');
}

export function count(reader: Reader, value: Json | undefined, path: string): number | undefined {
  return typed(reader, value, path, 'a whole number', (one): one is number => Number.isInteger(one));
}

/** One of a few words; `required` reports an absent one. */
export function word<T extends string>(reader: Reader, value: Json | undefined, path: string, words: readonly T[]): T | undefined {
  const found = text(reader, value, path);
  if (found === undefined) return undefined;
  const match = words.find((one) => one === found);
  if (match === undefined) {
    const message = `${reader.subject}: "${path}" must be one of ${words.join(', ')}, got "${found}"${didYouMean(found, words)}`;
    reader.problems.push(invalid('UnknownValue', message, `properties.${path}`));
  }
  return match;
}

export function required(reader: Reader, value: unknown, path: string): void {
  if (value === undefined) reader.problems.push(invalid('MissingField', `${reader.subject}: ${path} is required`, `properties.${path}`));
}

function typed<T extends Json>(
  reader: Reader,
  value: Json | undefined,
  path: string,
  expected: string,
  is: (one: Json) => one is T,
): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (is(value)) return value;
  wrongType(reader, path, expected, value);
  return undefined;
}

function wrongType(reader: Reader, path: string, expected: string, value: Json): void {
  const got = Array.isArray(value) ? 'a list' : isObject(value) ? 'a mapping' : JSON.stringify(value);
  reader.problems.push(invalid('WrongType', `${reader.subject}: "${path}" must be ${expected}, got ${got}`, join('', path)));
}

function join(path: string, name: string): string {
  return ['properties', path, name].filter((part) => part !== '').join('.');
}
