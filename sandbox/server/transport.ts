/** Access to the server from the same process: the `Transport` the product's client speaks, without sockets. */
import type { Clock } from '../../src/base/clock.ts';
import { type HttpRequest, type HttpResponse, type HttpStream, type Transport, TransportError } from '../../src/base/http.ts';
import type { Answer } from './answer.ts';
import type { Identity } from './object.ts';
import type { IncomingRequest } from './request.ts';

interface InProcess {
  handle(request: IncomingRequest): Promise<Answer>;
  identity: Identity;
  clock: Clock;
}

const lowerCase = (headers: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

export function inProcessTransport({ handle, identity, clock }: InProcess): Transport {
  const open = new Set<() => void>();
  let closed = false;

  const answerTo = async (request: HttpRequest): Promise<Answer> => {
    if (closed) throw new TransportError('unreachable', 'the transport is closed');
    if (request.signal?.aborted) throw new TransportError('aborted', 'the request was aborted');
    const handling = handle({
      method: request.method,
      path: request.path,
      headers: lowerCase(request.headers),
      body: request.body,
      user: identity,
      signal: request.signal,
    });
    const answer = await withDeadline(handling, request, clock);
    if (answer.broken) throw new TransportError('broken', 'the connection broke before an answer came');
    return answer;
  };

  return {
    async request(request): Promise<HttpResponse> {
      const answer = await answerTo(request);
      let { body } = answer;
      if (answer.stream) for await (const piece of answer.stream.body) body += piece;
      return { status: answer.status, headers: answer.headers, body };
    },
    async stream(request): Promise<HttpStream> {
      const answer = await answerTo(request);
      const { stream } = answer;
      if (!stream) return { status: answer.status, headers: answer.headers, body: single(answer.body), close: () => undefined };
      const close = (): void => {
        open.delete(close);
        stream.close();
      };
      open.add(close);
      return { status: answer.status, headers: answer.headers, body: stream.body, close };
    },
    async close() {
      closed = true;
      for (const close of [...open]) close();
    },
  };
}

async function* single(text: string): AsyncGenerator<string> {
  yield text;
}

/** Rejects when the deadline passes or the caller gives up before the answer is there. */
function withDeadline(handling: Promise<Answer>, request: HttpRequest, clock: Clock): Promise<Answer> {
  const { timeoutMs, signal } = request;
  if (timeoutMs === undefined && !signal) return handling;
  return new Promise((resolve, reject) => {
    const timer =
      timeoutMs === undefined
        ? undefined
        : clock.after(timeoutMs, () => finish(() => reject(new TransportError('timeout', `no answer within ${timeoutMs} ms`))));
    const aborted = (): void => finish(() => reject(new TransportError('aborted', 'the request was aborted')));
    const finish = (settle: () => void): void => {
      timer?.cancel();
      signal?.removeEventListener('abort', aborted);
      settle();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    handling.then(
      (answer) => finish(() => resolve(answer)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}
