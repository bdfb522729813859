/** Annotations on the workload and its pods, through the job template too; null takes one off. */
import { defineTrait } from '../../definitions/sdk/define.ts';
import { jsonMergePatch } from '../patch/markers.ts';
import { entriesOrNull, hasJobTemplate, hasPodTemplate } from '../workload-metadata.ts';

export const annotations = defineTrait({
  name: 'annotations',
  description: 'Annotations on the workload and its pods',
  podDisruptive: true,
  parameter: entriesOrNull('Annotations to set; null takes one off'),
  render: ({ parameter, objects }) => {
    const here = { metadata: { annotations: parameter } };
    return {
      patch: jsonMergePatch({
        ...here,
        ...(hasPodTemplate(objects.output) ? { spec: { template: here } } : {}),
        ...(hasJobTemplate(objects.output) ? { spec: { jobTemplate: { ...here, spec: { template: here } } } } : {}),
      }),
    };
  },
});
