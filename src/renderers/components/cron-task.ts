/** Work on a schedule: a CronJob. */
import { Type } from 'typebox';
import { defineComponent } from '../../definitions/sdk/define.ts';
import { oneOf, optional, text, whole } from '../../definitions/sdk/schema.ts';
import { environmentSchema } from '../pod/environment.ts';
import { probes, withoutProbes } from '../pod/probes.ts';
import { containerParameters, hostAliasesSchema, podMetadata, podMetadataParameters, podSpec, pullPolicySchema } from '../pod/template.ts';
import { legacyVolumesSchema, volumeMountsSchema } from '../pod/volumes.ts';
import { withoutEffect } from '../pod/without-effect.ts';

export const cronTask = defineComponent({
  name: 'cron-task',
  description: 'Work on a schedule, a nightly report for one',
  workload: { apiVersion: 'batch/v1', kind: 'CronJob' },
  parameter: Type.Object({
    ...containerParameters,
    ...podMetadataParameters,
    schedule: text('When it runs, in cron form: "15 2 * * *" is every night at 2:15'),
    startingDeadlineSeconds: optional(whole('Seconds after which a missed start is given up')),
    suspend: Type.Boolean({ default: false, description: 'Whether it is paused' }),
    concurrencyPolicy: oneOf(['Allow', 'Forbid', 'Replace'], {
      default: 'Allow',
      description: 'What happens when the last run still works',
    }),
    successfulJobsHistoryLimit: Type.Integer({ default: 3, description: 'Successful runs to keep' }),
    failedJobsHistoryLimit: Type.Integer({ default: 1, description: 'Failed runs to keep' }),
    count: Type.Integer({ default: 1, description: 'Number of pods of a run, and that must succeed' }),
    imagePullPolicy: optional(pullPolicySchema),
    restart: Type.String({ default: 'Never', description: 'When a container that failed is restarted: Never or OnFailure' }),
    env: optional(environmentSchema),
    volumeMounts: optional(volumeMountsSchema),
    volumes: optional(legacyVolumesSchema),
    hostAliases: optional(hostAliasesSchema),
    ttlSecondsAfterFinished: optional(whole('Seconds until a finished run is removed')),
    activeDeadlineSeconds: optional(whole('Seconds a run may take')),
    backoffLimit: Type.Integer({ default: 6, description: 'Failures of pods until a run has failed' }),
    ...probes,
  }),
  render: ({ parameter, context }) => {
    const { pod, warnings } = withoutProbes(parameter);
    const metadata = podMetadata(pod, context);
    const { major, minor } = context.clusterVersion;
    return {
      output: {
        apiVersion: major === 1 && minor < 25 ? 'batch/v1beta1' : 'batch/v1',
        kind: 'CronJob',
        spec: {
          schedule: parameter.schedule,
          concurrencyPolicy: parameter.concurrencyPolicy,
          suspend: parameter.suspend,
          successfulJobsHistoryLimit: parameter.successfulJobsHistoryLimit,
          failedJobsHistoryLimit: parameter.failedJobsHistoryLimit,
          startingDeadlineSeconds: parameter.startingDeadlineSeconds,
          jobTemplate: {
            metadata,
            spec: {
              parallelism: parameter.count,
              completions: parameter.count,
              ttlSecondsAfterFinished: parameter.ttlSecondsAfterFinished,
              activeDeadlineSeconds: parameter.activeDeadlineSeconds,
              backoffLimit: parameter.backoffLimit,
              template: { metadata, spec: { ...podSpec(pod, context), restartPolicy: parameter.restart } },
            },
          },
        },
      },
      warnings: [...warnings, ...withoutEffect(pod)],
    };
  },
});
