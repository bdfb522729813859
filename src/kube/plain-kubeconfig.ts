/**
 * The ordinary kubeconfig, read here: one file whose user has a token, a certificate or a password, and the service
 * account of a pod. Whatever else there is (plugins, providers, several files merged, anything odd or broken) is
 * client-node's business. It stands beside client-node because loading that costs an operator 50 MiB and most of its
 * time to start (bench/RESULTS.md), for a file of twenty lines.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import { isObject, type JsonObject } from '../base/json.ts';

/** What is asked of a kubeconfig: the part of client-node's KubeConfig that is used. */
export interface ReadKubeconfig {
  getCurrentContext(): string;
  getContexts(): { name: string }[];
  getContextObject(name: string): { cluster: string; user: string; namespace?: string } | null;
  getCurrentCluster(): { name: string; server: string; proxyUrl?: string } | null;
  getCurrentUser(): { name: string; exec?: unknown; authProvider?: { name?: string } } | null;
  applyToHTTPSOptions(options: RequestOptions): void | Promise<void>;
}

export type KubeconfigSource = { path: string } | { text: string };

/** Reads one source; undefined where it is not an ordinary one. Throws where its files cannot be read. */
export function readPlainKubeconfig(source: KubeconfigSource, wantedContext?: string): ReadKubeconfig | undefined {
  if ('path' in source && !existsSync(source.path)) return undefined;
  const text = 'path' in source ? readFileSync(source.path, 'utf8') : source.text;
  // JSON is YAML; what does not parse is told by client-node.
  const document = tryLoad(text);
  if (!isObject(document)) return undefined;
  const name = wantedContext ?? document['current-context'];
  const context = named(document.contexts, name, 'context');
  const cluster = context && named(document.clusters, context.cluster, 'cluster');
  const user = context && named(document.users, context.user, 'user');
  if (typeof name !== 'string' || !context || !cluster || !user || !isOrdinary(cluster, clusterFields) || !isOrdinary(user, userFields))
    return undefined;
  const folder = 'path' in source ? dirname(source.path) : '.';
  const credentials: RequestOptions = { ...tlsOf(cluster, user, folder), ...identityOf(user) };
  const namespace = textOf(context.namespace);
  return {
    getCurrentContext: () => name,
    getContexts: () =>
      Array.isArray(document.contexts) ? document.contexts.filter(isObject).map((one) => ({ name: String(one.name) })) : [],
    getContextObject: () => ({ cluster: String(context.cluster), user: String(context.user), ...(namespace ? { namespace } : {}) }),
    getCurrentCluster: () => ({
      name: String(context.cluster),
      server: textOf(cluster.server) ?? '',
      ...(textOf(cluster['proxy-url']) ? { proxyUrl: textOf(cluster['proxy-url']) } : {}),
    }),
    getCurrentUser: () => ({ name: String(context.user) }),
    applyToHTTPSOptions: (options) => void Object.assign(options, credentials),
  };
}

/** Where a pod finds its service account. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster a pod runs on; undefined outside. The token itself is read by the caller, because it rotates. */
export function readServiceAccount(env: Record<string, string | undefined>, folder = serviceAccountFolder): ReadKubeconfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port || !existsSync(`${folder}/ca.crt`) || !existsSync(`${folder}/token`)) return undefined;
  const ca = readFileSync(`${folder}/ca.crt`);
  const namespace = existsSync(`${folder}/namespace`) ? readFileSync(`${folder}/namespace`, 'utf8').trim() : undefined;
  const name = 'in-cluster';
  return {
    getCurrentContext: () => name,
    getContexts: () => [{ name }],
    getContextObject: () => ({ cluster: name, user: name, ...(namespace ? { namespace } : {}) }),
    getCurrentCluster: () => ({ name, server: `https://${host.includes(':') ? `[${host}]` : host}:${port}` }),
    getCurrentUser: () => ({ name }),
    applyToHTTPSOptions: (options) => void Object.assign(options, { ca }),
  };
}

/** A field that is not here makes a kubeconfig client-node's business: better slow than half understood. */
const clusterFields = new Set([
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
  'proxy-url',
]);
const userFields = new Set([
  'token',
  'tokenFile',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'username',
  'password',
  // Read by kubeconfig-user.ts.
  'as',
  'as-uid',
  'as-groups',
]);

function isOrdinary(holder: JsonObject, fields: ReadonlySet<string>): boolean {
  const texts = Object.entries(holder).every(
    ([field, value]) => fields.has(field) && (typeof value === 'string' || field === 'insecure-skip-tls-verify' || field === 'as-groups'),
  );
  return texts && [undefined, true, false].includes(holder['insecure-skip-tls-verify'] as boolean | undefined);
}

function tlsOf(cluster: JsonObject, user: JsonObject, folder: string): RequestOptions {
  const read = (holder: JsonObject, field: string): Buffer | undefined => {
    const data = textOf(holder[`${field}-data`]);
    const file = textOf(holder[field]);
    if (data !== undefined) return Buffer.from(data, 'base64');
    return file === undefined ? undefined : readFileSync(resolve(folder, file));
  };
  const ca = read(cluster, 'certificate-authority');
  const cert = read(user, 'client-certificate');
  const key = read(user, 'client-key');
  const servername = textOf(cluster['tls-server-name']);
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(servername ? { servername } : {}),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
}

function identityOf(user: JsonObject): RequestOptions {
  const token = textOf(user.token);
  if (token !== undefined) return { headers: { Authorization: `Bearer ${token}` } };
  const username = textOf(user.username);
  return username === undefined ? {} : { auth: `${username}:${textOf(user.password) ?? ''}` };
}

function named(list: unknown, name: unknown, field: string): JsonObject | undefined {
  if (!Array.isArray(list) || typeof name !== 'string') return undefined;
  const found = list.filter(isObject).find((one) => one.name === name)?.[field];
  return isObject(found) ? found : undefined;
}

/** Empty counts as absent, as everywhere in a kubeconfig. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function tryLoad(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}
