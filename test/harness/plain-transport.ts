/**
 * A plain `Transport` over HTTPS for tests that play the world on a real API server. It exists beside the product's
 * client so that the world does not share its bugs; every request is counted.
 */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { Agent, request } from 'undici';
import { type HttpRequest, type Transport, TransportError } from '../../src/base/http.ts';
import { isObject, valueAt } from '../../src/base/json.ts';

export interface CountingTransport extends Transport {
  /** `GET /api/v1/pods`, in order, of everything asked since the last call of `reset`. */
  readonly asked: string[];
  reset(): void;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`expected a string in the kubeconfig, got ${typeof value}`);
  return value;
}

/** Reads server, CA and token of the first cluster and user of a kubeconfig file. */
export function plainTransport(kubeconfigPath: string): CountingTransport {
  const config: unknown = load(readFileSync(kubeconfigPath, 'utf8'));
  if (!isObject(config)) throw new Error(`${kubeconfigPath} is no kubeconfig`);
  const server = text(valueAt(config, ['clusters', 0, 'cluster', 'server']));
  const ca = Buffer.from(text(valueAt(config, ['clusters', 0, 'cluster', 'certificate-authority-data'])), 'base64').toString();
  const token = text(valueAt(config, ['users', 0, 'user', 'token']));
  const agent = new Agent({ connect: { ca }, bodyTimeout: 0, headersTimeout: 60_000, connections: 64 });
  const asked: string[] = [];
  const ask = async ({ method, path, headers, body, signal }: HttpRequest) => {
    asked.push(`${method} ${path.split('?')[0]}`);
    try {
      const answer = await request(server + path, {
        method,
        headers: { ...headers, authorization: `Bearer ${token}` },
        body,
        signal,
        dispatcher: agent,
      });
      const plain = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
      return { status: answer.statusCode, headers: plain, body: answer.body };
    } catch (error) {
      throw new TransportError(signal?.aborted ? 'aborted' : 'unreachable', String(error));
    }
  };
  return {
    asked,
    reset: () => void asked.splice(0),
    async request(options) {
      const answer = await ask(options);
      return { ...answer, body: await answer.body.text() };
    },
    async stream(options) {
      const answer = await ask(options);
      answer.body.setEncoding('utf8');
      async function* pieces(): AsyncGenerator<string> {
        try {
          for await (const piece of answer.body) yield String(piece);
        } catch (error) {
          throw new TransportError(options.signal?.aborted ? 'aborted' : 'broken', String(error));
        }
      }
      return { status: answer.status, headers: answer.headers, body: pieces(), close: () => answer.body.destroy() };
    },
    close: () => agent.destroy(),
  };
}
