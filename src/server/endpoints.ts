/** `/healthz`, `/readyz` and `/metrics` over plain HTTP, as kubelets and Prometheus expect them. */
import { createServer, type Server, type ServerResponse } from 'node:http';

/** Host and port to listen on. */
export interface Address {
  host: string;
  port: number;
}

export interface EndpointsOptions {
  /** Undefined when well, else what is wrong: the process should be restarted. */
  unhealthy(): string | undefined;
  /** Undefined when ready, else what is waited for. */
  notReady(): string | undefined;
  metrics(): Promise<{ contentType: string; text: string }>;
}

export interface Endpoints {
  /** Where it listens; the port is the real one where 0 was asked for. */
  addresses: string[];
  close(): Promise<void>;
}

/** `127.0.0.1:8080`, `:8080` (all interfaces), `[::1]:8080`; undefined when it is none. `0` switches an endpoint off. */
export function parseAddress(text: string): Address | 'off' | undefined {
  if (text === '0' || text === '') return 'off';
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]]*):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[2]);
  if (port > 65535) return undefined;
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return { host: host === '' ? '::' : host, port };
}

/** Opens the ports; two equal addresses share one. Rejects when one is taken. */
export async function serveEndpoints(
  { metricsAddress, healthAddress }: { metricsAddress: Address | 'off'; healthAddress: Address | 'off' },
  options: EndpointsOptions,
): Promise<Endpoints> {
  const paths = new Map<string, { address: Address; serves: Set<string> }>();
  const add = (address: Address | 'off', ...served: string[]): void => {
    if (address === 'off') return;
    const key = `${address.host}:${address.port}`;
    const known = paths.get(key) ?? { address, serves: new Set() };
    for (const path of served) known.serves.add(path);
    paths.set(key, known);
  };
  add(metricsAddress, '/metrics');
  add(healthAddress, '/healthz', '/readyz');
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve).closeAllConnections())));
  };
  try {
    for (const { address, serves } of paths.values()) servers.push(await open(address, serves, options));
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses: servers.map(addressOf), close };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return String(address);
  return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

function open({ host, port }: Address, serves: ReadonlySet<string>, options: EndpointsOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (!serves.has(path)) return answer(response, 404, 'not found');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'only GET');
    switch (path) {
      case '/metrics':
        options.metrics().then(
          ({ contentType, text }) => answer(response, 200, text, contentType),
          (error: unknown) => answer(response, 500, String(error)),
        );
        return;
      case '/healthz':
        return answerState(response, options.unhealthy());
      default:
        return answerState(response, options.notReady());
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function answerState(response: ServerResponse, problem: string | undefined): void {
  if (problem === undefined) answer(response, 200, 'ok');
  else answer(response, 503, problem);
}

function answer(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}
