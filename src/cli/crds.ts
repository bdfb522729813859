/** Brings the CustomResourceDefinitions of crds/ into a cluster and waits until they are served. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import type { KubeObject } from '../api/object.ts';
import { type Clock, sleep } from '../base/clock.ts';
import { isObject, valueAt } from '../base/json.ts';
import type { OwnedClient } from '../kube/client.ts';
import type { ApiFailure } from '../kube/types.ts';

/** As an installer of its own, apart from the operator's manager `lateen`. */
const installManager = 'lateen-install';

/** The CRDs as `npm run generate` wrote them, in the order of their names. */
export function readCrds(folder: string = fileURLToPath(new URL('../../crds/', import.meta.url))): KubeObject[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const object: unknown = load(readFileSync(`${folder}/${file}`, 'utf8'));
      if (!isKubeObject(object)) throw new Error(`crds/${file} holds no object`);
      return object;
    });
}

function isKubeObject(value: unknown): value is KubeObject {
  return isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string' && isObject(value.metadata);
}

export type CrdOutcome = 'created' | 'configured' | 'unchanged';

export interface InstallOptions {
  client: OwnedClient;
  clock: Clock;
  crds: readonly KubeObject[];
  dryRun?: boolean;
  /** Longest wait for one CRD to be served, in ms. */
  timeoutMs?: number;
  /** Told of each CRD when it is done. */
  onDone?: (name: string, outcome: CrdOutcome) => void;
}

export type Installed = { ok: true } | { ok: false; name: string; failure: ApiFailure };

/** Applies all CRDs, then waits until each is established. Doing it twice changes nothing. */
export async function installCrds({ client, clock, crds, dryRun = false, timeoutMs = 60_000, onDone }: InstallOptions): Promise<Installed> {
  for (const crd of crds) {
    const { name } = crd.metadata;
    const ref = { apiVersion: crd.apiVersion, kind: crd.kind, name };
    const before = await client.get(ref);
    if (!before.ok && before.failure.httpStatus !== 404) return { ok: false, name, failure: before.failure };
    const applied = await client.apply(crd, { fieldManager: installManager, force: true, dryRun });
    if (!applied.ok) return { ok: false, name, failure: applied.failure };
    const isSame = before.ok && before.value.metadata.generation === applied.value.metadata.generation;
    onDone?.(name, !before.ok ? 'created' : isSame ? 'unchanged' : 'configured');
  }
  if (dryRun) return { ok: true };
  for (const crd of crds) {
    const failure = await untilEstablished(crd, client, clock, timeoutMs);
    if (failure) return { ok: false, name: crd.metadata.name, failure };
  }
  client.invalidateDiscovery();
  return { ok: true };
}

async function untilEstablished(crd: KubeObject, client: OwnedClient, clock: Clock, timeoutMs: number): Promise<ApiFailure | undefined> {
  const deadline = clock.monotonic() + timeoutMs;
  const { apiVersion, kind } = crd;
  const { name } = crd.metadata;
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 1000)) {
    const found = await client.get({ apiVersion, kind, name });
    if (!found.ok) return found.failure;
    if (isEstablished(found.value)) return undefined;
    if (clock.monotonic() >= deadline) {
      const message = `it is not served ${Math.round(timeoutMs / 1000)} s after it was applied: ${refusalIn(found.value)}`;
      return { httpStatus: 200, reason: 'NotEstablished', message };
    }
    await sleep(clock, waitMs);
  }
}

function conditionsOf(crd: KubeObject): { type?: unknown; status?: unknown; message?: unknown }[] {
  const conditions = valueAt(crd, ['status', 'conditions']);
  return Array.isArray(conditions) ? conditions.filter(isObject) : [];
}

function isEstablished(crd: KubeObject): boolean {
  return conditionsOf(crd).some(({ type, status }) => type === 'Established' && status === 'True');
}

function refusalIn(crd: KubeObject): string {
  const found = conditionsOf(crd).find(({ status, message }) => status === 'False' && typeof message === 'string');
  return typeof found?.message === 'string' ? found.message : 'the API server says nothing about it';
}
