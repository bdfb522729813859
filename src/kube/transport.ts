/** The three ways to one cluster under one identity: they share credentials and no connection. */
import type { Clock } from '../base/clock.ts';
import type { Transport } from '../base/http.ts';
import type { ConnectionConfig } from './connection.ts';
import { createRequestTransport } from './request-transport.ts';
import { createWatchTransport } from './watch-transport.ts';

export interface Connections {
  requests: Transport;
  watches: Transport;
  /** On a connection of its own: a flood of requests must not cost the leadership. */
  lease: Transport;
  close(): Promise<void>;
}

export interface ConnectOptions {
  clock: Clock;
  /** Connections for requests at most. */
  connections?: number;
  maxResponseBytes?: number;
  /** Time between HTTP/2 pings on watch connections. */
  pingEveryMs?: number;
}

/** Sets the transports up; connections are opened when the first request needs them. */
export function connect(config: ConnectionConfig, { clock, connections, maxResponseBytes, pingEveryMs }: ConnectOptions): Connections {
  const requests = createRequestTransport(config, { clock, connections, maxResponseBytes });
  const watches = createWatchTransport(config, { clock, pingEveryMs });
  const lease = createWatchTransport(config, { clock, pingEveryMs });
  return {
    requests,
    watches,
    lease,
    async close() {
      await Promise.all([requests.close(), watches.close(), lease.close()]);
    },
  };
}
