/** Where the application goes: clusters by name or by label, and a namespace. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { listOf, mapOf, optional, text } from '../../definitions/sdk/schema.ts';

export const topology = definePolicy({
  name: 'topology',
  description: 'Where components are delivered to',
  parameter: Type.Object({
    clusters: optional(listOf(Type.String(), { description: 'Names of clusters; the own one without clusters and labels' })),
    clusterLabelSelector: optional(mapOf(Type.String(), { description: 'Labels of clusters, instead of names' })),
    allowEmpty: optional(Type.Boolean({ description: 'Whether no cluster may have the labels' })),
    clusterSelector: optional(mapOf(Type.String(), { description: 'Older name of clusterLabelSelector' })),
    namespace: optional(text('Namespace the objects go to, the one of the application by default')),
  }),
});
