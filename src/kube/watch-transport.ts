/**
 * Watches (and the Lease) over HTTP/2 on connections of our own. undici sends pings but ignores that nobody answers
 * them; a half-open connection would look like a quiet kind for ever, and on a quiet kind even bookmarks fail to
 * come (design.md §4 "Half-open"). Two pings in a row without an answer drop the connection and every watch on it.
 */
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock, Timer } from '../base/clock.ts';
import { type HttpRequest, type HttpResponse, type HttpStream, type Transport, TransportError } from '../base/http.ts';
import type { ConnectionConfig, IdentityHeaders } from './connection.ts';
import { dial } from './dial.ts';
import { createPieces, createRequestTransport } from './request-transport.ts';

export interface WatchTransportOptions {
  clock: Clock;
  /** Time between pings; the connection is dropped when two of them in a row stay unanswered. */
  pingEveryMs?: number;
}

interface Connection {
  session: ClientHttp2Session;
  streams: number;
  /** No new streams: it is closing, or the server said GOAWAY. */
  retired: boolean;
}

const defaultTimeoutMs = 30_000;
const dialTimeoutMs = 10_000;
/** kube-apiserver allows 100 streams per connection and answers the next with a stall (measured). */
const mostStreams = 90;
const mostMissedPings = 2;

/** A transport for long streams; a server without HTTP/2 is served over HTTP/1.1, where only the kernel's keep-alive looks after it. */
export function createWatchTransport(config: ConnectionConfig, { clock, pingEveryMs = 5000 }: WatchTransportOptions): Transport {
  const url = new URL(config.server);
  const prefix = url.pathname.replace(/\/$/, '');
  const connections = new Set<Connection>();
  let dialing: Promise<Connection | undefined> | undefined;
  let fallback: Transport | undefined;
  let closed = false;

  const open = async (): Promise<Connection | undefined> => {
    const socket =
      url.protocol === 'https:' ? await dial(config, { clock, alpn: ['h2', 'http/1.1'], timeoutMs: dialTimeoutMs }) : undefined;
    if (!(socket instanceof TLSSocket) || socket.alpnProtocol !== 'h2') {
      socket?.destroy();
      fallback ??= createRequestTransport(config, { clock, connections: 1024 });
      return undefined;
    }
    const connection: Connection = { session: startSession(url, socket), streams: 0, retired: false };
    connections.add(connection);
    const pings = keepPinging(connection.session, clock, pingEveryMs);
    connection.session.once('goaway', () => {
      connection.retired = true;
    });
    connection.session.once('close', () => {
      pings.cancel();
      connection.retired = true;
      connections.delete(connection);
    });
    if (closed) connection.session.destroy();
    // Only then is it known how many streams the server allows.
    await new Promise<void>((resolve) => {
      connection.session.once('remoteSettings', () => resolve());
      connection.session.once('close', resolve);
    });
    return connection;
  };

  /** A place on a connection, taken for the caller; undefined when the server speaks no HTTP/2. */
  const takePlace = async (): Promise<Connection | undefined> => {
    for (;;) {
      if (fallback) return undefined;
      if (closed) throw new TransportError('aborted', 'the transport is closed');
      for (const connection of connections) {
        const most = Math.min(mostStreams, connection.session.remoteSettings?.maxConcurrentStreams ?? mostStreams);
        if (connection.retired || connection.streams >= most) continue;
        // Taken here and now: whoever asks in the same moment must not count it as free.
        connection.streams++;
        return connection;
      }
      dialing ??= open().finally(() => {
        dialing = undefined;
      });
      await dialing;
    }
  };

  const attempt = async (request: HttpRequest, headers: IdentityHeaders): Promise<HttpStream> => {
    const connection = await takePlace();
    if (request.signal?.aborted && connection) connection.streams--;
    if (request.signal?.aborted) throw new TransportError('aborted', `${request.method} ${request.path} was aborted`);
    if (connection) return openStream(connection, { ...request, path: prefix + request.path }, headers, clock);
    if (fallback) return fallback.stream(request);
    throw new TransportError('aborted', 'the transport is closed');
  };

  const stream = async (request: HttpRequest): Promise<HttpStream> => {
    const answer = await attempt(request, await config.credentials.headers());
    if (answer.status !== 401) return answer;
    answer.close();
    config.credentials.renew();
    return attempt(request, await config.credentials.headers());
  };

  return {
    stream,
    async request(request): Promise<HttpResponse> {
      const answer = await withDeadline(stream, request, clock);
      return answer;
    },
    async close() {
      closed = true;
      for (const { session } of connections) session.destroy();
      await fallback?.close();
    },
  };
}

function startSession(url: URL, socket: Socket): ClientHttp2Session {
  const session = connectHttp2(url.origin, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: 1024 * 1024 },
  });
  // The window of the whole connection: 64 KiB would let one busy watch hold up all others.
  session.once('connect', () => session.setLocalWindowSize(16 * 1024 * 1024));
  // Every stream reports the break on its own; without a listener Node would end the process.
  session.on('error', () => undefined);
  return session;
}

/** Pings until the session closes; two without an answer destroy it. */
function keepPinging(session: ClientHttp2Session, clock: Clock, everyMs: number): Timer {
  let missed = 0;
  let timer: Timer;
  const ping = (): void => {
    if (session.destroyed) return;
    if (missed >= mostMissedPings) {
      session.destroy(new Error(`${missed} pings in a row went unanswered`));
      return;
    }
    missed++;
    try {
      session.ping((error) => {
        if (!error) missed = 0;
      });
    } catch {
      // Closing already: its streams are told by the session.
    }
    timer = clock.after(everyMs, ping);
  };
  timer = clock.after(everyMs, ping);
  return { cancel: () => timer.cancel() };
}

function openStream(connection: Connection, request: HttpRequest, identity: IdentityHeaders, clock: Clock): Promise<HttpStream> {
  const { method, path, signal, body, timeoutMs = defaultTimeoutMs } = request;
  return new Promise((resolve, reject) => {
    const pieces = createPieces();
    const opened = connection.session.request(
      { ':method': method, ':path': path, ...identity, ...request.headers },
      { endStream: body === undefined },
    );
    // An open watch keeps the process alive, an idle connection does not.
    connection.session.ref();
    let cause: TransportError | undefined;
    const cancel = (error: TransportError): void => {
      cause ??= error;
      opened.close(constants.NGHTTP2_CANCEL);
      fail(cause);
    };
    const fail = (error: TransportError): void => {
      pieces.fail(error);
      reject(error);
    };
    const onAbort = (): void => cancel(new TransportError('aborted', `${method} ${path} was aborted`));
    const timer = clock.after(timeoutMs, () =>
      cancel(new TransportError('timeout', `${method} ${path} got no answer within ${timeoutMs} ms`)),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    opened.setEncoding('utf8');
    opened.on('data', (piece: string) => pieces.push(piece));
    opened.once('response', (head) => {
      timer.cancel();
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(head)) if (!name.startsWith(':') && value !== undefined) headers[name] = String(value);
      const close = (): void => cancel(new TransportError('aborted', 'closed'));
      resolve({ status: Number(head[':status'] ?? 0), headers, body: pieces.read(), close });
    });
    let ended = false;
    opened.once('end', () => {
      ended = opened.rstCode === constants.NGHTTP2_NO_ERROR;
    });
    opened.on('error', (error) => fail(cause ?? new TransportError('broken', `${method} ${path}: ${error.message}`)));
    opened.once('close', () => {
      if (--connection.streams === 0) connection.session.unref();
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
      if (ended && cause === undefined && !connection.session.destroyed) pieces.end();
      else fail(cause ?? new TransportError('broken', `${method} ${path}: the connection broke`));
    });
    if (body !== undefined) opened.end(body);
  });
}

/** A whole answer over a stream, within the request's deadline. */
async function withDeadline(
  stream: (request: HttpRequest) => Promise<HttpStream>,
  request: HttpRequest,
  clock: Clock,
): Promise<HttpResponse> {
  const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => late.abort());
  try {
    const signal = request.signal ? AbortSignal.any([request.signal, late.signal]) : late.signal;
    const answer = await stream({ ...request, signal });
    const parts: string[] = [];
    for await (const part of answer.body) parts.push(part);
    return { status: answer.status, headers: answer.headers, body: parts.join('') };
  } catch (error) {
    if (late.signal.aborted) throw new TransportError('timeout', `${request.method} ${request.path} got no answer within ${timeoutMs} ms`);
    throw error;
  } finally {
    timer.cancel();
  }
}
