/** Job and CronJob. A running Job is progressing, not current as kstatus has it: who depends on a migration waits for its end. */
import { refOf } from '../api/object.ts';
import { explained, lastFailedPod } from './causes.ts';
import { booleanAt, conditionIn, numberAt, objectsAt, textAt } from './fields.ts';
import { assessPod } from './pods.ts';
import { degraded, failed, healthy, progressing, type Rule, suspended } from './rule.ts';

export const job: Rule = {
  holds: true,
  workload: true,
  assess(object, surroundings) {
    if (conditionIn(object, 'Complete')?.status === 'True') return healthy('Complete');
    // FailureTarget: the Job has failed and only its pods are still ending (KEP-3329).
    for (const type of ['Failed', 'FailureTarget']) {
      const condition = conditionIn(object, type);
      if (condition?.status !== 'True') continue;
      const pod = lastFailedPod(object, surroundings.pods ?? []);
      const why = pod === undefined ? '' : `: ${assessPod(pod).message} (pod ${pod.metadata.name})`;
      return failed(condition.reason ?? 'Failed', `${condition.message ?? 'the Job failed'}${why}`, pod && refOf(pod));
    }
    if (booleanAt(object, 'spec.suspend') === true) return suspended('Suspended', 'the Job is suspended');
    if (textAt(object, 'status.startTime') === undefined) return progressing('NotStarted', 'the Job has not started');
    const succeeded = numberAt(object, 'status.succeeded') ?? 0;
    const active = numberAt(object, 'status.active') ?? 0;
    const failures = numberAt(object, 'status.failed') ?? 0;
    // Without completions (a work queue) the Job itself decides when it is done.
    const completions = numberAt(object, 'spec.completions');
    const done = completions === undefined ? `${succeeded} done` : `${succeeded} of ${completions} done`;
    return explained(
      object,
      surroundings,
      progressing('Running', `${done}, ${active} running${failures > 0 ? `, ${failures} failed` : ''}`),
    );
  },
};

export const cronJob: Rule = {
  holds: false,
  workload: true,
  assess(object) {
    if (booleanAt(object, 'spec.suspend') === true) return healthy('Suspended', 'suspended: no runs are started');
    const scheduled = timeAt(object, 'status.lastScheduleTime');
    if (scheduled === undefined) return healthy('NotYetScheduled', 'waits for its first run');
    if (objectsAt(object, 'status.active').length > 0) return healthy('Running', 'a run is going on');
    const succeeded = timeAt(object, 'status.lastSuccessfulTime');
    if (succeeded === undefined || succeeded < scheduled) return degraded('LastRunFailed', 'the last run did not succeed');
    return healthy('LastRunSucceeded');
  },
};

function timeAt(object: unknown, path: string): number | undefined {
  const time = Date.parse(textAt(object, path) ?? '');
  return Number.isNaN(time) ? undefined : time;
}
