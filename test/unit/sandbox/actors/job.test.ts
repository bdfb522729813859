import assert from 'node:assert/strict';
import { decideJob } from '../../../../sandbox/actors/job.ts';
import type { Job, JobStatus, Pod } from '../../../../sandbox/actors/kinds.ts';
import { at, pod, start, templateWith } from './make.ts';

function job(spec: Partial<Job['spec']> = {}, status?: JobStatus): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'task', namespace: 'shop', uid: 'j' },
    spec: { parallelism: 1, completions: 1, backoffLimit: 6, template: templateWith('task:1'), ...spec },
    status,
  };
}

/** What a decision does, in short: `+2 -1` and the true conditions. */
function short(each: Job, owned: Pod[], now = start): string {
  const { writes } = decideJob({ job: each, owned, backOffMs: 10_000, now });
  const status = writes.find(({ verb }) => verb === 'status')?.object as Job | undefined;
  const on = (status?.status?.conditions ?? []).filter((condition) => condition.status === 'True').map(({ type }) => type);
  const count = (verb: string): number => writes.filter((write) => write.verb === verb && write.resource.kind === 'Pod').length;
  return `+${count('create')} -${count('delete')} ${on.join(' ')}`.trim();
}

const started = { startTime: at(0), uncountedTerminatedPods: {}, ready: 0, terminating: 0 };

describe('job actor', () => {
  it('runs parallelism pods, never more than completions still missing', () => {
    assert.equal(short(job({ parallelism: 3, completions: 4 }), []), '+3 -0');
    assert.equal(short(job({ parallelism: 3, completions: 4 }), [pod('a', 'Succeeded'), pod('b', 'Succeeded'), pod('c')]), '+1 -0');
  });
  it('is complete, by way of SuccessCriteriaMet, when enough pods succeeded', () => {
    assert.equal(short(job(), [pod('a', 'Succeeded')]), '+0 -0 SuccessCriteriaMet Complete');
  });
  it('stops surplus pods first and is complete only when they are gone', () => {
    const leaving = pod('b', 'Running', { metadata: { deletionTimestamp: at(1) } });
    assert.equal(short(job({ parallelism: 2 }), [pod('a', 'Succeeded'), pod('b')]), '+0 -1 SuccessCriteriaMet');
    assert.equal(short(job({ parallelism: 2 }), [pod('a', 'Succeeded'), leaving]), '+0 -0 SuccessCriteriaMet');
  });
  it('fails, by way of FailureTarget, beyond backoffLimit', () => {
    assert.equal(short(job({ backoffLimit: 1 }), [pod('a', 'Failed')]), '+1 -0');
    assert.equal(short(job({ backoffLimit: 1 }), [pod('a', 'Failed'), pod('b', 'Failed')]), '+0 -0 FailureTarget Failed');
  });
  it('counts restarts in place against backoffLimit', () => {
    const restarts = (restartCount: number): Pod =>
      pod('a', 'Running', {
        spec: { restartPolicy: 'OnFailure' },
        status: { containerStatuses: [{ name: 'main', ready: false, restartCount, image: '', imageID: '' }] },
      });
    assert.equal(short(job({ backoffLimit: 2 }), [restarts(2)]), '+0 -0');
    assert.equal(short(job({ backoffLimit: 2 }), [restarts(3)]), '+0 -1 FailureTarget');
  });
  it('fails when the deadline has passed, and looks then', () => {
    const running = job({ activeDeadlineSeconds: 30 }, started);
    assert.equal(decideJob({ job: running, owned: [pod('a')], backOffMs: 10_000, now: start + 10_000 }).againInMs, 20_000);
    assert.equal(short(running, [pod('a')], start + 30_000), '+0 -1 FailureTarget');
  });
  it('suspends by stopping its pods, and resumes with a new start time', () => {
    assert.equal(short(job({ suspend: true }, started), [pod('a')]), '+0 -1 Suspended');
    const suspended = job({}, { conditions: [{ type: 'Suspended', status: 'True' }] });
    const { writes } = decideJob({ job: suspended, owned: [], backOffMs: 10_000, now: start + 60_000 });
    assert.deepEqual([short(suspended, []), (writes[0]?.object as Job | undefined)?.status?.startTime], ['+1 -0', at(60)]);
  });
  it('never lowers what it has counted', () => {
    const counted = job({ completions: 3, parallelism: 1 }, { ...started, succeeded: 2, failed: 1 });
    const { writes } = decideJob({ job: counted, owned: [pod('a')], backOffMs: 10_000, now: start });
    const status = writes.flatMap((write) => (write.verb === 'status' ? [(write.object as Job).status] : []))[0];
    assert.deepEqual([status?.active, status?.succeeded, status?.failed], [1, 2, 1]);
  });
  it('waits longer after each failure before it tries again', () => {
    const failed = (name: string): Pod =>
      pod(name, 'Failed', {
        status: {
          containerStatuses: [
            {
              name: 'main',
              ready: false,
              restartCount: 0,
              image: '',
              imageID: '',
              state: { terminated: { exitCode: 1, finishedAt: at(0) } },
            },
          ],
        },
      });
    const decide = (owned: Pod[], now: number) => decideJob({ job: job({}, started), owned, backOffMs: 10_000, now });
    assert.equal(decide([failed('a')], start + 4_000).againInMs, 6_000);
    assert.equal(decide([failed('a'), failed('b')], start + 4_000).againInMs, 16_000);
    assert.equal(short(job({}, started), [failed('a')], start + 10_000), '+1 -0');
  });
  it('leaves a finished job alone until its time to live has passed', () => {
    const done = (ttl?: number): Job =>
      job({ ttlSecondsAfterFinished: ttl }, { ...started, completionTime: at(10), conditions: [{ type: 'Complete', status: 'True' }] });
    assert.deepEqual(decideJob({ job: done(), owned: [], backOffMs: 10_000, now: start + 1e9 }).writes, []);
    assert.equal(decideJob({ job: done(60), owned: [], backOffMs: 10_000, now: start + 20_000 }).againInMs, 50_000);
    assert.equal(decideJob({ job: done(60), owned: [], backOffMs: 10_000, now: start + 70_000 }).writes[0]?.verb, 'delete');
  });
  it('leaves a job of another controller alone', () => {
    assert.deepEqual(decideJob({ job: job({ managedBy: 'example.com/queue' }), owned: [], backOffMs: 10_000, now: start }).writes, []);
  });
});
