/**
 * Declares a suite once and runs it on every API server there is. What cannot run is said with its reason and counted
 * as skipped; where a real server was asked for and there is none, the run fails.
 */
import { embeddedServer, realServerOrReason, type Server } from './servers.ts';

let real: Promise<Server | { reason: string; wanted: boolean }> | undefined;

/** One real server for the whole process: it takes seconds to start. */
export function sharedRealServer(): Promise<Server | { reason: string; wanted: boolean }> {
  real ??= realServerOrReason(process.env);
  return real;
}

export async function closeSharedRealServer(): Promise<void> {
  const server = await real;
  if (server && 'kind' in server) await server.close();
  real = undefined;
}

/** @param suite declares tests; `server()` is valid inside hooks and tests. */
export function onEachServer(title: string, suite: (server: () => Server) => void): void {
  describe(`${title} (embedded API server)`, () => {
    let server: Server;
    before(async () => {
      server = await embeddedServer();
    });
    after(() => server.close());
    suite(() => server);
  });
  describe(`${title} (real kube-apiserver)`, () => {
    let server: Server | undefined;
    before(async function () {
      this.timeout(900_000);
      const found = await sharedRealServer();
      if ('kind' in found) {
        server = found;
        return;
      }
      if (found.wanted) throw new Error(`a real kube-apiserver was asked for: ${found.reason}`);
      this.skip();
    });
    suite(() => {
      if (!server) throw new Error('the real kube-apiserver is not there');
      return server;
    });
  });
}
