/** RFC 6902 operations on the workload, for what no other trait can say. */
import { Type } from 'typebox';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { anyObject, listOf } from '../../definitions/sdk/schema.ts';
import { jsonPatch as patchBy } from '../patch/markers.ts';

export const jsonPatch = defineTrait({
  name: 'json-patch',
  description: 'JSON Patch (RFC 6902) on the workload',
  hidden: true,
  podDisruptive: true,
  parameter: Type.Object({
    operations: listOf(anyObject({ description: 'An operation with op, path and value' }), {
      description: 'Operations in order',
      expects: 'a list of {op, path, value}',
    }),
  }),
  render: ({ parameter }) => ({ patch: patchBy(parameter.operations) }),
});
