/**
 * The server on a port of loopback: HTTPS with HTTP/2 and HTTP/1.1 on the same socket, bearer tokens or
 * client certificates, and a certificate of its own kept in a folder.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import type { Identity } from './object.ts';
import { unauthorized } from './refusal.ts';
import { type ApiServer, maxRequestBytes } from './server.ts';

export interface ListenOptions {
  /** 0 takes any free port. */
  port: number;
  /** Where certificate and tokens are kept between runs. */
  dir: string;
  /** Wall clock, for the certificate's life. */
  now(): number;
  /** 127.0.0.1 by default. */
  host?: string;
}

export interface Listening {
  url: string;
  port: number;
  /** A kubeconfig of the administrator, as YAML. */
  kubeconfig(): string;
  /** Ends watches and connections. */
  close(): Promise<void>;
}

interface Credentials {
  key: string;
  cert: string;
  clientKey: string;
  clientCert: string;
  token: string;
  expiresAt: number;
}

const dayMs = 86_400_000;
const admin: Identity = { user: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

async function credentials(dir: string, now: number, uuid: () => string): Promise<Credentials> {
  const path = join(dir, 'server-credentials.json');
  if (existsSync(path)) {
    try {
      const known: Credentials = JSON.parse(readFileSync(path, 'utf8'));
      if (known.expiresAt > now + 7 * dayMs && known.clientCert && known.token) return known;
    } catch {
      // A file that cannot be read is replaced.
    }
  }
  const server = await generate([{ name: 'commonName', value: 'lateen-apiserver' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - dayMs),
    notAfterDate: new Date(now + 365 * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, keyEncipherment: true, critical: true },
      // Both: a client certificate of this authority is only good for what the authority is.
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes.default.svc' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
    clientCertificate: {
      cn: admin.user,
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - dayMs),
      notAfterDate: new Date(now + 365 * dayMs),
    },
  });
  const made: Credentials = {
    key: server.private,
    cert: server.cert,
    clientKey: server.clientprivate ?? '',
    clientCert: server.clientcert ?? '',
    token: uuid(),
    expiresAt: now + 365 * dayMs,
  };
  mkdirSync(dir, { recursive: true });
  writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/** Opens the port. Rejects when it is taken. */
export async function listen(server: ApiServer, options: ListenOptions): Promise<Listening> {
  const made = await credentials(options.dir, options.now(), () => server.engine.random.uuid());
  server.tokens.set(made.token, admin);
  const host = options.host ?? '127.0.0.1';
  const secure = createSecureServer({
    key: made.key,
    cert: made.cert,
    ca: [made.cert],
    requestCert: true,
    rejectUnauthorized: false,
    allowHTTP1: true,
    // As the real server: 100 streams to a connection.
    settings: { maxConcurrentStreams: 100 },
  });
  const sessions = new Set<{ close(): void; destroy(): void }>();
  secure.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => undefined);
  });
  const sockets = new Set<{ destroy(): void }>();
  secure.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  secure.on('request', (request, response) => {
    serve(server, request, response as Outgoing).catch((error: unknown) => {
      server.engine.log.error('connection failed', { error: error instanceof Error ? error.message : String(error) });
      response.stream?.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    secure.once('error', reject);
    secure.listen(options.port, host, () => {
      secure.off('error', reject);
      resolve();
    });
  });
  const port = portOf(secure);
  const url = `https://${host}:${port}`;
  return {
    url,
    port,
    kubeconfig: () => kubeconfig(url, made),
    close: () =>
      new Promise((resolve) => {
        server.dropWatches();
        secure.close(() => resolve());
        for (const session of sessions) session.close();
        // What does not end by itself within the grace of one round is cut.
        setImmediate(() => {
          for (const session of sessions) session.destroy();
          for (const socket of sockets) socket.destroy();
        });
      }),
  };
}

function portOf(server: Http2SecureServer): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

type Incoming = Http2ServerRequest | IncomingMessage;

/** What both protocols' responses can do. */
interface Outgoing {
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(piece: string): boolean;
  end(bytes?: Buffer): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

function identify(server: ApiServer, request: Incoming): Identity | undefined {
  const header = request.headers.authorization ?? '';
  if (header.startsWith('Bearer ')) return server.tokens.get(header.slice(7).trim());
  // For HTTP/2 this is a stand-in for the session's socket, which instanceof does not know.
  const socket = request.socket as Partial<Pick<TLSSocket, 'authorized' | 'getPeerCertificate'>>;
  if (!socket.authorized || !socket.getPeerCertificate) return undefined;
  const { subject } = socket.getPeerCertificate();
  const name = Array.isArray(subject?.CN) ? subject.CN[0] : subject?.CN;
  if (name === admin.user) return admin;
  if (name) return { user: name, groups: ['system:authenticated'] };
  return undefined;
}

function flatHeaders(request: Incoming): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  // HTTP/2 names the host in a field of its own.
  const host = request.headers[':authority'] ?? request.headers.host;
  return typeof host === 'string' ? { ...headers, host } : headers;
}

async function readBody(request: Incoming): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    size += bytes.length;
    // One byte over the limit is kept, so that the handler refuses in the usual words.
    if (size > maxRequestBytes + 1) continue;
    pieces.push(bytes);
  }
  return size > maxRequestBytes ? Buffer.alloc(maxRequestBytes + 1) : Buffer.concat(pieces);
}

async function serve(server: ApiServer, request: Incoming, response: Outgoing): Promise<void> {
  const user = identify(server, request);
  const path = request.url ?? '/';
  if (!user && !/^\/(healthz|livez|readyz|version)(\/|\?|$)/.test(path)) {
    send(response, 401, { 'content-type': 'application/json' }, `${JSON.stringify(unauthorized().status)}\n`);
    return;
  }
  const aborter = new AbortController();
  response.on('close', () => aborter.abort());
  const bytes = request.method === 'GET' || request.method === 'HEAD' ? undefined : await readBody(request);
  const headers = flatHeaders(request);
  const isProtobuf =
    bytes !== undefined && bytes.length > 0 && (headers['content-type'] ?? '').startsWith('application/vnd.kubernetes.protobuf');
  const answer = await server.handle({
    method: request.method ?? 'GET',
    path,
    headers,
    ...(isProtobuf ? { bytes } : { body: bytes?.toString('utf8') }),
    user: user ?? { user: 'system:anonymous', groups: ['system:unauthenticated'] },
    signal: aborter.signal,
  });
  if (answer.broken) {
    request.socket.destroy();
    return;
  }
  if (!answer.stream) {
    send(response, answer.status, answer.headers, request.method === 'HEAD' ? '' : (answer.bytes ?? answer.body));
    return;
  }
  response.writeHead(answer.status, answer.headers);
  // The head goes out at once: a client waits for it before it believes in its watch. (HTTP/2 sends it by itself.)
  if (response instanceof ServerResponse) response.flushHeaders();
  for await (const piece of answer.stream.body) {
    if (!response.write(piece)) await drained(response);
    if (aborter.signal.aborted) break;
  }
  response.end();
}

function drained(response: Outgoing): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

function send(response: Outgoing, status: number, headers: Record<string, string>, body: string | Uint8Array): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length), 'cache-control': 'no-cache, private' });
  response.end(bytes);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function kubeconfig(url: string, made: Credentials): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: lateen
  cluster:
    server: ${url}
    certificate-authority-data: ${base64(made.cert)}
users:
- name: admin
  user:
    token: ${made.token}
contexts:
- name: lateen
  context:
    cluster: lateen
    user: admin
current-context: lateen
`;
}
