/** suspend: holds the workflow until a person resumes it, or for a while. Its message is shown (decision 57). */
import { parseDuration } from '../durations.ts';
import { timeOf } from '../timing.ts';
import type { StepBehaviour, StepOutcome } from './behaviour.ts';
import { checkProperties, optionalDuration, optionalText, textOf } from './properties.ts';

/** What KubeVela says of every suspended step. */
export const suspendedText = 'Suspended by field suspend';

export const suspend: StepBehaviour = {
  type: 'suspend',
  check: (step) => checkProperties(step, { duration: optionalDuration, message: optionalText }),
  run({ properties, record, now }): StepOutcome {
    // Resuming is an edit of the status by `lateen workflow resume`, `vela workflow resume` or kubectl: suspending → running.
    if (record?.phase === 'running') return { kind: 'succeeded', scope: {} };
    const message = textOf(properties, 'message') || suspendedText;
    const duration = parseDuration(textOf(properties, 'duration') ?? '');
    if (duration === undefined) return { kind: 'suspended', message };
    const resumeAt = timeOf(record?.resumeTime) ?? (timeOf(record?.firstExecuteTime) ?? now) + duration;
    return now >= resumeAt ? { kind: 'succeeded', scope: {} } : { kind: 'suspended', message, resumeAt };
  },
};
