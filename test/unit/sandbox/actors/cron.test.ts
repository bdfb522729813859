import assert from 'node:assert/strict';
import { nextTime, parseSchedule } from '../../../../sandbox/actors/cron.ts';
import { decideCronJob } from '../../../../sandbox/actors/cronjob.ts';
import type { CronJob, Job } from '../../../../sandbox/actors/kinds.ts';
import { at, start, templateWith } from './make.ts';

/** The next three times of a schedule from a moment (UTC), as text. */
function times(text: string, from: string, timeZone?: string): string[] {
  const schedule = parseSchedule(text);
  assert.ok(schedule, `${text} is no schedule`);
  const found: string[] = [];
  let now = Date.parse(from);
  for (let i = 0; i < 3; i++) {
    const next = nextTime(schedule, now, timeZone);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    now = next;
  }
  return found;
}

describe('cron schedules', () => {
  it('reads lists, ranges, steps, names and macros', () => {
    assert.deepEqual(times('*/20 8-9 * * *', '2026-01-01T08:39:00Z'), ['2026-01-01T08:40', '2026-01-01T09:00', '2026-01-01T09:20']);
    assert.deepEqual(times('30 2 * jan mon-tue', '2026-01-01T00:00:00Z'), ['2026-01-05T02:30', '2026-01-06T02:30', '2026-01-12T02:30']);
    assert.deepEqual(times('@monthly', '2026-01-01T00:00:00Z'), ['2026-02-01T00:00', '2026-03-01T00:00', '2026-04-01T00:00']);
    assert.deepEqual(times('@every 90m', '2026-01-01T00:00:00Z'), ['2026-01-01T01:30', '2026-01-01T03:00', '2026-01-01T04:30']);
  });
  it('takes either day where both are restricted', () => {
    assert.deepEqual(times('0 0 13 * 5', '2026-02-01T00:00:00Z'), ['2026-02-06T00:00', '2026-02-13T00:00', '2026-02-20T00:00']);
  });
  it('finds leap days and gives up on days that never come', () => {
    assert.deepEqual(times('0 0 29 2 *', '2026-01-01T00:00:00Z'), ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']);
    assert.deepEqual(times('0 0 31 2 *', '2026-01-01T00:00:00Z'), []);
  });
  it('follows the clock of a zone over its change', () => {
    assert.deepEqual(times('0 8 * * *', '2026-03-28T00:00:00Z', 'Europe/Berlin'), [
      '2026-03-28T07:00',
      '2026-03-29T06:00',
      '2026-03-30T06:00',
    ]);
  });
  it('refuses what is no schedule', () => {
    for (const text of ['', '* * * *', '60 * * * *', '5-1 * * * *', '*/0 * * * *', 'x * * * *', '@sometimes'])
      assert.equal(parseSchedule(text), undefined, text);
  });
});

describe('cronjob actor', () => {
  const cronJob = (spec: Partial<CronJob['spec']> = {}, status?: CronJob['status']): CronJob => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'shop', uid: 'c', creationTimestamp: at(0) },
    spec: { schedule: '*/10 * * * *', jobTemplate: { spec: { template: templateWith('task:1') } }, ...spec },
    status,
  });
  const job = (name: string, type?: 'Complete' | 'Failed', endedAt = 0): Job => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop', uid: name },
    spec: { template: templateWith('task:1') },
    status: type && {
      conditions: [{ type, status: 'True', lastTransitionTime: at(endedAt) }],
      completionTime: type === 'Complete' ? at(endedAt) : undefined,
    },
  });
  const changes = (each: CronJob, owned: Job[], seconds: number): string[] =>
    decideCronJob({ cronJob: each, owned, now: start + seconds * 1_000 }).writes.flatMap(({ verb, object }) =>
      verb === 'status' ? [] : [`${verb} ${object.metadata.name}`],
    );
  const named = (seconds: number): string => `tick-${(start / 1_000 + seconds) / 60}`;

  it('waits for the first due time, then starts a Job named after it', () => {
    assert.equal(decideCronJob({ cronJob: cronJob(), owned: [], now: start + 60_000 }).againInMs, 540_000);
    assert.deepEqual(changes(cronJob(), [], 600), [`create ${named(600)}`]);
  });
  it('starts only the last of many missed times', () => {
    assert.deepEqual(changes(cronJob(), [], 3_700), [`create ${named(3_600)}`]);
  });
  it('lets a time pass whose deadline has passed', () => {
    assert.deepEqual(changes(cronJob({ startingDeadlineSeconds: 60 }), [], 700), []);
  });
  it('Forbid waits for the running Job, Replace ends it, suspend starts none', () => {
    assert.deepEqual(changes(cronJob({ concurrencyPolicy: 'Forbid' }), [job('old')], 600), []);
    assert.deepEqual(changes(cronJob({ concurrencyPolicy: 'Replace' }), [job('old')], 600), ['delete old', `create ${named(600)}`]);
    assert.deepEqual(changes(cronJob({ suspend: true }), [], 600), []);
  });
  it('forgets the oldest finished Jobs beyond the limits', () => {
    const owned = [job('a', 'Complete', 1), job('b', 'Complete', 2), job('c', 'Failed', 3), job('d', 'Failed', 4), job('e')];
    assert.deepEqual(changes(cronJob({ successfulJobsHistoryLimit: 1, suspend: true }), owned, 600), ['delete a', 'delete c']);
  });
});
