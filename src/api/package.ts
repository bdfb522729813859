/** Package: functions for CUE templates that a platform team serves over HTTP. */
import { type Static, Type } from 'typebox';
import type { KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { mapOf } from './schema.ts';

const specSchema = Type.Object({
  path: Type.String({ description: 'Import path, such as ext/payments' }),
  provider: Type.Optional(
    Type.Object(
      {
        protocol: Type.String({ description: 'http or https' }),
        endpoint: Type.String({ description: 'URL the functions are called at' }),
      },
      { description: 'Who answers the functions' },
    ),
  ),
  templates: Type.Optional(mapOf(Type.String(), { description: 'CUE files by name' })),
});
export type PackageSpec = Static<typeof specSchema>;

export interface Package extends KubeObject {
  apiVersion: 'cue.oam.dev/v1alpha1';
  kind: 'Package';
  spec: PackageSpec;
}

export const packageKind: KindDescription = {
  group: 'cue.oam.dev',
  version: 'v1alpha1',
  categories: [],
  scope: 'Namespaced',
  kind: 'Package',
  plural: 'packages',
  shortNames: ['pkg', 'cpkg', 'cuepkg', 'cuepackage'],
  statusSubresource: false,
  columns: [
    { name: 'PATH', type: 'string', jsonPath: '.spec.path' },
    { name: 'PROTO', type: 'string', jsonPath: '.spec.provider.protocol' },
    { name: 'ENDPOINT', type: 'string', jsonPath: '.spec.provider.endpoint' },
  ],
  description: 'Functions for CUE templates, answered by a service',
  schema: Type.Object({ spec: Type.Optional(specSchema) }),
};
