/**
 * Where a pod may run: the predicates of the scheduler that objects delivered by users can meet (selector, affinity,
 * taints, required anti-affinity, requests) and the spread over nodes. Messages are the real scheduler's.
 */
import type { Node, NodeSelectorTerm, Pod, Taint, Toleration } from './kinds.ts';
import { meetsAll, selects } from './ownership.ts';

const suffixes: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity (`250m`, `1Gi`) as a number; near enough for packing. */
export function amountOf(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  if (typeof quantity === 'number') return quantity;
  const match = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(quantity);
  return match ? Number(match[1]) * (suffixes[match[2] ?? ''] ?? 1) : 0;
}

/** What a pod asks for of one resource. */
export function requestOf(pod: Pod, resource: string): number {
  return pod.spec.containers.reduce((sum, { resources }) => sum + amountOf(resources?.requests?.[resource]), 0);
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if ((toleration.operator ?? 'Equal') === 'Exists') return true;
  return toleration.key !== undefined && (toleration.value ?? '') === (taint.value ?? '');
}

/** The taints (of these effects) that a pod does not tolerate. */
export function untolerated(pod: Pod, taints: Taint[] | undefined, effects: readonly string[] = ['NoSchedule', 'NoExecute']): Taint[] {
  return (taints ?? []).filter((taint) => effects.includes(taint.effect) && !pod.spec.tolerations?.some((each) => tolerates(each, taint)));
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  if (!term.matchExpressions?.length && !term.matchFields?.length) return false;
  return meetsAll(node.metadata.labels, term.matchExpressions) && meetsAll({ 'metadata.name': node.metadata.name }, term.matchFields);
}

/** Whether selector and required node affinity of a pod admit a node. */
export function matchesNode(pod: Pod, node: Node): boolean {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  if (!wanted.every(([key, value]) => node.metadata.labels?.[key] === value)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

type Placement = { node: string } | { message: string };

/** Why a node does not take a pod, in the scheduler's words; undefined when it does. */
function refusalOf(pod: Pod, node: Node, nodes: Node[], placed: Pod[]): string | undefined {
  if (node.spec?.unschedulable && !untoleratedIsEmpty(pod)) return 'node(s) were unschedulable';
  if (!matchesNode(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const taint = untolerated(pod, node.spec?.taints)[0];
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  const here = placed.filter((other) => other.spec.nodeName === node.metadata.name);
  const { allocatable = {} } = node.status ?? {};
  if (allocatable.pods !== undefined && here.length >= Number(allocatable.pods)) return 'Too many pods';
  for (const resource of ['cpu', 'memory']) {
    const wanted = requestOf(pod, resource);
    const used = here.reduce((sum, other) => sum + requestOf(other, resource), 0);
    if (wanted > 0 && allocatable[resource] !== undefined && used + wanted > amountOf(allocatable[resource]))
      return `Insufficient ${resource}`;
  }
  const domainOf = (name: string | undefined, key: string): string | undefined =>
    nodes.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[key];
  const inNamespace = placed.filter((other) => other.metadata.namespace === pod.metadata.namespace);
  for (const { labelSelector, topologyKey } of pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
    const domain = node.metadata.labels?.[topologyKey];
    const meets = inNamespace.some(
      (other) => selects(labelSelector, other.metadata.labels) && domainOf(other.spec.nodeName, topologyKey) === domain,
    );
    if (domain !== undefined && meets) return "node(s) didn't match pod anti-affinity rules";
  }
  for (const { labelSelector, topologyKey, maxSkew, whenUnsatisfiable } of pod.spec.topologySpreadConstraints ?? []) {
    if (whenUnsatisfiable !== 'DoNotSchedule') continue;
    const counts = new Map<string, number>();
    for (const each of nodes) if (matchesNode(pod, each)) counts.set(each.metadata.labels?.[topologyKey] ?? '', 0);
    for (const other of inNamespace) {
      const domain = domainOf(other.spec.nodeName, topologyKey);
      if (domain !== undefined && counts.has(domain) && selects(labelSelector, other.metadata.labels))
        counts.set(domain, (counts.get(domain) ?? 0) + 1);
    }
    const here = counts.get(node.metadata.labels?.[topologyKey] ?? '') ?? 0;
    if (here + 1 - Math.min(...counts.values()) > maxSkew) return "node(s) didn't match pod topology spread constraints";
  }
  return undefined;
}

/** DaemonSet pods run on cordoned nodes too. */
function untoleratedIsEmpty(pod: Pod): boolean {
  return untolerated(pod, [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]).length === 0;
}

/**
 * Chooses a node: of those that take the pod, the one whose zone and then itself run fewest pods of the same owner,
 * then fewest pods at all. `placed` are the bound, unfinished pods.
 */
export function choosePlace(pod: Pod, nodes: Node[], placed: Pod[]): Placement {
  const reasons = new Map<string, number>();
  const open: Node[] = [];
  for (const node of nodes) {
    const reason = refusalOf(pod, node, nodes, placed);
    if (reason === undefined) open.push(node);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  if (open.length === 0) {
    if (nodes.length === 0) return { message: 'no nodes available to schedule pods' };
    const parts = [...reasons].sort(([a], [b]) => a.localeCompare(b)).map(([reason, count]) => `${count} ${reason}`);
    return { message: `0/${nodes.length} nodes are available: ${parts.join(', ')}.` };
  }
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
  const siblings = placed.filter((other) => owner !== undefined && other.metadata.ownerReferences?.some(({ uid }) => uid === owner));
  const zoneOf = (name: string | undefined): string =>
    nodes.find(({ metadata }) => metadata.name === name)?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '';
  const load = new Map(
    open.map((node) => {
      const zone = zoneOf(node.metadata.name);
      const inZone = siblings.filter((other) => zoneOf(other.spec.nodeName) === zone).length;
      const beside = siblings.filter((other) => other.spec.nodeName === node.metadata.name).length;
      const all = placed.filter((other) => other.spec.nodeName === node.metadata.name).length;
      return [node, [inZone, beside, all]] as const;
    }),
  );
  const chosen = [...open].sort((a, b) => {
    const [x, y] = [load.get(a) ?? [], load.get(b) ?? []];
    for (let i = 0; i < 3; i++) if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) - (y[i] ?? 0);
    return a.metadata.name.localeCompare(b.metadata.name);
  })[0];
  return chosen ? { node: chosen.metadata.name } : { message: 'no nodes available to schedule pods' };
}
