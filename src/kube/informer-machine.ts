/**
 * The informer as a state machine: which request comes next, what a failure leads to, and whether the view may be
 * relied on for deletes. Pure: events in, next state and effects out; informer.ts carries the effects out.
 *
 *   idle ─▶ listing ─▶ watching ─▶ waiting ─▶ watching | listing | receiving
 *      └──▶ receiving ──┘
 *
 * `listing` reads pages; `receiving` gets the same as a stream (KEP-3157), where the server offers it.
 */

import { compareResourceVersions, hasReached } from './resource-version.ts';
import type { ApiFailure, WatchEvent } from './types.ts';

export type Phase =
  | { at: 'idle' }
  | { at: 'listing'; paged: boolean }
  | { at: 'receiving' }
  | { at: 'watching'; openedAt: number | undefined }
  | { at: 'waiting'; then: 'view' | 'watch' }
  | { at: 'stopped' };

/**
 * May absence in this view be believed? A view is doubted after a failed list, a collapse to zero or a
 * resourceVersion that went back, until a list at least 30 s after the next good one agrees (F38, F39).
 */
export type Trust =
  | { is: 'complete' }
  /** `since`: when the first good list after the doubt came, on the monotonic clock. */
  | { is: 'doubted'; reason: Doubt; since: number | undefined };

export type Doubt = 'ListFailed' | 'CollapsedToZero' | 'ResourceVersionWentBack';

export interface InformerState {
  phase: Phase;
  /** Up to where the view has seen everything; empty before the first view. */
  resourceVersion: string;
  synced: boolean;
  trust: Trust;
  /** Failures in a row; decides the back-off. */
  failures: number;
  /** How often in a row the server said that it is behind our resourceVersion. */
  behind: number;
  /** Ask for the initial events as a stream. */
  watchList: boolean;
}

/** What the runner knows of the new view when its last piece has come. */
export interface ViewFacts {
  collected: number;
  cached: number;
  /** The collected view holds the same objects (by uid) as the cache. */
  agrees: boolean;
}

export type InformerEvent =
  | { type: 'start' }
  | { type: 'page'; at: number; resourceVersion: string; continue?: string; facts: ViewFacts }
  | { type: 'listFailed'; at: number; failure: ApiFailure }
  | { type: 'watchOpened'; at: number }
  | { type: 'watchRefused'; at: number; failure: ApiFailure }
  | { type: 'watchEvent'; at: number; event: WatchEvent; facts: ViewFacts }
  /** The server closed the watch, or the connection broke. */
  | { type: 'watchEnded'; at: number; broken: boolean }
  | { type: 'waited' }
  | { type: 'confirm' }
  | { type: 'initialEventsLate' }
  | { type: 'stop' };

export type Effect =
  | { do: 'list'; limit?: number; continue?: string; resourceVersion?: string }
  | { do: 'watch'; resourceVersion: string; sendInitialEvents: boolean }
  | { do: 'closeWatch' }
  /** Then event `waited`; the runner adds jitter. */
  | { do: 'wait'; ms: number }
  /** Then event `confirm`. */
  | { do: 'confirmAfter'; ms: number }
  /** Then event `initialEventsLate`, unless the view is there by then. */
  | { do: 'expectInitialEvents'; ms: number }
  /** Keep the object of this event for the view that is being built. */
  | { do: 'collect'; event: Extract<WatchEvent, { object: unknown }> }
  /** The collected objects are the view now. */
  | { do: 'replace' }
  /** Apply one event to the view. */
  | { do: 'change'; event: Extract<WatchEvent, { object: unknown }> }
  | { do: 'note'; level: 'info' | 'warn'; message: string; failure?: ApiFailure };

export interface Step {
  state: InformerState;
  effects: Effect[];
}

/** Objects per page, as client-go asks for. */
export const pageSize = 500;
/** A second list this long after the first must agree before deletes are believed again. */
export const quarantineMs = 30_000;
const longestBackOffMs = 30_000;
const firstBackOffMs = 500;
/** A watch that lived this long was healthy: its end is no failure. */
const healthyMs = 5_000;
/** A server that ignores sendInitialEvents never ends them. */
const initialEventsMs = 20_000;
/** After so many "too large resource version" the server is not late but restored: look at what it has. */
const mostBehind = 3;

export function initialState(watchList: boolean): InformerState {
  return { phase: { at: 'idle' }, resourceVersion: '', synced: false, trust: { is: 'complete' }, failures: 0, behind: 0, watchList };
}

/** The next state and what is to be done. Events that do not fit the phase (late answers) change nothing. */
export function step(state: InformerState, event: InformerEvent): Step {
  if (state.phase.at === 'stopped') return stay(state);
  switch (event.type) {
    case 'start':
      return state.phase.at === 'idle' ? startView(state) : stay(state);
    case 'page':
      return state.phase.at === 'listing' ? onPage(state, state.phase.paged, event) : stay(state);
    case 'listFailed':
      return state.phase.at === 'listing' ? onListFailed(state, state.phase.paged, event.failure) : stay(state);
    case 'watchOpened':
      return state.phase.at === 'watching' ? stay({ ...state, phase: { at: 'watching', openedAt: event.at } }) : stay(state);
    case 'watchRefused':
      return isWatching(state) ? onRefused(state, event.failure) : stay(state);
    case 'watchEvent':
      return isWatching(state) ? onWatchEvent(state, event) : stay(state);
    case 'watchEnded':
      return onEnded(state, event);
    case 'waited':
      if (state.phase.at !== 'waiting') return stay(state);
      return state.phase.then === 'view' ? startView(state) : startWatch(state);
    case 'confirm':
      // A list that is under way, or about to be, confirms as well.
      if (state.phase.at !== 'watching' || state.trust.is === 'complete') return stay(state);
      return before({ do: 'closeWatch' }, startList(state, true, undefined));
    case 'initialEventsLate':
      if (state.phase.at !== 'receiving') return stay(state);
      return before({ do: 'closeWatch' }, startView({ ...state, watchList: false }));
    case 'stop':
      return { state: { ...state, phase: { at: 'stopped' } }, effects: [{ do: 'closeWatch' }] };
    default:
      return event satisfies never;
  }
}

const stay = (state: InformerState): Step => ({ state, effects: [] });
const before = (effect: Effect, next: Step): Step => ({ state: next.state, effects: [effect, ...next.effects] });
const isWatching = (state: InformerState): boolean => state.phase.at === 'watching' || state.phase.at === 'receiving';

/** The least resourceVersion a new view must have; none when the server's own truth is wanted, however old (F15, F38). */
function leastVersion(state: InformerState): string | undefined {
  return state.resourceVersion === '' || state.behind >= mostBehind ? undefined : state.resourceVersion;
}

function startView(state: InformerState): Step {
  if (!state.watchList) return startList(state, true, leastVersion(state));
  return {
    state: { ...state, phase: { at: 'receiving' } },
    effects: [
      { do: 'watch', resourceVersion: leastVersion(state) ?? '', sendInitialEvents: true },
      { do: 'expectInitialEvents', ms: initialEventsMs },
    ],
  };
}

function startList(state: InformerState, paged: boolean, resourceVersion: string | undefined): Step {
  const effect: Effect = {
    do: 'list',
    ...(paged ? { limit: pageSize } : {}),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return { state: { ...state, phase: { at: 'listing', paged } }, effects: [effect] };
}

function startWatch(state: InformerState): Step {
  return {
    state: { ...state, phase: { at: 'watching', openedAt: undefined } },
    effects: [{ do: 'watch', resourceVersion: state.resourceVersion, sendInitialEvents: false }],
  };
}

function onPage(state: InformerState, paged: boolean, event: Extract<InformerEvent, { type: 'page' }>): Step {
  if (event.continue !== undefined) {
    return { state: { ...state, phase: { at: 'listing', paged } }, effects: [{ do: 'list', limit: pageSize, continue: event.continue }] };
  }
  const viewed = takeView(state, event.resourceVersion, event.facts, event.at);
  const watching = startWatch(viewed.state);
  return { state: watching.state, effects: [...viewed.effects, ...watching.effects] };
}

/** A whole view has come: it replaces the cache, and the doubts are weighed. */
function takeView(state: InformerState, resourceVersion: string, facts: ViewFacts, at: number): Step {
  const trust = judge(state, resourceVersion, facts, at);
  const effects: Effect[] = [{ do: 'replace' }];
  if (trust.is === 'doubted' && trust.since !== undefined) {
    effects.push({ do: 'confirmAfter', ms: Math.max(0, trust.since + quarantineMs - at) });
    if (state.trust.is === 'complete')
      effects.push({ do: 'note', level: 'warn', message: `the view is doubted: ${trust.reason}; deletes are frozen` });
  }
  if (trust.is === 'complete' && state.trust.is === 'doubted')
    effects.push({ do: 'note', level: 'info', message: 'the view is trusted again' });
  return { state: { ...state, resourceVersion, synced: true, trust, failures: 0, behind: 0 }, effects };
}

function judge(state: InformerState, resourceVersion: string, facts: ViewFacts, at: number): Trust {
  if (state.synced) {
    if (compareResourceVersions(resourceVersion, state.resourceVersion) < 0)
      return { is: 'doubted', reason: 'ResourceVersionWentBack', since: at };
    if (facts.cached > 0 && facts.collected === 0) return { is: 'doubted', reason: 'CollapsedToZero', since: at };
  }
  if (state.trust.is === 'complete') return state.trust;
  if (state.trust.since === undefined) return { ...state.trust, since: at };
  if (at - state.trust.since < quarantineMs) return state.trust;
  return facts.agrees ? { is: 'complete' } : { ...state.trust, since: at };
}

function onListFailed(state: InformerState, paged: boolean, failure: ApiFailure): Step {
  // The continue token has grown too old for the server's history: one list in one piece cannot.
  if (isExpired(failure) && paged) return startList(state, false, leastVersion(state));
  return viewFailed(state, failure);
}

function viewFailed(state: InformerState, failure?: ApiFailure): Step {
  const behind = failure && isBehind(failure) ? state.behind + 1 : state.behind;
  // Before the first view nothing has been believed yet.
  const trust: Trust = state.synced ? { is: 'doubted', reason: 'ListFailed', since: undefined } : state.trust;
  return backOff({ ...state, trust, behind }, 'view', failure);
}

function onRefused(state: InformerState, failure: ApiFailure): Step {
  if (state.phase.at === 'receiving') {
    // 400 and 422: this server has no watch-list; 410: not from this version on.
    if (failure.httpStatus === 400 || failure.httpStatus === 422) return startView({ ...state, watchList: false });
    return viewFailed(state, failure);
  }
  if (isBehind(failure)) {
    const behind = state.behind + 1;
    return backOff({ ...state, behind }, behind >= mostBehind ? 'view' : 'watch', failure);
  }
  // The kind has gone (its CRD was removed) or our version is too old: only a new view helps.
  const lost = isExpired(failure) || failure.httpStatus === 404;
  return backOff(state, lost ? 'view' : 'watch', failure);
}

function onWatchEvent(state: InformerState, { event, facts, at }: Extract<InformerEvent, { type: 'watchEvent' }>): Step {
  switch (event.type) {
    case 'ERROR':
      return before({ do: 'closeWatch' }, onRefused(state, event.failure));
    case 'BOOKMARK':
      return onBookmark(state, event, facts, at);
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      if (state.phase.at === 'receiving') return { state, effects: [{ do: 'collect', event }] };
      const resourceVersion = newer(state.resourceVersion, event.object.metadata.resourceVersion);
      return { state: { ...state, resourceVersion, failures: 0, behind: 0 }, effects: [{ do: 'change', event }] };
    }
    default:
      return event satisfies never;
  }
}

function onBookmark(state: InformerState, event: Extract<WatchEvent, { type: 'BOOKMARK' }>, facts: ViewFacts, at: number): Step {
  if (state.phase.at !== 'receiving') {
    // Bookmarks only move the resourceVersion, and only forward; their absence proves nothing.
    return stay({ ...state, resourceVersion: newer(state.resourceVersion, event.resourceVersion), failures: 0, behind: 0 });
  }
  if (!event.initialEventsEnd) return stay(state);
  const viewed = takeView(state, event.resourceVersion, facts, at);
  return { state: { ...viewed.state, phase: { at: 'watching', openedAt: at } }, effects: viewed.effects };
}

function onEnded(state: InformerState, { at, broken }: Extract<InformerEvent, { type: 'watchEnded' }>): Step {
  if (state.phase.at === 'receiving') return viewFailed(state);
  if (state.phase.at !== 'watching') return stay(state);
  const { openedAt } = state.phase;
  const healthy = openedAt !== undefined && at - openedAt >= healthyMs;
  // Servers close every watch after some minutes: go on where we were. A broken one waits with jitter, so that a
  // restarted API server does not meet everybody at once (F37).
  if (healthy && !broken) return startWatch({ ...state, failures: 0 });
  return backOff(healthy ? { ...state, failures: 0 } : state, 'watch');
}

function backOff(state: InformerState, then: 'view' | 'watch', failure?: ApiFailure): Step {
  const exponential = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(state.failures, 10));
  const wait: Effect = { do: 'wait', ms: Math.max(exponential, failure?.retryAfterMs ?? 0) };
  const next: InformerState = { ...state, phase: { at: 'waiting', then }, failures: state.failures + 1 };
  if (!failure) return { state: next, effects: [wait] };
  return { state: next, effects: [wait, { do: 'note', level: state.failures < 2 ? 'info' : 'warn', message: `${then} failed`, failure }] };
}

const newer = (a: string, b: string | undefined): string => (b !== undefined && hasReached(b, a) ? b : a);

/** 410: what we ask for is older than the server's history. */
function isExpired(failure: ApiFailure): boolean {
  return failure.httpStatus === 410 || failure.reason === 'Expired' || failure.reason === 'Gone';
}

/** The server has not reached our resourceVersion: it lags behind, or was restored from a backup. */
function isBehind(failure: ApiFailure): boolean {
  return (
    failure.causes?.some((cause) => cause.reason === 'ResourceVersionTooLarge') === true ||
    /too large resource version/i.test(failure.message)
  );
}
