/** Carries out what lease-machine.ts decides: one replica writes at a time, and stops before another one begins. */
import type { KubeObject } from '../api/object.ts';
import { type Clock, type Timer, toRfc3339Micro } from '../base/clock.ts';
import { isObject } from '../base/json.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import {
  initialLease,
  type LeaseEffect,
  type LeaseEvent,
  type LeaseTiming,
  type LeaseView,
  mayWrite,
  standardTiming,
  stepLease,
} from './lease-machine.ts';
import type { ApiResult, KubeClient } from './types.ts';

export interface LeaseOptions {
  /** A client on a connection of its own. */
  client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  namespace: string;
  name: string;
  /** Unique per process; `hostname_uuid` by convention. */
  identity: string;
  clock: Clock;
  random: Random;
  log: Logger;
  timing?: LeaseTiming;
  /** Told of every change, in order. */
  onChange?: (leading: boolean) => void;
}

export interface LeaderLease {
  start(): void;
  /** Whether a write may go out now; asked before every batch, false before the renew deadline has passed. */
  isLeader(): boolean;
  /** Who holds the Lease, as last seen. */
  holder(): string | undefined;
  /** Gives the Lease up, so that a successor need not wait for it to run out. */
  stop(): Promise<void>;
}

export function createLease(options: LeaseOptions): LeaderLease {
  const { client, namespace, name, identity, clock, random, log, timing = standardTiming } = options;
  const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name };
  let state = initialLease;
  let timer: Timer | undefined;
  let fence: Timer | undefined;
  /** The Lease object as it was last read or written: what others put into it stays. */
  let object: KubeObject | undefined;
  let work: Promise<void> = Promise.resolve();

  const manifest = (over: LeaseView | undefined, holder: string, acquire: boolean): KubeObject => {
    const now = toRfc3339Micro(clock.now());
    const before = isObject(object?.spec) ? object.spec : {};
    const spec = {
      ...before,
      holderIdentity: holder,
      // A released Lease is free at once for those who look at its time as well.
      leaseDurationSeconds: holder === '' ? 1 : timing.durationMs / 1000,
      renewTime: now,
      ...(acquire ? { acquireTime: now } : {}),
      leaseTransitions: (over?.transitions ?? 0) + (acquire && over && over.holder !== identity ? 1 : 0),
    };
    const metadata = object && over ? { ...object.metadata, resourceVersion: over.resourceVersion } : { name, namespace };
    return { apiVersion: ref.apiVersion, kind: ref.kind, metadata, spec };
  };

  const write = async (send: () => Promise<ApiResult<KubeObject>>): Promise<void> => {
    const sentAt = clock.monotonic();
    const answer = await send();
    const at = clock.monotonic();
    if (answer.ok) {
      object = answer.value;
      await handle({ type: 'written', at, sentAt, lease: viewOf(answer.value) });
    } else if (answer.failure.httpStatus === 409) await handle({ type: 'refused', at });
    else {
      log.warn('the lease could not be written', { reason: answer.failure.reason, why: answer.failure.message });
      await handle({ type: 'writeFailed', at });
    }
  };

  const read = async (): Promise<void> => {
    const answer = await client.get(ref);
    const at = clock.monotonic();
    if (answer.ok) {
      object = answer.value;
      await handle({ type: 'read', at, lease: viewOf(answer.value) });
    } else if (answer.failure.httpStatus === 404 && answer.failure.reason === 'NotFound') {
      object = undefined;
      await handle({ type: 'read', at, lease: undefined });
    } else {
      log.warn('the lease could not be read', { reason: answer.failure.reason, why: answer.failure.message });
      await handle({ type: 'readFailed', at });
    }
  };

  const perform = async (effect: LeaseEffect): Promise<void> => {
    switch (effect.do) {
      case 'read':
        return read();
      case 'create':
        return write(() => client.create(manifest(undefined, identity, true)));
      case 'take':
        return write(() => client.replace(manifest(effect.over, identity, effect.acquire)));
      case 'release': {
        const answer = await client.replace(manifest(effect.over, '', false));
        if (!answer.ok) log.info('the lease could not be released; it runs out by itself', { why: answer.failure.message });
        return;
      }
      case 'pause':
        timer?.cancel();
        timer = clock.after(effect.ms * (1 + 0.2 * random.fraction()), () => begin({ type: 'due', at: clock.monotonic() }));
        return;
      case 'announce':
        log.info(effect.leading ? 'this process leads now' : 'this process leads no longer', { lease: `${namespace}/${name}` });
        options.onChange?.(effect.leading);
        return;
      default:
        return effect satisfies never;
    }
  };

  const handle = async (event: LeaseEvent): Promise<void> => {
    const { state: next, effects } = stepLease(state, event, identity, timing);
    state = next;
    watchFence();
    for (const effect of effects) await perform(effect);
  };

  /** A request that hangs must not delay the news that the deadline has passed. */
  const watchFence = (): void => {
    fence?.cancel();
    if (state.phase !== 'leading') return;
    const left = state.renewedAt + timing.renewDeadlineMs - timing.skewMs - clock.monotonic();
    fence = clock.after(Math.max(0, Math.ceil(left)), () => {
      if (state.phase !== 'leading' || mayWrite(state, clock.monotonic(), timing)) return;
      state = { ...state, phase: 'standby' };
      void perform({ do: 'announce', leading: false });
    });
  };

  const begin = (event: LeaseEvent): void => {
    work = handle(event).catch((error: unknown) => {
      log.error('the election failed', { error: String(error) });
      return handle({ type: 'readFailed', at: clock.monotonic() });
    });
  };

  return {
    start: () => begin({ type: 'start', at: clock.monotonic() }),
    isLeader: () => mayWrite(state, clock.monotonic(), timing),
    holder: () => state.seen?.lease.holder,
    async stop() {
      timer?.cancel();
      await work;
      timer?.cancel();
      await handle({ type: 'stop', at: clock.monotonic() });
      fence?.cancel();
    },
  };
}

function viewOf(object: KubeObject): LeaseView {
  const spec = isObject(object.spec) ? object.spec : {};
  const seconds = typeof spec.leaseDurationSeconds === 'number' && spec.leaseDurationSeconds > 0 ? spec.leaseDurationSeconds : 15;
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    holder: typeof spec.holderIdentity === 'string' ? spec.holderIdentity : '',
    durationMs: seconds * 1000,
    transitions: typeof spec.leaseTransitions === 'number' ? spec.leaseTransitions : 0,
  };
}
