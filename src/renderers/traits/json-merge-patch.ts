/** RFC 7396 patch on the workload, for what no other trait can say. */
import { defineTrait } from '../../definitions/sdk/define.ts';
import { anyObject } from '../../definitions/sdk/schema.ts';
import { jsonMergePatch as patchBy } from '../patch/markers.ts';

export const jsonMergePatch = defineTrait({
  name: 'json-merge-patch',
  description: 'JSON Merge Patch (RFC 7396) on the workload',
  hidden: true,
  podDisruptive: true,
  parameter: anyObject({ description: 'The patch; null deletes, lists are replaced' }),
  render: ({ parameter }) => ({ patch: patchBy(parameter) }),
});
