/**
 * Plays what stands behind Services: EndpointSlices of the selected pods, an address for LoadBalancers after a while,
 * and a clusterIP where the API server did not allocate one itself (a real one does).
 */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { isFinished, isReady } from './conditions.ts';
import {
  type Endpoint,
  type EndpointSlice,
  endpointSlices,
  type Node,
  nodes,
  type Pod,
  pods,
  type Service,
  type ServicePort,
  services,
} from './kinds.ts';
import { controlledBy, selects } from './ownership.ts';
import { addressOf } from './pod-status.ts';
import type { Stage } from './stage.ts';

const serviceLabel = 'kubernetes.io/service-name';
const managerLabel = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';
/** What one slice can hold (validation of the API). */
const sliceLimit = 1_000;

export interface ServiceObserved {
  service: Service;
  /** Pods of the Service's namespace. */
  pods: Pod[];
  slices: EndpointSlice[];
  node: (name: string) => Node | undefined;
  /** How long the Service has been seen without an address. */
  waitedMs: number;
  loadBalancerMs: number;
  isWithheld: boolean;
}

/** From what is seen of a Service to its slice, its address and its status. */
export function decideService(observed: ServiceObserved): Decision {
  const { service, waitedMs, loadBalancerMs, isWithheld } = observed;
  if (service.metadata.deletionTimestamp !== undefined) return nothingToDo;
  const writes: Write[] = [];
  const { spec } = service;
  if (spec.type !== 'ExternalName' && spec.clusterIP === undefined) {
    const clusterIP = `10.96.${addressOf(service.metadata.uid).split('.').slice(2).join('.')}`;
    writes.push({
      verb: 'update',
      resource: services,
      object: { ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } } as Service,
    });
  }
  if (spec.selector && Object.keys(spec.selector).length > 0 && spec.type !== 'ExternalName') writes.push(...slicesFor(observed));
  const known = service.status?.loadBalancer?.ingress;
  if (spec.type !== 'LoadBalancer') {
    if (known?.length)
      writes.push({
        verb: 'status',
        resource: services,
        object: { ...service, status: { ...service.status, loadBalancer: {} } } as Service,
      });
    return { writes };
  }
  if (known?.length || isWithheld) return { writes };
  if (waitedMs < loadBalancerMs) return { writes, againInMs: loadBalancerMs - waitedMs };
  const ip = `192.0.2.${addressOf(service.metadata.uid).split('.')[3]}`;
  const loadBalancer = { ingress: [{ ip, ipMode: 'VIP' }] };
  writes.push({ verb: 'status', resource: services, object: { ...service, status: { ...service.status, loadBalancer } } as Service });
  return { writes };
}

function portNumber(port: ServicePort, pod: Pod | undefined): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  return pod?.spec.containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === target)?.containerPort;
}

function endpointOf(pod: Pod, publishNotReady: boolean, node: Node | undefined): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: publishNotReady || (serving && !terminating), serving, terminating },
    hostname: pod.spec.hostname && pod.spec.subdomain ? pod.spec.hostname : undefined,
    nodeName: pod.spec.nodeName,
    zone: node?.metadata.labels?.['topology.kubernetes.io/zone'],
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  };
}

function slicesFor({ service, pods: candidates, slices, node }: ServiceObserved): Write[] {
  const { spec, metadata } = service;
  const members = candidates
    .filter((pod) => selects({ matchLabels: spec.selector }, pod.metadata.labels) && pod.status?.podIP && !isFinished(pod))
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name))
    .slice(0, sliceLimit);
  const endpoints = members.map((pod) => endpointOf(pod, spec.publishNotReadyAddresses ?? false, node(pod.spec.nodeName ?? '')));
  const ports = (spec.ports ?? []).flatMap((port) => {
    const number = portNumber(port, members[0]);
    return number === undefined ? [] : [{ name: port.name ?? '', port: number, protocol: port.protocol ?? 'TCP' }];
  });
  const [slice, ...superfluous] = slices.filter(
    ({ metadata: { labels, deletionTimestamp } }) => labels?.[managerLabel] === manager && deletionTimestamp === undefined,
  );
  const writes: Write[] = superfluous.map((object) => ({ verb: 'delete', resource: endpointSlices, object }));
  const headless = spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  if (!slice) {
    const labels = { ...metadata.labels, ...headless, [serviceLabel]: metadata.name, [managerLabel]: manager };
    const meta = {
      generateName: `${metadata.name}-`,
      namespace: metadata.namespace,
      labels,
      ownerReferences: [controlledBy(service, services)],
    };
    writes.push({ verb: 'create', resource: endpointSlices, object: { metadata: meta, addressType: 'IPv4', endpoints, ports } });
  } else if (!jsonEqual(slice.endpoints ?? [], endpoints) || !jsonEqual(slice.ports ?? [], ports)) {
    writes.push({ verb: 'update', resource: endpointSlices, object: { ...slice, endpoints, ports } as EndpointSlice });
  }
  return writes;
}

export function serviceActor({ views, clock, settings }: Stage): Actor {
  const ofServices = views(services);
  const ofSlices = views(endpointSlices);
  const ofPods = views(pods);
  const ofNodes = views(nodes);
  const since = new Map<string, number>();
  const slicesOf = (service: Service): EndpointSlice[] => ofSlices.ownedBy(service.metadata.uid);
  return {
    name: 'service',
    fieldManager: 'kube-controller-manager',
    sources: [
      source(ofServices, ownKey),
      source(ofSlices, ({ metadata }) =>
        metadata.labels?.[serviceLabel] ? [`${metadata.namespace}/${metadata.labels[serviceLabel]}`] : [],
      ),
      source(ofPods, (pod) =>
        ofServices
          .list(pod.metadata.namespace ?? '')
          .filter(({ spec }) => spec.selector && selects({ matchLabels: spec.selector }, pod.metadata.labels))
          .flatMap(ownKey),
      ),
    ],
    needs: [ofNodes],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const service = ofServices.get(namespace, name);
      if (!service) {
        since.delete(key);
        return nothingToDo;
      }
      if (service.spec.type !== 'LoadBalancer') since.delete(key);
      else if (!since.has(key)) since.set(key, clock.monotonic());
      return decideService({
        service,
        pods: ofPods.list(namespace),
        slices: slicesOf(service),
        node: (nodeName) => ofNodes.get('', nodeName),
        waitedMs: clock.monotonic() - (since.get(key) ?? clock.monotonic()),
        loadBalancerMs: settings.delays.loadBalancerMs,
        isWithheld: settings.withholdLoadBalancers,
      });
    },
  };
}
