/** Policy: a policy kept apart from the applications whose `deploy` steps name it. It has no spec: type and properties stand at the top. */
import { Type } from 'typebox';
import type { JsonObject } from '../base/json.ts';
import { coreV1alpha1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { freeObject } from './schema.ts';

export interface Policy extends KubeObject {
  apiVersion: 'core.oam.dev/v1alpha1';
  kind: 'Policy';
  type: string;
  properties?: JsonObject;
}

export const policyKind: KindDescription = {
  ...coreV1alpha1,
  kind: 'Policy',
  plural: 'policies',
  shortNames: [],
  statusSubresource: false,
  columns: [{ name: 'TYPE', type: 'string', jsonPath: '.type' }],
  description: 'A policy that applications of the namespace can refer to',
  schema: Type.Object({
    type: Type.String({ description: 'Type of the policy' }),
    properties: Type.Optional(freeObject({ description: 'Parameters of the policy type' })),
  }),
};
