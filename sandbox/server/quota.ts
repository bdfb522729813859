/** Admission of ResourceQuota: pods, counts of objects, and requests and limits of CPU and memory. */
import { isObject } from '../../src/base/json.ts';
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../../src/schema/index.ts';
import { items } from './columns/cells.ts';
import type { AdmissionCheck, Engine } from './engine.ts';
import type { KubeObject } from './object.ts';
import { forbidden, qualified } from './refusal.ts';
import type { Resource } from './resources.ts';

/** Old names of object counts. */
const named: Record<string, string> = {
  '/configmaps': 'configmaps',
  '/persistentvolumeclaims': 'persistentvolumeclaims',
  '/resourcequotas': 'resourcequotas',
  '/secrets': 'secrets',
  '/services': 'services',
};

const zero = parseQuantity('0');

/** What one object takes of each name a quota can limit. */
export function usageOf(resource: Pick<Resource, 'storage' | 'group' | 'plural'>, object: KubeObject): Map<string, Quantity> {
  const usage = new Map<string, Quantity>();
  const one = parseQuantity('1');
  if (!one || !zero) return usage;
  usage.set(`count/${qualified(resource)}`, one);
  const short = named[resource.storage];
  if (short) usage.set(short, one);
  if (resource.storage === '/pods') {
    if (isObject(object.status) && (object.status.phase === 'Succeeded' || object.status.phase === 'Failed')) return usage;
    usage.set('pods', one);
    for (const container of items(object, 'spec', 'containers')) {
      const resources = isObject(container) && isObject(container.resources) ? container.resources : {};
      for (const part of ['requests', 'limits'] as const) {
        const amounts = isObject(resources[part]) ? resources[part] : {};
        for (const [name, amount] of Object.entries(amounts)) {
          const parsed = typeof amount === 'string' || typeof amount === 'number' ? parseQuantity(amount) : undefined;
          if (!parsed) continue;
          for (const key of part === 'requests' ? [`requests.${name}`, name] : [`limits.${name}`]) {
            const sum = usage.get(key);
            usage.set(key, sum ? addQuantity(sum, parsed) : parsed);
          }
        }
      }
    }
  }
  return usage;
}

const limitsOf = (quota: KubeObject): [string, Quantity][] => {
  const hard = isObject(quota.spec) && isObject(quota.spec.hard) ? quota.spec.hard : {};
  return Object.entries(hard).flatMap(([name, amount]): [string, Quantity][] => {
    const parsed = typeof amount === 'string' || typeof amount === 'number' ? parseQuantity(amount) : undefined;
    return parsed ? [[name, parsed]] : [];
  });
};

/** What a namespace uses of the names one quota limits. */
function usedNow(engine: Engine, namespace: string, names: readonly string[]): Map<string, Quantity> {
  const used = new Map<string, Quantity>();
  if (!zero) return used;
  for (const name of names) used.set(name, zero);
  for (const storage of engine.store.resources()) {
    const slash = storage.indexOf('/');
    const resource = { storage, group: storage.slice(0, slash), plural: storage.slice(slash + 1) };
    const counted =
      names.includes(`count/${qualified(resource)}`) ||
      (named[storage] !== undefined && names.includes(named[storage])) ||
      storage === '/pods';
    if (!counted) continue;
    for (const { object } of engine.store.list(storage, namespace)) {
      for (const [name, amount] of usageOf(resource, object)) {
        const sum = used.get(name);
        if (sum) used.set(name, addQuantity(sum, amount));
      }
    }
  }
  return used;
}

const written = (amounts: readonly [string, Quantity][]): string =>
  amounts.map(([name, amount]) => `${name}=${formatQuantity(amount)}`).join(',');

/** The check that stands in the way of a create that would exceed a quota. Usage is counted, not estimated. */
export function quotaCheck(engine: Engine): AdmissionCheck {
  return ({ operation, resource, object }) => {
    const { namespace } = object.metadata;
    if (operation !== 'create' || namespace === undefined) return;
    const quotas = engine.store.list('/resourcequotas', namespace);
    if (quotas.length === 0) return;
    const wanted = usageOf(resource, object);
    for (const { object: quota } of quotas) {
      if (isObject(quota.spec) && (quota.spec.scopes !== undefined || quota.spec.scopeSelector !== undefined)) continue;
      const hard = limitsOf(quota).filter(([name]) => wanted.has(name) || demandsRequest(resource, name));
      if (hard.length === 0) continue;
      const missing = hard.filter(([name]) => !wanted.has(name)).map(([name]) => name);
      if (missing.length > 0)
        throw forbidden(
          resource,
          object.metadata.name,
          `failed quota: ${quota.metadata.name}: must specify ${missing
            .sort()
            .map((name) => `${name} for: ${containersOf(object)}`)
            .join('; ')}`,
        );
      const used = usedNow(
        engine,
        namespace,
        hard.map(([name]) => name),
      );
      const exceeded = hard.filter(([name, limit]) => {
        const [now, more] = [used.get(name), wanted.get(name)];
        return now !== undefined && more !== undefined && compareQuantity(addQuantity(now, more), limit) > 0;
      });
      if (exceeded.length === 0) continue;
      const pick = (source: Map<string, Quantity>): [string, Quantity][] =>
        exceeded.flatMap(([name]): [string, Quantity][] => {
          const amount = source.get(name);
          return amount ? [[name, amount]] : [];
        });
      throw forbidden(
        resource,
        object.metadata.name,
        `exceeded quota: ${quota.metadata.name}, requested: ${written(pick(wanted))}, used: ${written(pick(used))}, limited: ${written(exceeded)}`,
      );
    }
  };
}

const demandsRequest = (resource: Resource, name: string): boolean =>
  resource.storage === '/pods' && /^(requests\.|limits\.)?(cpu|memory)$/.test(name);

const containersOf = (pod: KubeObject): string =>
  items(pod, 'spec', 'containers')
    .map((container) => (isObject(container) ? String(container.name) : ''))
    .join(',');

/** Keeps `status.hard` and `status.used` of every quota current, on the clock. */
export function followQuotas(engine: Engine): () => void {
  const due = new Set<string>();
  return engine.store.subscribe('*', (change) => {
    const { namespace } = change.current.object.metadata;
    if (namespace === undefined || due.has(namespace)) return;
    if (change.resource === '/resourcequotas' ? change.type === 'DELETED' : engine.store.list('/resourcequotas', namespace).length === 0)
      return;
    due.add(namespace);
    engine.clock.after(5, () => {
      due.delete(namespace);
      for (const { object: quota } of engine.store.list('/resourcequotas', namespace)) reportQuota(engine, quota, namespace);
    });
  });
}

function reportQuota(engine: Engine, quota: KubeObject, namespace: string): void {
  const limits = limitsOf(quota);
  const used = usedNow(
    engine,
    namespace,
    limits.map(([name]) => name),
  );
  const hard = Object.fromEntries(limits.map(([name, amount]) => [name, formatQuantity(amount)]));
  const usedText = Object.fromEntries([...used].map(([name, amount]) => [name, formatQuantity(amount)]));
  const status = { hard, used: usedText };
  if (JSON.stringify(quota.status) !== JSON.stringify(status)) engine.store.put('/resourcequotas', { ...quota, status });
}
