/**
 * Words for parameter schemas that TypeBox does not have by name, and what the SDK reads from a schema beyond
 * JSON Schema: `expects`, a noun phrase for messages where the schema's own words (a pattern, a list of structs)
 * would say too much or too little.
 */
import { type Static, type TSchema, Type } from 'typebox';
import type { JsonObject } from '../../base/json.ts';

/** Keyword of a schema node that holds the noun phrase for "must be …" in messages. */
export const expectsKeyword = 'x-expects';

interface Options {
  description: string;
  /** Noun phrase for messages: `a size such as 128Mi`. */
  expects?: string;
}

function keywords({ expects, ...rest }: Options & { default?: unknown }): JsonObject {
  return { ...rest, ...(expects === undefined ? {} : { [expectsKeyword]: expects }) } as JsonObject;
}

/** A string out of a fixed set, typed as the union of its members. */
export function oneOf<const T extends string>(values: readonly T[], options: Options & { default?: NoInfer<T> }) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], ...keywords(options) });
}

/** A map from names to values of one type. */
export function mapOf<T extends TSchema>(value: T, options: Options & { default?: Record<string, Static<T>> }) {
  return Type.Unsafe<Record<string, Static<T>>>({ type: 'object', additionalProperties: value, ...keywords(options) });
}

/** A list; `expects` says what of when the items' own fields do not. */
export function listOf<T extends TSchema>(item: T, options: Options & { default?: Static<T>[] }) {
  return Type.Unsafe<Static<T>[]>({ type: 'array', items: item, ...keywords(options) });
}

/** An object of any shape, kept as written. */
export function anyObject(options: Options) {
  return Type.Unsafe<JsonObject>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...keywords(options) });
}

const sizePattern = '^[0-9]+(\\.[0-9]+)?(E|P|T|G|M|K|Ei|Pi|Ti|Gi|Mi|Ki)$';

/** A Kubernetes size with its suffix, `128Mi`. */
export function size(options: Options & { default?: string }) {
  return Type.String({ pattern: sizePattern, ...keywords({ expects: 'a size such as 128Mi', ...options }) });
}

/** An amount written as a number or as a string, `0.5` or `500m`. */
export function amount(options: Options & { default?: number | string }) {
  return Type.Unsafe<number | string>({
    type: ['number', 'string'],
    ...keywords({ expects: 'a number or a string such as 500m', ...options }),
  });
}

/** Shorthands that keep the description beside the type. */
export const text = (description: string) => Type.String({ description });
export const whole = (description: string) => Type.Integer({ description });
export const optional = Type.Optional;
