/**
 * What it takes to reach one cluster as one identity, as data and functions. config.ts makes these from a
 * kubeconfig or from inside a cluster; tests write them by hand.
 */
import type { ConnectionOptions } from 'node:tls';

/** What TLS needs; read anew for every connection, because certificates rotate. */
export type TlsMaterial = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'servername' | 'rejectUnauthorized'>;

/** Headers of an identity; a list becomes a repeated header (Impersonate-Group). */
export type IdentityHeaders = Record<string, string | string[]>;

export interface Credentials {
  /** Headers for a request; cheap, called for each one. */
  headers(): IdentityHeaders | Promise<IdentityHeaders>;
  tls(): TlsMaterial | Promise<TlsMaterial>;
  /** The server answered 401: what is cached is void. */
  renew(): void;
}

export interface ConnectionConfig {
  /** URL of the API server, with a path prefix where a gateway stands before it. */
  server: string;
  credentials: Credentials;
  /** http://, https:// or socks5:// URL. */
  proxy?: string;
}

/** A connection without any credentials, for the embedded API server on loopback. */
export const anonymous: Credentials = { headers: () => ({}), tls: () => ({}), renew: () => undefined };
