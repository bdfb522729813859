/** What a kind of ours is to the API server: names, scope, columns and schema. One source for types, CRDs and checks. */
import type { TSchema } from 'typebox';

/** A column of `kubectl get`. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'boolean' | 'date';
  jsonPath: string;
  description?: string;
  priority?: number;
}

export interface KindDescription {
  group: string;
  /** The stored version. */
  version: string;
  /** Further versions that are served with the same schema. */
  alsoServed?: readonly string[];
  kind: string;
  plural: string;
  /** As in the URL of one object; the kind in lower case where it is left out. */
  singular?: string;
  shortNames: readonly string[];
  categories: readonly string[];
  scope: 'Namespaced' | 'Cluster';
  statusSubresource: boolean;
  columns: readonly Column[];
  description: string;
  /** Object schema of everything beside apiVersion, kind and metadata. */
  schema: TSchema;
}

/** What all kinds of core.oam.dev/v1beta1 have in common. */
export const coreV1beta1 = {
  group: 'core.oam.dev',
  version: 'v1beta1',
  categories: ['oam'],
  scope: 'Namespaced',
} as const;

/** What all kinds of core.oam.dev/v1alpha1 have in common. */
export const coreV1alpha1 = { ...coreV1beta1, version: 'v1alpha1' } as const;

/** Annotations are not reachable by a plain path: dots of the key are escaped. */
export function annotationPath(key: string): string {
  return `.metadata.annotations['${key.replaceAll('.', '\\.')}']`;
}

/** The same for labels. */
export function labelPath(key: string): string {
  return `.metadata.labels['${key.replaceAll('.', '\\.')}']`;
}
