/**
 * Building blocks for the schemas of our kinds that TypeBox does not have by name: what the API server calls a
 * structural schema knows free-form objects, maps and "written by controllers, not demanded" fields.
 */
import { type Static, type TSchema, Type } from 'typebox';
import type { Json, JsonObject } from '../base/json.ts';
import type { Condition } from './object.ts';

interface Described {
  description: string;
}

/** An object of any shape, kept as written: parameters of definitions, snapshots of other objects. */
export function freeObject<T = JsonObject>(options: Described) {
  return Type.Unsafe<T>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...options });
}

/** Any JSON value at all. */
export function anyValue(options: Described) {
  return Type.Unsafe<Json>({ 'x-kubernetes-preserve-unknown-fields': true, ...options });
}

/** A map from names to values of one type. Type.Record gives patternProperties, which a structural schema forbids. */
export function mapOf<T extends TSchema>(value: T, options: Described) {
  return Type.Unsafe<Record<string, Static<T>>>({ type: 'object', additionalProperties: value, ...options });
}

/** Marks schemas whose `required` is left out of the CRD: see `written`. It never reaches the CRD itself. */
export const writtenMark = 'x-written-by-controllers';

/**
 * Fields that a controller writes. In TypeScript the required ones can be relied on; in the CRD none is demanded
 * and null is allowed, because a status that is refused helps nobody and KubeVela's Go writes zero times as null.
 */
export function written<T extends TSchema>(schema: T): T {
  return { ...schema, [writtenMark]: true };
}

export const timeSchema = (options: Described) => Type.String({ format: 'date-time', ...options });

/** metav1.Condition, without demanding what older writers left out. */
export const conditionsSchema = Type.Unsafe<Condition[]>(
  Type.Array(
    Type.Object({
      type: Type.String({ description: 'What the condition speaks about' }),
      status: Type.String({ description: 'True, False or Unknown' }),
      reason: Type.Optional(Type.String({ description: 'CamelCase word for machines' })),
      message: Type.Optional(Type.String({ description: 'Sentence for people' })),
      lastTransitionTime: Type.Optional(timeSchema({ description: 'When status last changed' })),
      observedGeneration: Type.Optional(Type.Integer({ format: 'int64', description: 'metadata.generation the condition was made from' })),
    }),
    { description: 'Conditions, one per type' },
  ),
);

/** corev1.ObjectReference, as far as it is used. */
export const objectReferenceSchema = Type.Object({
  apiVersion: Type.Optional(Type.String()),
  kind: Type.Optional(Type.String()),
  namespace: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  uid: Type.Optional(Type.String()),
  resourceVersion: Type.Optional(Type.String()),
  fieldPath: Type.Optional(Type.String()),
});

/** The newest revision of an application or a definition. */
export const revisionReferenceSchema = Type.Object(
  {
    name: Type.String({ description: 'Name of the revision object' }),
    revision: Type.Integer({ format: 'int64', description: 'Its number' }),
    revisionHash: Type.Optional(Type.String({ description: 'Hash over what the revision holds' })),
  },
  { description: 'The newest revision' },
);

/** Data packed as KubeVela packs it: JSON, gzip or zstd, base64. */
export const compressionSchema = Type.Object(
  {
    type: Type.Optional(Type.String({ description: 'gzip, zstd, or empty for not compressed' })),
    data: Type.Optional(Type.String({ description: 'Compressed JSON in base64' })),
  },
  { description: 'Fields of this object in compressed form' },
);
