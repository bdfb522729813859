/** Work that runs to its end once: a Job named after application and component. */
import { Type } from 'typebox';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { optional } from '../../definitions/sdk/schema.ts';
import { environmentSchema } from '../pod/environment.ts';
import { probes, withoutProbes } from '../pod/probes.ts';
import { containerParameters, podMetadata, podMetadataParameters, podSpec, pullPolicySchema } from '../pod/template.ts';
import { legacyVolumesSchema } from '../pod/volumes.ts';
import { jobPods } from '../ready-message.ts';

export const task = defineComponent({
  name: 'task',
  description: 'Work that runs to its end, a migration for one',
  workload: { apiVersion: 'batch/v1', kind: 'Job' },
  parameter: Type.Object({
    ...containerParameters,
    ...podMetadataParameters,
    count: Type.Integer({ default: 1, description: 'Number of pods that run, and that must succeed' }),
    imagePullPolicy: optional(pullPolicySchema),
    restart: Type.String({ default: 'Never', description: 'When a container that failed is restarted: Never or OnFailure' }),
    env: optional(environmentSchema),
    volumes: optional(legacyVolumesSchema),
    ...probes,
  }),
  render: ({ parameter, context }) => {
    const { pod, warnings } = withoutProbes(parameter);
    return {
      output: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: `${context.appName}-${context.name}` },
        spec: {
          parallelism: parameter.count,
          completions: parameter.count,
          template: {
            metadata: podMetadata(pod, context),
            spec: { ...podSpec(pod, context), restartPolicy: parameter.restart },
          },
        },
      },
      warnings,
    };
  },
  message: jobPods,
});
