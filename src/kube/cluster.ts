/** Everything that talks to one cluster as one identity, put together: what entry points and tests begin with. */
import type { Clock } from '../base/clock.ts';
import type { Transport } from '../base/http.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { createClient, type OwnedClient } from './client.ts';
import type { ConnectionConfig } from './connection.ts';
import type { SentRequest } from './exchange.ts';
import { createInformers, type OwnedInformers } from './informers.ts';
import { connect } from './transport.ts';
import type { KubeClient } from './types.ts';

export interface ClusterOptions {
  /** Name of the cluster, `local` for the one the operator runs on. */
  name?: string;
  clock: Clock;
  random: Random;
  log: Logger;
  inFlight?: number;
  onRequest?: (sent: SentRequest) => void;
}

export interface Cluster {
  client: OwnedClient;
  informers: OwnedInformers;
  /** The same identity over a connection of its own, for the Lease. */
  leaseClient: KubeClient;
  /** A CRD came, changed or went: kinds are looked up anew, and informers that wait for one try again. */
  kindsChanged(): void;
  /** Stops the watches and closes all connections. */
  close(): Promise<void>;
}

/** A cluster over the network. */
export function openCluster(config: ConnectionConfig, options: ClusterOptions): Cluster {
  const { clock, inFlight } = options;
  const connections = connect(config, { clock, connections: inFlight });
  return clusterOver({ ...connections, close: connections.close }, options);
}

/** A cluster in this process, over one transport (the embedded API server, a simulated network). */
export function clusterInProcess(transport: Transport, options: ClusterOptions): Cluster {
  return clusterOver({ requests: transport, watches: transport, lease: transport, close: () => transport.close() }, options);
}

function clusterOver(
  transports: { requests: Transport; watches: Transport; lease: Transport; close(): Promise<void> },
  { name = 'local', clock, random, log, inFlight, onRequest }: ClusterOptions,
): Cluster {
  const client = createClient({
    cluster: name,
    transport: transports.requests,
    watchTransport: transports.watches,
    clock,
    random,
    inFlight,
    onRequest,
  });
  // A Lease request that takes longer than two retry periods comes too late anyhow.
  const leaseClient = createClient({
    cluster: name,
    transport: transports.lease,
    discovery: client.discovery,
    clock,
    random,
    timeoutMs: 5000,
  });
  const informers = createInformers({ client, clock, random, log });
  return {
    client,
    informers,
    leaseClient,
    kindsChanged() {
      client.invalidateDiscovery();
      informers.hurry();
    },
    async close() {
      await informers.stop();
      await transports.close();
    },
  };
}
