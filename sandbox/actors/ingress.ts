/** Plays an ingress controller as far as its status: an address after a while, unless it is withheld. */
import { type Actor, type Decision, nothingToDo, ownKey, source, splitKey } from './actor.ts';
import { type Ingress, ingresses } from './kinds.ts';
import type { Stage } from './stage.ts';

export interface IngressObserved {
  ingress: Ingress;
  waitedMs: number;
  ingressMs: number;
  isWithheld: boolean;
}

/** From what is seen of an Ingress to its address, or when that is due. */
export function decideIngress({ ingress, waitedMs, ingressMs, isWithheld }: IngressObserved): Decision {
  if (ingress.metadata.deletionTimestamp !== undefined || isWithheld || ingress.status?.loadBalancer?.ingress?.length) return nothingToDo;
  if (waitedMs < ingressMs) return { writes: [], againInMs: ingressMs - waitedMs };
  const status = { ...ingress.status, loadBalancer: { ingress: [{ ip: '198.51.100.10' }] } };
  return { writes: [{ verb: 'status', resource: ingresses, object: { ...ingress, status } as Ingress }] };
}

export function ingressActor({ views, clock, settings }: Stage): Actor {
  const ofIngresses = views(ingresses);
  const since = new Map<string, number>();
  return {
    name: 'ingress',
    fieldManager: 'ingress-controller',
    sources: [source(ofIngresses, ownKey)],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const ingress = ofIngresses.get(namespace, name);
      if (!ingress) {
        since.delete(key);
        return nothingToDo;
      }
      const first = since.get(key) ?? clock.monotonic();
      since.set(key, first);
      return decideIngress({
        ingress,
        waitedMs: clock.monotonic() - first,
        ingressMs: settings.delays.ingressMs,
        isWithheld: settings.withholdIngresses,
      });
    },
  };
}
