/** Opens the socket to an API server: directly or through a proxy, with TLS where the URL says so. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import { TransportError } from '../base/http.ts';
import type { ConnectionConfig } from './connection.ts';
import { connectSocks } from './socks.ts';

export interface DialOptions {
  clock: Clock;
  /** Protocols offered, best first: `h2`, `http/1.1`. */
  alpn: string[];
  timeoutMs: number;
}

/** Idle connections through firewalls and load balancers are kept alive by the kernel, too. */
const keepAliveMs = 30_000;

/** An open connection; rejects with TransportError `unreachable` or `timeout`. */
export async function dial(config: ConnectionConfig, { clock, alpn, timeoutMs }: DialOptions): Promise<Socket | TLSSocket> {
  const target = new URL(config.server);
  let socket: Socket | undefined;
  let late = false;
  const timer = clock.after(timeoutMs, () => {
    late = true;
    socket?.destroy(new Error('no connection in time'));
  });
  const opened = (next: Socket): Socket => {
    socket = next;
    if (late) next.destroy(new Error('no connection in time'));
    return next;
  };
  try {
    const tls = target.protocol === 'https:' ? await config.credentials.tls() : undefined;
    const raw = await openTcp(config.proxy, hostOf(target), portOf(target), opened);
    raw.setNoDelay(true);
    raw.setKeepAlive(true, keepAliveMs);
    if (!tls) return raw;
    const servername = tls.servername ?? (isIP(hostOf(target)) ? undefined : hostOf(target));
    const secured = connectTls({
      host: hostOf(target),
      ...tls,
      ...(servername === undefined ? {} : { servername }),
      socket: raw,
      ALPNProtocols: alpn,
    });
    opened(secured);
    await ready(secured, 'secureConnect');
    return secured;
  } catch (error) {
    socket?.destroy();
    const why = error instanceof Error ? error.message : String(error);
    throw new TransportError(late ? 'timeout' : 'unreachable', `cannot connect to ${config.server}: ${why}`);
  } finally {
    timer.cancel();
  }
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);

function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off('error', reject);
      resolve();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

async function openTcp(proxy: string | undefined, host: string, port: number, opened: (socket: Socket) => Socket): Promise<Socket> {
  if (proxy === undefined || proxy === '') {
    const socket = opened(connectTcp({ host, port }));
    await ready(socket, 'connect');
    return socket;
  }
  const url = new URL(proxy);
  if (url.protocol === 'http:' || url.protocol === 'https:') return opened(await tunnel(url, host, port));
  if (url.protocol === 'socks5:' || url.protocol === 'socks5h:' || url.protocol === 'socks:') {
    const socket = opened(connectTcp({ host: hostOf(url), port: Number(url.port) || 1080 }));
    await ready(socket, 'connect');
    await connectSocks(socket, host, port, url);
    return socket;
  }
  throw new Error(`proxy ${url.protocol}//${url.host} must be http, https or socks5`);
}

/** A CONNECT tunnel through an HTTP proxy. */
function tunnel(proxy: URL, host: string, port: number): Promise<Socket> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const headers = {
    host: authority,
    ...(proxy.username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
  };
  const open = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open({ host: hostOf(proxy), port: portOf(proxy), method: 'CONNECT', path: authority, headers, agent: false });
    request.once('error', reject);
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket as Socket);
      else {
        socket.destroy();
        reject(new Error(`the proxy ${proxy.host} answered ${response.statusCode} to CONNECT`));
      }
    });
    request.end();
  });
}
