/**
 * Where the cluster is and who we are: kubeconfig in all its forms and the service account inside a cluster. Ordinary
 * ones are read by plain-kubeconfig.ts, all others by client-node, which knows exec plugins and auth providers. It is
 * loaded only here and only when needed: its models cost a second at start and 50 MiB for good.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../base/clock.ts';
import { failure, invalid, type Result, success } from '../base/errors.ts';
import { TransportError } from '../base/http.ts';
import type { ConnectionConfig, Credentials, IdentityHeaders, TlsMaterial } from './connection.ts';
import { readKubeconfigUser } from './kubeconfig-user.ts';
import { type ReadKubeconfig, readPlainKubeconfig, readServiceAccount, serviceAccountFolder } from './plain-kubeconfig.ts';

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
  /** Overrides the `as` of the kubeconfig. */
  impersonate?: Identity;
  /** The process's environment, where KUBECONFIG and HOME are looked for; client-node's own look-up when absent. */
  env?: Record<string, string | undefined>;
  clock: Clock;
}

export interface LoadedConfig extends ConnectionConfig {
  context: string;
  /** The context's namespace. */
  namespace: string | undefined;
}

/** How long credentials are used before client-node is asked again; it knows when an exec plugin's token runs out. */
const credentialsAgeMs = 10_000;
/** How long the files are believed; service account tokens rotate hourly, and the old one stays valid for a while. */
const filesAgeMs = 60_000;

/** Loads a configuration; problems are Invalid (the file) with what is wrong in it. */
export async function loadConfig(options: ConfigOptions): Promise<Result<LoadedConfig>> {
  let read: () => ReadKubeconfig = () => readPlain(options) ?? unreadable();
  let config: ReadKubeconfig;
  let isPlain = true;
  try {
    const plain = readPlain(options);
    if (!plain) {
      isPlain = false;
      read = await clientNodeReader(options);
    }
    config = plain ?? read();
  } catch (error) {
    return failure(
      invalid('KubeconfigUnreadable', `the kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
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
  const user = readKubeconfigUser(sourcesOf(options), context.user);
  const impersonation = impersonationHeaders(options.impersonate ?? user.actAs);
  if (!impersonation.ok) return impersonation;
  return success({
    server: cluster.server,
    credentials: createCredentials({
      first: config,
      read,
      tokenFile: isPlain && options.inCluster ? `${serviceAccountFolder}/token` : user.tokenFile,
      impersonation: impersonation.value,
      clock: options.clock,
    }),
    ...(cluster.proxyUrl ? { proxy: cluster.proxyUrl } : {}),
    context: name,
    namespace: context.namespace,
  });
}

/** The kubeconfigs that are read, in order of precedence. */
function sourcesOf({ inCluster, text, kubeconfig, env }: ConfigOptions): ({ path: string } | { text: string })[] {
  if (inCluster) return [];
  if (text !== undefined) return [{ text }];
  if (kubeconfig !== undefined) return [{ path: kubeconfig }];
  const listed = (env?.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const home = env?.HOME ?? env?.USERPROFILE;
  const paths = listed.length > 0 ? listed : home ? [join(home, '.kube', 'config')] : [];
  return paths.filter((path) => existsSync(path)).map((path) => ({ path }));
}

/** Undefined where it takes client-node. */
function readPlain(options: ConfigOptions): ReadKubeconfig | undefined {
  if (options.inCluster) return readServiceAccount(options.env ?? {});
  const [source, ...others] = sourcesOf(options);
  return source === undefined || others.length > 0 ? undefined : readPlainKubeconfig(source, options.context);
}

/** A file that was ordinary and is not any more: what was read before stays in use. */
function unreadable(): never {
  throw new Error('it is no longer an ordinary kubeconfig');
}

async function clientNodeReader(options: ConfigOptions): Promise<() => ReadKubeconfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  return () => readConfig(new KubeConfig(), options);
}

function readConfig(config: KubeConfig, options: ConfigOptions): ReadKubeconfig {
  if (options.inCluster) config.loadFromCluster();
  else if (options.text !== undefined) config.loadFromString(options.text);
  else if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig);
  else config.loadFromDefault();
  if (options.context !== undefined) config.setCurrentContext(options.context);
  return config;
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

interface CredentialSource {
  first: ReadKubeconfig;
  /** Reads the files anew; throws where they cannot be read. */
  read: () => ReadKubeconfig;
  tokenFile: string | undefined;
  impersonation: IdentityHeaders;
  clock: Clock;
}

/** Credentials of the current user, looked up anew from time to time and whenever the server answers 401. */
function createCredentials({ first, read, tokenFile, impersonation, clock }: CredentialSource): Credentials {
  let config = first;
  let readAt = clock.monotonic();
  let cached: { at: number; headers: IdentityHeaders; tls: TlsMaterial } | undefined;
  let loading: Promise<{ headers: IdentityHeaders; tls: TlsMaterial }> | undefined;

  const look = async (): Promise<{ headers: IdentityHeaders; tls: TlsMaterial }> => {
    // client-node reads certificates and tokens of a kubeconfig once for all, and believes a pod's token for a minute.
    if (isFromFiles(config) && clock.monotonic() - readAt >= filesAgeMs) {
      try {
        config = read();
        readAt = clock.monotonic();
      } catch {
        // A file that is being replaced at this moment; what was read before may still serve.
      }
    }
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
      if (name.toLowerCase() === 'authorization' && value !== undefined) headers.authorization = String(value).trim();
    }
    if (typeof applied.auth === 'string') headers.authorization = `Basic ${Buffer.from(applied.auth).toString('base64')}`;
    // Small, and read at most every ten seconds.
    if (tokenFile !== undefined) headers.authorization = `Bearer ${readToken(tokenFile)}`;
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
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new TransportError('unreachable', `the token file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Credentials that stand in files. Plugins and providers have a life of their own, which reading anew would cut short. */
function isFromFiles(config: ReadKubeconfig): boolean {
  const user = config.getCurrentUser();
  return !user?.exec && (!user?.authProvider || user.authProvider.name === 'tokenFile');
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
