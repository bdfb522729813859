/** Labels on the workload and its pods; null takes one off. */
import { defineTrait } from '../../definitions/sdk/define.ts';
import { jsonMergePatch } from '../patch/markers.ts';
import { entriesOrNull, hasPodTemplate } from '../workload-metadata.ts';

export const labels = defineTrait({
  name: 'labels',
  description: 'Labels on the workload and its pods',
  podDisruptive: true,
  parameter: entriesOrNull('Labels to set; null takes one off'),
  render: ({ parameter, objects }) => ({
    patch: jsonMergePatch({
      metadata: { labels: parameter },
      ...(hasPodTemplate(objects.output) ? { spec: { template: { metadata: { labels: parameter } } } } : {}),
    }),
  }),
});
