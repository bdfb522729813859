/**
 * One call to the API server with its deadline: waits for a place in flight, sends, and sends again where that is
 * safe. 429 says that the server did nothing, so any request may follow it; 503 with Retry-After and broken
 * connections only repeat what can be repeated without another effect. Everything else goes back to the caller,
 * who re-reads before he writes again (F10).
 */
import { type Clock, sleep } from '../base/clock.ts';
import { type HttpRequest, type HttpResponse, type Transport, TransportError } from '../base/http.ts';
import type { Random } from '../base/random.ts';
import { failureOfTransport, retryAfterOf } from './answers.ts';
import type { Gate } from './gate.ts';
import type { ApiResult } from './types.ts';

/** One request that went out, for metrics and for tests that count. */
export interface SentRequest {
  method: HttpRequest['method'] | 'WATCH';
  path: string;
  /** 0 when no answer came. */
  status: number;
  durationMs: number;
}

export interface ExchangeOptions {
  transport: Transport;
  clock: Clock;
  random: Random;
  gate: Gate;
  /** Deadline of a call with all its attempts, in milliseconds. */
  timeoutMs: number;
  onRequest: (sent: SentRequest) => void;
}

export interface Call extends HttpRequest {
  /** Doing it twice is as good as once: reads, and writes that name what they expect. */
  idempotent: boolean;
}

/** Attempts of one call at most; whoever waits longer than that waits in a queue, not in a request. */
const mostAttempts = 4;
/** First wait before a repetition without Retry-After, doubled each time. */
const firstBackOffMs = 100;

export type Exchange = (call: Call) => Promise<ApiResult<HttpResponse>>;

/** Gives the function that carries out calls; an answer of any status is a value, no answer a failure with httpStatus 0. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { clock, random, gate } = options;

  return async (call) => {
    const deadline = clock.monotonic() + (call.timeoutMs ?? options.timeoutMs);
    for (let attempt = 1; ; attempt++) {
      const answer = await attemptOnce(options, call, deadline);
      const wait = waitBeforeRepeat(call, answer, attempt);
      if (answer.ok && answer.value.status === 429) gate.slowDown();
      else if (answer.ok) gate.speedUp();
      if (wait === undefined || attempt >= mostAttempts) return answer;
      // Jitter upwards only: the server named the earliest moment at which it wants to see us.
      const waitMs = wait * (1 + 0.25 * random.fraction());
      if (clock.monotonic() + waitMs >= deadline) return answer;
      await sleep(clock, waitMs, call.signal);
      if (call.signal?.aborted) return answer;
    }
  };
}

async function attemptOnce(options: ExchangeOptions, call: Call, deadline: number): Promise<ApiResult<HttpResponse>> {
  const { clock, gate, transport, onRequest } = options;
  const { method, path } = call;
  if (!(await enterBefore(options, call.signal, deadline))) {
    const code = call.signal?.aborted ? 'aborted' : 'timeout';
    return {
      ok: false,
      failure: failureOfTransport(new TransportError(code, `${method} ${path} found no place among the requests in flight`)),
    };
  }
  const begun = clock.monotonic();
  const { idempotent: _, ...request } = call;
  try {
    const response = await transport.request({ ...request, timeoutMs: Math.max(1, deadline - begun) });
    onRequest({ method, path, status: response.status, durationMs: clock.monotonic() - begun });
    return { ok: true, value: response };
  } catch (error) {
    onRequest({ method, path, status: 0, durationMs: clock.monotonic() - begun });
    return { ok: false, failure: failureOfTransport(error) };
  } finally {
    gate.leave();
  }
}

/** A place in flight, unless the deadline passes first. */
async function enterBefore({ clock, gate }: ExchangeOptions, signal: AbortSignal | undefined, deadline: number): Promise<boolean> {
  // The usual case costs no timer.
  if (gate.inFlight() < gate.limit()) return gate.enter(signal);
  const late = new AbortController();
  const timer = clock.after(deadline - clock.monotonic(), () => late.abort());
  try {
    return await gate.enter(signal ? AbortSignal.any([signal, late.signal]) : late.signal);
  } finally {
    timer.cancel();
  }
}

/** Milliseconds to wait before the same request may go out again; undefined when it may not. */
function waitBeforeRepeat(call: Call, answer: ApiResult<HttpResponse>, attempt: number): number | undefined {
  const backOffMs = firstBackOffMs * 2 ** (attempt - 1);
  if (!answer.ok) return call.idempotent && call.method === 'GET' && answer.failure.reason === 'Unreachable' ? backOffMs : undefined;
  const { status, headers } = answer.value;
  const retryAfterMs = retryAfterOf(headers);
  if (status === 429) return retryAfterMs ?? backOffMs;
  if (status === 503 && call.idempotent && retryAfterMs !== undefined) return retryAfterMs;
  return undefined;
}
