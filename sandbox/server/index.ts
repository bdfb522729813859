/** The embedded API server: what the rest of the sandbox, tests and `npm start` use of it. */
import { type Listening, type ListenOptions, listen as openPort } from './listen.ts';
import { type ApiServer, type ApiServerOptions, createServer } from './server.ts';

export interface EmbeddedApiServer extends ApiServer {
  /** Serves HTTPS on loopback until `close`. */
  listen(options: Omit<ListenOptions, 'now'>): Promise<Listening>;
}

/** Makes an API server with nothing in it but the system's namespaces. It starts no timer but on `clock`. */
export function createApiServer(options: ApiServerOptions): EmbeddedApiServer {
  const server = createServer(options);
  return { ...server, listen: (where) => openPort(server, { ...where, now: () => options.clock.now() }) };
}

export { celEvaluator } from './cel.ts';
export type { AccessQuestion, Authorizer } from './engine.ts';
export type { Listening } from './listen.ts';
export type { Identity, KubeObject } from './object.ts';
export type { ApiServerOptions, Fault, SeenRequest } from './server.ts';
