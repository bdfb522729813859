/**
 * Where the cluster is and who we are: kubeconfig in all its forms and the service account inside a cluster, both
 * through client-node, which knows exec plugins, auth providers, token files and their rotation. It is loaded only
 * here and only when needed: its models cost a second at start.
 */
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../base/clock.ts';
import { failure, invalid, type Result, success } from '../base/errors.ts';
import { TransportError } from '../base/http.ts';
import type { ConnectionConfig, Credentials, IdentityHeaders, TlsMaterial } from './connection.ts';

/** On whose behalf requests are sent; the API server checks that we may. */
export interface Identity {
  user: string;
  groups?: string[];
  uid?: string;
}

export interface ConfigOptions {
  /** Path of a kubeconfig; without it KUBECONFIG, then ~/.kube/config, then the service account. */
  kubeconfig?: string;
  /** Its text, instead of a path. */
  text?: string;
  /** Name of a context; the current one by default. */
  context?: string;
  /** Use the pod's service account, whatever else is there. */
  inCluster?: boolean;
  impersonate?: Identity;
  clock: Clock;
}

export interface LoadedConfig extends ConnectionConfig {
  context: string;
  /** The context's namespace. */
  namespace: string | undefined;
}

/** How long credentials are used before they are looked up again; token files rotate hourly, exec tokens tell. */
const credentialsAgeMs = 10_000;

/** Loads a configuration; problems are Invalid (the file) with what is wrong in it. */
export async function loadConfig(options: ConfigOptions): Promise<Result<LoadedConfig>> {
  const impersonation = impersonationHeaders(options.impersonate);
  if (!impersonation.ok) return impersonation;
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (options.inCluster) config.loadFromCluster();
    else if (options.text !== undefined) config.loadFromString(options.text);
    else if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig);
    else config.loadFromDefault();
  } catch (error) {
    return failure(
      invalid('KubeconfigUnreadable', `the kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
  if (options.context !== undefined) config.setCurrentContext(options.context);
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  if (!context) {
    const known = (config.getContexts() ?? []).map((one) => one.name).join(', ');
    return failure(invalid('KubeconfigInvalid', `the kubeconfig has no context "${name ?? ''}" (it has: ${known || 'none'})`));
  }
  const cluster = config.getCurrentCluster();
  if (!cluster)
    return failure(
      invalid('KubeconfigInvalid', `context "${name}" names the cluster "${context.cluster}", which is not in the kubeconfig`),
    );
  if (!isServerUrl(cluster.server)) {
    return failure(
      invalid('KubeconfigInvalid', `cluster "${cluster.name}" has no http or https URL as server (got ${JSON.stringify(cluster.server)})`),
    );
  }
  return success({
    server: cluster.server,
    credentials: createCredentials(config, impersonation.value, options.clock),
    ...(cluster.proxyUrl ? { proxy: cluster.proxyUrl } : {}),
    context: name,
    namespace: context.namespace,
  });
}

function isServerUrl(server: unknown): boolean {
  return typeof server === 'string' && /^https?:\/\//.test(server) && URL.canParse(server);
}

/**
 * Headers that impersonate; an empty user is refused, because the API server would carry the request out as us
 * (F48, CVE-2026-23990 elsewhere).
 */
export function impersonationHeaders(identity: Identity | undefined): Result<IdentityHeaders> {
  if (!identity) return success({});
  const parts = [identity.user, ...(identity.groups ?? [])];
  if (parts.some((part) => typeof part !== 'string' || part.trim() === '')) {
    return failure({
      kind: 'Denied',
      code: 'EmptyIdentity',
      message: 'an identity to act as must name a user and no empty group: nothing was sent',
    });
  }
  if (parts.some((part) => /[\r\n\0]/.test(part))) {
    return failure({ kind: 'Denied', code: 'InvalidIdentity', message: `"${identity.user}" is no identity: it holds control characters` });
  }
  return success({
    'impersonate-user': identity.user,
    ...(identity.groups && identity.groups.length > 0 ? { 'impersonate-group': identity.groups } : {}),
    ...(identity.uid ? { 'impersonate-uid': identity.uid } : {}),
  });
}

/** Credentials of the current user, looked up anew from time to time and whenever the server answers 401. */
function createCredentials(config: KubeConfig, impersonation: IdentityHeaders, clock: Clock): Credentials {
  let cached: { at: number; headers: IdentityHeaders; tls: TlsMaterial } | undefined;
  let loading: Promise<{ headers: IdentityHeaders; tls: TlsMaterial }> | undefined;

  const look = async (): Promise<{ headers: IdentityHeaders; tls: TlsMaterial }> => {
    const applied: RequestOptions = { headers: {} };
    try {
      await config.applyToHTTPSOptions(applied);
    } catch (error) {
      // An exec plugin that failed, a token file that is gone: no request went out.
      throw new TransportError(
        'unreachable',
        `no credentials for ${config.getCurrentUser()?.name ?? 'the user'}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const headers: IdentityHeaders = { ...impersonation };
    for (const [name, value] of Object.entries(applied.headers ?? {})) {
      if (name.toLowerCase() === 'authorization' && value !== undefined) headers.authorization = String(value);
    }
    if (typeof applied.auth === 'string') headers.authorization = `Basic ${Buffer.from(applied.auth).toString('base64')}`;
    const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = applied;
    const tls = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } as TlsMaterial;
    cached = { at: clock.monotonic(), headers, tls: withoutUndefined(tls) };
    return cached;
  };

  const current = (): { headers: IdentityHeaders; tls: TlsMaterial } | Promise<{ headers: IdentityHeaders; tls: TlsMaterial }> => {
    if (cached && clock.monotonic() - cached.at < credentialsAgeMs) return cached;
    loading ??= look().finally(() => {
      loading = undefined;
    });
    return loading;
  };

  return {
    headers() {
      const found = current();
      return found instanceof Promise ? found.then(({ headers }) => headers) : found.headers;
    },
    tls() {
      const found = current();
      return found instanceof Promise ? found.then(({ tls }) => tls) : found.tls;
    },
    renew() {
      cached = undefined;
    },
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
