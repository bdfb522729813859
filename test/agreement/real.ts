/** A Transport to a real API server, made from a kubeconfig; only for agreement runs. */
import { readFileSync } from 'node:fs';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import { load } from 'js-yaml';
import { type HttpRequest, type Transport, TransportError } from '../../src/base/http.ts';
import { isObject, valueAt } from '../../src/base/json.ts';

const text = (value: unknown, ...path: (string | number)[]): string => {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
};

function pem(entry: unknown, field: string): string | undefined {
  const data = text(entry, `${field}-data`);
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const file = text(entry, field);
  return file === '' ? undefined : readFileSync(file, 'utf8');
}

function named(config: unknown, list: string, name: string): unknown {
  const entries = valueAt(config, [list]);
  return Array.isArray(entries) ? entries.find((entry) => isObject(entry) && entry.name === name) : undefined;
}

export function realTransport(kubeconfigPath: string): Transport {
  const config: unknown = load(readFileSync(kubeconfigPath, 'utf8'));
  const context = valueAt(named(config, 'contexts', text(config, 'current-context')), ['context']);
  const cluster = valueAt(named(config, 'clusters', text(context, 'cluster')), ['cluster']);
  const user = valueAt(named(config, 'users', text(context, 'user')), ['user']);
  const server = new URL(text(cluster, 'server'));
  const options: AgentOptions = { keepAlive: true, maxSockets: 8 };
  const ca = pem(cluster, 'certificate-authority');
  if (ca !== undefined) options.ca = ca;
  else options.rejectUnauthorized = valueAt(cluster, ['insecure-skip-tls-verify']) !== true;
  const cert = pem(user, 'client-certificate');
  const key = pem(user, 'client-key');
  if (cert !== undefined && key !== undefined) Object.assign(options, { cert, key });
  const agent = new Agent(options);
  const token = text(user, 'token');
  const send = (request: HttpRequest): Promise<{ status: number; headers: Record<string, string>; body: string }> =>
    new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          agent,
          host: server.hostname,
          port: server.port,
          method: request.method,
          path: request.path,
          headers: {
            ...request.headers,
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            ...(request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body) }),
          },
          timeout: request.timeoutMs,
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () => {
            const headers: Record<string, string> = {};
            for (const [name, value] of Object.entries(response.headers))
              if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
            resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(pieces).toString('utf8') });
          });
        },
      );
      outgoing.on('error', (error) => reject(new TransportError('unreachable', error.message)));
      outgoing.end(request.body);
    });
  return {
    request: send,
    stream: async (request) => {
      const response = await send(request);
      return {
        ...response,
        body: (async function* () {
          yield response.body;
        })(),
        close: () => undefined,
      };
    },
    close: async () => agent.destroy(),
  };
}
