/**
 * Service, Ingress and the Gateway API. Addresses never hold: clusters without a load balancer, and ingress
 * controllers that never fill the status, must still get applications to `running`.
 */

import type { Condition, KubeObject } from '../api/object.ts';
import { jsonEqual } from '../base/json.ts';
import { conditionIn, conditionsAt, numberAt, objectAt, objectsAt, textAt } from './fields.ts';
import { type Assessment, degraded, healthy, progressing, type Rule, wordsOf } from './rule.ts';

/** Addresses of a load balancer: some clouds give an IP, some a host name. */
function addresses(object: KubeObject): string[] {
  return objectsAt(object, 'status.loadBalancer.ingress').flatMap((entry) => textAt(entry, 'ip') ?? textAt(entry, 'hostname') ?? []);
}

export const service: Rule = {
  holds: false,
  assess(object, { readyEndpoints }) {
    if (textAt(object, 'spec.type') === 'LoadBalancer' && addresses(object).length === 0) {
      return progressing('LoadBalancerPending', 'waits for an address from the load balancer');
    }
    if (readyEndpoints === 0 && objectAt(object, 'spec.selector') !== undefined) {
      return healthy('NoEndpoints', 'no pod is ready behind it');
    }
    return healthy('Ready');
  },
};

export const ingress: Rule = {
  holds: false,
  assess: (object) =>
    addresses(object).length > 0
      ? healthy('AddressAssigned')
      : progressing('AddressPending', 'waits for an address from the ingress controller'),
};

/** HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute: every parent the route names has to accept its newest generation. */
export const gatewayRoute: Rule = {
  holds: false,
  assess(object) {
    const reports = objectsAt(object, 'status.parents');
    for (const wanted of objectsAt(object, 'spec.parentRefs')) {
      const name = textAt(wanted, 'name') ?? '';
      const of = reports.filter((report) => isSameParent(objectAt(report, 'parentRef'), wanted, object));
      const current = of.map((report) => conditionsAt(report, 'conditions')).filter((conditions) => isCurrent(conditions, object));
      if (current.length === 0) return progressing('NotYetAccepted', `waits for gateway ${name}`);
      for (const conditions of current) {
        for (const condition of conditions) {
          if ((condition.type === 'Accepted' || condition.type === 'ResolvedRefs') && condition.status === 'False') {
            return degraded(condition.reason ?? condition.type, `gateway ${name}: ${condition.message ?? condition.reason ?? 'refused'}`);
          }
        }
        if (!conditions.some((condition) => condition.type === 'Accepted' && condition.status === 'True')) {
          return progressing('NotYetAccepted', `waits for gateway ${name}`);
        }
      }
    }
    return objectsAt(object, 'spec.parentRefs').length === 0 ? degraded('NoParent', 'the route names no gateway') : healthy('Accepted');
  },
};

function isCurrent(conditions: readonly Condition[], object: KubeObject): boolean {
  const { generation } = object.metadata;
  return (
    conditions.length > 0 && conditions.every(({ observedGeneration }) => (observedGeneration ?? generation ?? 0) === (generation ?? 0))
  );
}

/** Whether a report is about the parent a route names; the fields left out have the same defaults on both sides. */
function isSameParent(reported: unknown, wanted: unknown, route: KubeObject): boolean {
  const identity = (reference: unknown): unknown[] => [
    textAt(reference, 'group') ?? 'gateway.networking.k8s.io',
    textAt(reference, 'kind') ?? 'Gateway',
    textAt(reference, 'namespace') ?? route.metadata.namespace,
    textAt(reference, 'name'),
    textAt(reference, 'sectionName'),
    numberAt(reference, 'port'),
  ];
  return jsonEqual(identity(reported), identity(wanted));
}

export const gateway: Rule = {
  holds: false,
  assess(object) {
    const own = gatewayConditions(conditionsAt(object), object);
    if (own !== undefined) return own;
    for (const listener of objectsAt(object, 'status.listeners')) {
      const found = gatewayConditions(conditionsAt(listener, 'conditions'), object, textAt(listener, 'name'));
      if (found !== undefined) return found;
    }
    return healthy('Programmed');
  },
};

/** What is missing in the conditions of a gateway or of one of its listeners. */
function gatewayConditions(conditions: readonly Condition[], object: KubeObject, listener?: string): Assessment | undefined {
  const where = listener === undefined ? '' : `listener ${listener}: `;
  const wanted = listener === undefined ? ['Accepted', 'Programmed'] : ['Accepted', 'ResolvedRefs', 'Programmed'];
  if (!isCurrent(conditions, object)) return progressing('NotYetAccepted', `${where}waits for the gateway controller`);
  for (const type of wanted) {
    const condition = conditions.find((candidate) => candidate.type === type);
    if (condition?.status === 'True') continue;
    // Not programmed yet is the normal way up; not accepted is an error of the user.
    if (condition?.status === 'False' && type !== 'Programmed') {
      const [reason, message] = wordsOf(condition);
      return degraded(reason, where + message);
    }
    return progressing(`Not${type}`, `${where}${condition?.message ?? `not yet ${type}`}`);
  }
  return undefined;
}

/** multicluster.x-k8s.io ServiceExport. */
export const serviceExport: Rule = {
  holds: false,
  assess(object) {
    const conflict = conditionIn(object, 'Conflict');
    if (conflict?.status === 'True') return degraded(...wordsOf(conflict));
    const valid = conditionIn(object, 'Valid');
    if (valid?.status === 'False') return degraded(...wordsOf(valid));
    return valid?.status === 'True' ? healthy('Valid') : progressing('NotYetExported', 'waits for the controller of exports');
  },
};

/** Istio's kinds have no status by default; with Istio's analysis switched on, its errors count. */
export const istioConfiguration: Rule = {
  holds: false,
  assess(object) {
    const error = objectsAt(object, 'status.validationMessages').find((message) => textAt(message, 'level')?.toUpperCase() === 'ERROR');
    if (error === undefined) return healthy('Exists');
    return degraded(textAt(error, 'type.name') ?? 'ValidationError', textAt(error, 'documentationUrl') ?? 'Istio found an error');
  },
};
