import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLogger } from '../../../src/base/logger.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { type VirtualClock, virtualClock } from '../../../src/base/virtual-clock.ts';
import { createQueue, type Outcome, type QueueOptions, type WorkQueue } from '../../../src/kube/queue.ts';
import { createQueueOrder } from '../../../src/kube/queue-order.ts';

function bench(options: Partial<QueueOptions> = {}): { queue: WorkQueue; clock: VirtualClock } {
  const clock = virtualClock();
  return { clock, queue: createQueue({ name: 'test', clock, random: seededRandom(1), log: silentLogger, ...options }) };
}

const rest: Outcome = { next: 'rest' };

/** A worker whose passes the test ends by hand. */
function handWorker() {
  const running = new Map<string, (outcome: Outcome) => void>();
  const begun: string[] = [];
  const worker = (key: string): Promise<Outcome> => {
    assert.ok(!running.has(key), `${key} is worked on twice at once`);
    begun.push(key);
    return new Promise((resolve) => {
      running.set(key, (outcome) => {
        running.delete(key);
        resolve(outcome);
      });
    });
  };
  const end = (key: string, outcome: Outcome = rest): void => {
    const finish = running.get(key);
    assert.ok(finish, `${key} is not being worked on`);
    finish(outcome);
  };
  return { worker, begun, running, end };
}

describe('work queue', () => {
  it('works on a key once more when it was added while being worked on, and never twice at once', async () => {
    const { queue, clock } = bench();
    const { worker, begun, end } = handWorker();
    queue.run(worker, 4);
    queue.add('a');
    queue.add('a');
    queue.add('a');
    await clock.settle();
    assert.deepEqual(begun, ['a', 'a'].slice(0, 1));
    end('a');
    await clock.settle();
    assert.deepEqual(begun, ['a', 'a'], 'two adds during the pass give one pass more');
    end('a');
    await clock.settle();
    assert.deepEqual(queue.counts(), { ready: 0, delayed: 0, processing: 0 });
  });

  it('serves user edits before resyncs, but starves nobody', async () => {
    const { queue, clock } = bench();
    const order: string[] = [];
    for (let i = 0; i < 20; i++) queue.add(`resync-${i}`);
    for (let i = 0; i < 20; i++) queue.add(`user-${i}`, { priority: 'user' });
    queue.run(async (key) => {
      order.push(key);
      return rest;
    }, 1);
    await clock.settle();
    await queue.whenIdle();
    assert.equal(order.length, 40);
    assert.deepEqual(order.slice(0, 7), ['user-0', 'user-1', 'user-2', 'user-3', 'user-4', 'user-5', 'user-6']);
    assert.equal(order[7], 'resync-0');
  });

  it('lets a user edit overtake a resync of the same key and a delay', async () => {
    const { queue, clock } = bench();
    const { worker, begun } = handWorker();
    queue.add('other');
    queue.add('a');
    queue.add('late', { afterMs: 60_000 });
    queue.add('a', { priority: 'user' });
    queue.add('late', { priority: 'user' });
    queue.run(worker, 3);
    await clock.settle();
    assert.deepEqual(begun, ['a', 'late', 'other']);
  });

  it('takes turns between lanes', async () => {
    const { queue, clock } = bench({ laneOf: (key) => key.slice(0, key.indexOf('/')) });
    const order: string[] = [];
    for (let i = 0; i < 100; i++) queue.add(`noisy/${i}`);
    queue.add('quiet/1');
    queue.run(async (key) => {
      order.push(key);
      return rest;
    }, 1);
    await clock.settle();
    await queue.whenIdle();
    assert.ok(order.indexOf('quiet/1') <= 2, `the quiet lane came at place ${order.indexOf('quiet/1')}`);
  });

  it('backs off exponentially with jitter and forgets it after a success', async () => {
    const { queue, clock } = bench({ firstBackOffMs: 1000, longestBackOffMs: 8000 });
    const times: number[] = [];
    let outcome: Outcome = { next: 'retry' };
    queue.run(async () => {
      times.push(clock.monotonic());
      return outcome;
    }, 1);
    queue.add('a');
    await clock.advance(60_000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    [1000, 2000, 4000, 8000, 8000].forEach((whole, index) => {
      const gap = gaps[index] ?? 0;
      assert.ok(gap >= whole / 2 && gap <= whole, `gap ${index} is ${gap} ms, wanted ${whole / 2} to ${whole}`);
    });
    assert.ok(new Set(gaps.slice(3)).size > 1, 'jitter');
    outcome = rest;
    await clock.advance(10_000);
    assert.equal(queue.failuresOf('a'), 0);
    assert.equal(queue.counts().delayed, 0);
  });

  it('waits at least as long as the server asked', async () => {
    const { queue, clock } = bench();
    const { worker, begun, end } = handWorker();
    queue.run(worker, 1);
    queue.add('a');
    await clock.settle();
    end('a', { next: 'retry', afterMs: 5000 });
    await clock.advance(4999);
    assert.equal(begun.length, 1);
    await clock.advance(1);
    assert.equal(begun.length, 2);
  });

  it('looks again after a time without counting it as a failure', async () => {
    const { queue, clock } = bench();
    const { worker, begun, end } = handWorker();
    queue.run(worker, 1);
    queue.add('a');
    await clock.settle();
    end('a', { next: 'again', afterMs: 300 });
    await clock.advance(300);
    assert.equal(begun.length, 2);
    assert.equal(queue.failuresOf('a'), 0);
  });

  it('goes on after a pass that threw', async () => {
    const { queue, clock } = bench();
    let attempts = 0;
    queue.run(async () => {
      if (++attempts === 1) throw new Error('a bug');
      return rest;
    }, 1);
    queue.add('a');
    await clock.advance(1000);
    assert.equal(attempts, 2);
  });

  it('stops when the passes under way have ended, and takes nothing new', async () => {
    const { queue, clock } = bench();
    const { worker, begun, end } = handWorker();
    queue.run(worker, 1);
    queue.add('a');
    queue.add('b');
    await clock.settle();
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    queue.add('c');
    await clock.settle();
    assert.equal(stopped, false);
    end('a', { next: 'retry' });
    await stopping;
    await clock.advance(600_000);
    assert.deepEqual(begun, ['a']);
    assert.equal(clock.pending(), 0);
  });
});

type Command =
  | { do: 'add'; key: string; user: boolean; delay: number }
  | { do: 'take' }
  | { do: 'finish'; nth: number }
  | { do: 'pass'; ms: number };

const key = fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1');
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key, user: fc.boolean(), delay: fc.constantFrom(0, 0, 5, 50) }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({ do: fc.constant('finish' as const), nth: fc.nat(5) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 5, 60) }),
);

describe('queue order', () => {
  it('never gives a key out twice at once, and loses none', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const order = createQueueOrder((one) => one.slice(0, 1));
        let now = 0;
        const processing: string[] = [];
        /** Keys that still have a pass coming, and the latest time at which it must be possible. */
        const owed = new Map<string, number>();
        const take = (): string | undefined => {
          const taken = order.take(now);
          if (taken === undefined) return undefined;
          assert.ok(!processing.includes(taken), `${taken} was given out twice`);
          assert.ok(owed.delete(taken), `${taken} was given out though nobody wanted it`);
          processing.push(taken);
          return taken;
        };
        const finish = (one: string): void => {
          processing.splice(processing.indexOf(one), 1);
          order.finish(one, now);
        };
        for (const one of commands) {
          if (one.do === 'pass') now += one.ms;
          else if (one.do === 'take') take();
          else if (one.do === 'finish') {
            const ended = processing[one.nth];
            if (ended !== undefined) finish(ended);
          } else {
            order.add(one.key, one.user ? 'user' : 'resync', now + one.delay, now);
            owed.set(one.key, Math.min(owed.get(one.key) ?? Number.POSITIVE_INFINITY, now + one.delay));
          }
          const due = order.nextDue();
          // What is owed and not ready must be announced no later than its time.
          for (const [wanted, at] of owed) {
            if (!processing.includes(wanted) && order.counts().ready === 0)
              assert.ok(due !== undefined && due <= Math.max(at, now), `${wanted} is forgotten`);
          }
        }
        while (processing[0] !== undefined) finish(processing[0]);
        now += 1000;
        for (let taken = take(); taken !== undefined; taken = take());
        assert.deepEqual([...owed.keys()], [], 'keys were lost');
      }),
      { numRuns: 500 },
    );
  });

  it('gives keys of one lane and priority out in the order in which they were added', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000), { maxLength: 50 }), (numbers) => {
        const order = createQueueOrder();
        for (const number of numbers) order.add(`${number}`, 'resync', 0, 0);
        const taken = numbers.map(() => order.take(0));
        assert.deepEqual(taken, numbers.map(String));
      }),
    );
  });

  it('makes delayed keys ready in the order of their times', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 60 }), (times) => {
        const order = createQueueOrder();
        for (const time of times) order.add(`${time}`, 'resync', time, 0);
        for (const time of [...times].sort((a, b) => a - b)) {
          assert.equal(order.nextDue(), time);
          assert.equal(order.take(time - 1), undefined);
          assert.equal(order.take(time), `${time}`);
        }
      }),
    );
  });
});
