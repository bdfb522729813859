/**
 * A real kube-apiserver, where LATEEN_TEST_KUBECONFIG names one: raw HTTPS with the kubeconfig's CA and token,
 * so that what is compared is the server's answer and not a client's view of it.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { load } from 'js-yaml';
import { isObject, type JsonObject } from '../../../src/base/json.ts';

export interface Answer {
  status: number;
  body: JsonObject;
}

export interface RealServer {
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  close(): void;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const pem = (value: unknown): string | undefined => (typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined);
const first = (list: unknown, name: string): JsonObject => {
  const [entry] = Array.isArray(list) ? list : [];
  const inner = isObject(entry) ? entry[name] : undefined;
  return isObject(inner) ? inner : {};
};

/** The server, or undefined where the environment names none. */
export function realServer(): RealServer | undefined {
  const file = process.env.LATEEN_TEST_KUBECONFIG;
  if (file === undefined || file === '') return undefined;
  const config = load(readFileSync(file, 'utf8'));
  if (!isObject(config)) throw new Error(`${file} is no kubeconfig`);
  const cluster = first(config.clusters, 'cluster');
  const user = first(config.users, 'user');
  const agent = new Agent({
    keepAlive: true,
    ca: pem(cluster['certificate-authority-data']),
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
  });
  const base = text(cluster.server);
  const send = (method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string> = { 'user-agent': 'lateen-test', accept: 'application/json' };
      if (user.token !== undefined) headers.authorization = `Bearer ${text(user.token)}`;
      if (body !== undefined) headers['content-type'] = contentType;
      const outgoing = request(new URL(path, base), { method, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
          resolve({ status: response.statusCode ?? 0, body: isObject(answer) ? answer : {} });
        });
      });
      outgoing.on('error', reject);
      if (body !== undefined) outgoing.write(JSON.stringify(body));
      outgoing.end();
    });
  return { send, close: () => agent.destroy() };
}
