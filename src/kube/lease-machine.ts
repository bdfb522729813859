/**
 * Leader election on a Lease (coordination.k8s.io/v1) as a state machine. Pure: time comes with the events and is
 * monotonic; wall times in the Lease are written for people and never compared, since clocks jump and differ (F22):
 * a holder is believed dead when we saw its Lease unchanged for its whole duration.
 */

/** What counts of a Lease object. */
export interface LeaseView {
  resourceVersion: string;
  holder: string;
  durationMs: number;
  transitions: number;
}

export interface LeaseTiming {
  /** Others may take over after this long without a change; 15 s. */
  durationMs: number;
  /** We stop writing when we could not renew for this long; 10 s. */
  renewDeadlineMs: number;
  /** Time between attempts; 2 s. */
  retryMs: number;
  /** Taken off the renew deadline: a pass that has just asked must have ended before somebody else begins (F23). */
  skewMs: number;
}

export const standardTiming: LeaseTiming = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, skewMs: 1_000 };

export interface LeaseState {
  phase: 'idle' | 'standby' | 'leading' | 'stopped';
  /** The Lease as last seen, and when it was first seen so. */
  seen: { lease: LeaseView; since: number } | undefined;
  /** When the last renewal that succeeded was sent. */
  renewedAt: number;
}

export type LeaseEvent =
  | { type: 'start'; at: number }
  /** The pause is over. */
  | { type: 'due'; at: number }
  | { type: 'read'; at: number; lease: LeaseView | undefined }
  | { type: 'readFailed'; at: number }
  /** Our write was accepted; `sentAt` is when it left. */
  | { type: 'written'; at: number; sentAt: number; lease: LeaseView }
  /** 409: somebody else wrote. */
  | { type: 'refused'; at: number }
  | { type: 'writeFailed'; at: number }
  | { type: 'stop'; at: number };

export type LeaseEffect =
  | { do: 'read' }
  | { do: 'create' }
  /** Write our name over the Lease as it was seen. */
  | { do: 'take'; over: LeaseView; acquire: boolean }
  | { do: 'release'; over: LeaseView }
  | { do: 'pause'; ms: number }
  | { do: 'announce'; leading: boolean };

export interface LeaseStep {
  state: LeaseState;
  effects: LeaseEffect[];
}

export const initialLease: LeaseState = { phase: 'idle', seen: undefined, renewedAt: Number.NEGATIVE_INFINITY };

/** Whether writes are allowed at this moment: later than the last renewal by less than the deadline minus skew (F24). */
export function mayWrite(state: LeaseState, at: number, timing: LeaseTiming): boolean {
  return state.phase === 'leading' && at - state.renewedAt < timing.renewDeadlineMs - timing.skewMs;
}

/** @param identity name of this process, unique among all that stand for election. */
export function stepLease(state: LeaseState, event: LeaseEvent, identity: string, timing: LeaseTiming): LeaseStep {
  if (state.phase === 'stopped') return { state, effects: [] };
  switch (event.type) {
    case 'start':
      return { state: { ...state, phase: 'standby' }, effects: [{ do: 'read' }] };
    case 'due': {
      const checked = stepDown(state, event.at, timing);
      // The leader knows the Lease from its last write: one request per renewal instead of two.
      const { seen } = checked.state;
      const next: LeaseEffect =
        checked.state.phase === 'leading' && seen ? { do: 'take', over: seen.lease, acquire: false } : { do: 'read' };
      return { state: checked.state, effects: [...checked.effects, next] };
    }
    case 'read':
      return onRead(stepDown(state, event.at, timing), event, identity, timing);
    case 'written':
      return onWritten(state, event, timing);
    case 'refused': {
      // Somebody else wrote in between: only a new look tells who leads.
      const checked = stepDown(state, event.at, timing);
      return { state: checked.state, effects: [...checked.effects, { do: 'read' }] };
    }
    case 'readFailed':
    case 'writeFailed': {
      // Whether a write arrived is unknown: the next attempt begins with a read.
      const checked = stepDown(state, event.at, timing);
      const forgetting: LeaseState = { ...checked.state, seen: event.type === 'writeFailed' ? undefined : checked.state.seen };
      return { state: forgetting, effects: [...checked.effects, { do: 'pause', ms: timing.retryMs }] };
    }
    case 'stop': {
      const effects: LeaseEffect[] = [];
      if (state.phase === 'leading') effects.push({ do: 'announce', leading: false });
      if (state.phase === 'leading' && state.seen?.lease.holder === identity) effects.push({ do: 'release', over: state.seen.lease });
      return { state: { ...state, phase: 'stopped' }, effects };
    }
    default:
      return event satisfies never;
  }
}

/** A leader whose deadline has passed is none, whatever the Lease says. */
function stepDown(state: LeaseState, at: number, timing: LeaseTiming): LeaseStep {
  if (state.phase !== 'leading' || mayWrite(state, at, timing)) return { state, effects: [] };
  return { state: { ...state, phase: 'standby' }, effects: [{ do: 'announce', leading: false }] };
}

function onRead(checked: LeaseStep, event: Extract<LeaseEvent, { type: 'read' }>, identity: string, timing: LeaseTiming): LeaseStep {
  const { lease, at } = event;
  if (!lease) return { state: { ...checked.state, seen: undefined }, effects: [...checked.effects, { do: 'create' }] };
  const before = checked.state.seen;
  const seen = before?.lease.resourceVersion === lease.resourceVersion ? { lease, since: before.since } : { lease, since: at };
  const state: LeaseState = { ...checked.state, seen };
  const isOurs = lease.holder === identity;
  const isFree = lease.holder === '' || at - seen.since >= lease.durationMs;
  if (isOurs || isFree) return { state, effects: [...checked.effects, { do: 'take', over: lease, acquire: !isOurs }] };
  // Held by somebody else. A leader that reads this has been overtaken, however that came about.
  const overtaken: LeaseEffect[] = state.phase === 'leading' ? [{ do: 'announce', leading: false }] : [];
  return { state: { ...state, phase: 'standby' }, effects: [...checked.effects, ...overtaken, { do: 'pause', ms: timing.retryMs }] };
}

function onWritten(state: LeaseState, event: Extract<LeaseEvent, { type: 'written' }>, timing: LeaseTiming): LeaseStep {
  const { lease, at, sentAt } = event;
  const written: LeaseState = { phase: 'leading', seen: { lease, since: at }, renewedAt: sentAt };
  const pause: LeaseEffect = { do: 'pause', ms: timing.retryMs };
  // An answer so late that its time is over already makes nobody a leader.
  if (!mayWrite(written, at, timing)) {
    const wasLeading: LeaseEffect[] = state.phase === 'leading' ? [{ do: 'announce', leading: false }] : [];
    return { state: { ...written, phase: 'standby' }, effects: [...wasLeading, pause] };
  }
  return { state: written, effects: state.phase === 'leading' ? [pause] : [{ do: 'announce', leading: true }, pause] };
}
