import assert from 'node:assert/strict';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { systemClock } from '../../../src/base/clock.ts';
import { type Transport, TransportError } from '../../../src/base/http.ts';
import { anonymous, type ConnectionConfig, type Credentials } from '../../../src/kube/connection.ts';
import { createRequestTransport } from '../../../src/kube/request-transport.ts';
import { createWatchTransport } from '../../../src/kube/watch-transport.ts';

interface Listening {
  listen(port: number, host: string, then: () => void): unknown;
  address(): AddressInfo | string | null;
}

async function listen(server: Listening): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const failsWith = (code: TransportError['code']) => (error: unknown) => error instanceof TransportError && error.code === code;

async function textOf(body: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of body) text += piece;
  return text;
}

/** What is to be closed after each test. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function plainServer(): Promise<{
  config: ConnectionConfig;
  server: Server;
  seen: { path: string; headers: Record<string, unknown> }[];
}> {
  const seen: { path: string; headers: Record<string, unknown> }[] = [];
  const server = createPlainServer((request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headersDistinct });
    switch (request.url) {
      case '/prefix/hang':
        return;
      case '/prefix/break':
        response.writeHead(200, { 'content-length': '100' });
        response.write('part');
        setTimeout(() => response.destroy(), 20);
        return;
      case '/prefix/large':
        response.end('x'.repeat(4096));
        return;
      case '/prefix/stream':
        response.write('one ');
        setTimeout(() => response.end('two'), 20);
        return;
      case '/prefix/secret':
        response.statusCode = request.headers.authorization === 'Bearer new' ? 200 : 401;
        response.end('ü');
        return;
      default:
        response.setHeader('Warning', '299 - "x"');
        response.end(`${request.method} ${request.url}`);
    }
  });
  const port = await listen(server);
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, seen, config: { server: `http://127.0.0.1:${port}/prefix`, credentials: anonymous } };
}

function requests(config: ConnectionConfig, maxResponseBytes?: number): Transport {
  const transport = createRequestTransport(config, { clock: systemClock, maxResponseBytes });
  open.push(() => transport.close());
  return transport;
}

describe('request transport', () => {
  it('sends below the path of the server and gives status, lower-case headers and body', async () => {
    const { config } = await plainServer();
    const answer = await requests(config).request({ method: 'GET', path: '/api?x=1' });
    assert.deepEqual([answer.status, answer.headers.warning, answer.body], [200, '299 - "x"', 'GET /prefix/api?x=1']);
  });

  it('tells timeout, abort, break and unreachable apart', async () => {
    const { config } = await plainServer();
    const transport = requests(config);
    await assert.rejects(transport.request({ method: 'GET', path: '/hang', timeoutMs: 30 }), failsWith('timeout'));
    const abort = AbortSignal.timeout(20);
    await assert.rejects(transport.request({ method: 'GET', path: '/hang', signal: abort }), failsWith('aborted'));
    await assert.rejects(transport.request({ method: 'GET', path: '/hang', signal: abort }), failsWith('aborted'));
    await assert.rejects(transport.request({ method: 'GET', path: '/break' }), failsWith('broken'));
    const nowhere = requests({ ...config, server: 'http://127.0.0.1:1' });
    await assert.rejects(nowhere.request({ method: 'GET', path: '/' }), failsWith('unreachable'));
  });

  it('refuses an answer beyond its cap', async () => {
    const { config } = await plainServer();
    await assert.rejects(requests(config, 1024).request({ method: 'GET', path: '/large' }), failsWith('broken'));
  });

  it('streams', async () => {
    const { config } = await plainServer();
    const stream = await requests(config).stream({ method: 'GET', path: '/stream' });
    assert.equal(await textOf(stream.body), 'one two');
  });

  it('renews credentials once after a 401, and repeats the headers of groups', async () => {
    const { config, seen } = await plainServer();
    let token = 'old';
    const credentials: Credentials = {
      headers: () => ({ authorization: `Bearer ${token}`, 'impersonate-group': ['a', 'b'] }),
      tls: () => ({}),
      renew: () => {
        token = 'new';
      },
    };
    const answer = await requests({ ...config, credentials }).request({ method: 'GET', path: '/secret' });
    assert.deepEqual([answer.status, answer.body], [200, 'ü']);
    assert.deepEqual(seen.at(-1)?.headers['impersonate-group'], ['a', 'b']);
    assert.equal(seen.length, 2);
  });

  it('goes through an HTTP proxy', async () => {
    const { config } = await plainServer();
    const asked: string[] = [];
    const proxy = createPlainServer();
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connectTcp(Number(port), host ?? '', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    const port = await listen(proxy);
    open.push(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const answer = await requests({ ...config, proxy: `http://127.0.0.1:${port}` }).request({ method: 'GET', path: '/x' });
    assert.equal(answer.body, 'GET /prefix/x');
    assert.deepEqual(asked, [new URL(config.server).host]);
  });
});

/** An HTTP/2 server whose streams stay open, behind a wire that the test can cut without anybody noticing. */
async function watchServer() {
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const server: Http2SecureServer = createSecureServer({ key: pems.private, cert: pems.cert, settings: { maxConcurrentStreams: 3 } });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200 });
    stream.write(`${headers[':path']}\n`);
    if (headers[':path'] === '/ends') stream.end();
  });
  const behind = await listen(server);
  const wire = { cut: false };
  const sockets: Socket[] = [];
  const front = createTcpServer((socket) => {
    const upstream = connectTcp(behind, '127.0.0.1');
    sockets.push(socket, upstream);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      from.on('data', (data) => void (wire.cut || to.write(data)));
      from.on('close', () => to.destroy());
      from.on('error', () => undefined);
    }
  });
  const port = await listen(front);
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    front.close();
    server.close();
  });
  const credentials: Credentials = { ...anonymous, tls: () => ({ ca: pems.cert }) };
  const transport = createWatchTransport({ server: `https://127.0.0.1:${port}`, credentials }, { clock: systemClock, pingEveryMs: 30 });
  open.push(() => transport.close());
  return { transport, wire, sessions };
}

describe('watch transport', () => {
  it('opens another connection when the streams of one are used up', async () => {
    const { transport, sessions } = await watchServer();
    const first = await transport.stream({ method: 'GET', path: '/0' });
    const more = await Promise.all([1, 2, 3, 4].map((index) => transport.stream({ method: 'GET', path: `/${index}` })));
    assert.equal(sessions.size, 2);
    for (const stream of [first, ...more]) stream.close();
  });

  it('drops a half-open connection when two pings in a row stay unanswered', async () => {
    const { transport, wire, sessions } = await watchServer();
    const stream = await transport.stream({ method: 'GET', path: '/quiet' });
    const reading = textOf(stream.body);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(
      [...sessions].some((session) => session.destroyed),
      false,
      'a quiet connection that answers pings lives',
    );
    wire.cut = true;
    await assert.rejects(reading, failsWith('broken'));
  });

  it('ends where the server ends, and stops when aborted', async () => {
    const { transport } = await watchServer();
    const ended = await transport.request({ method: 'GET', path: '/ends' });
    assert.equal(ended.body, '/ends\n');
    const controller = new AbortController();
    const stream = await transport.stream({ method: 'GET', path: '/on', signal: controller.signal });
    const reading = textOf(stream.body);
    controller.abort();
    await assert.rejects(reading, failsWith('aborted'));
  });

  it('speaks HTTP/1.1 where the server speaks nothing newer', async () => {
    const { config } = await plainServer();
    const transport = createWatchTransport(config, { clock: systemClock });
    open.push(() => transport.close());
    const stream = await transport.stream({ method: 'GET', path: '/stream' });
    assert.equal(await textOf(stream.body), 'one two');
  });
});
