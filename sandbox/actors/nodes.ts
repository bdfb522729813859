/** Brings the nodes of this world: ready, in three zones, with room. No heartbeat, so that a quiet world stays quiet. */
import { toRfc3339 } from '../../src/base/clock.ts';
import { type Actor, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { isTrue } from './conditions.ts';
import { type Condition, type Node, nodes } from './kinds.ts';
import type { Stage } from './stage.ts';

/** A world of `count` nodes, each with so much to give. */
export interface NodePlan {
  count: number;
  allocatable?: Record<string, string>;
}

const zones = ['zone-a', 'zone-b', 'zone-c'] as const;
const room = { cpu: '32', memory: '256Gi', pods: '1000', 'ephemeral-storage': '500Gi' };
const marker = 'sandbox.lateen.dev/node';

export interface NodeObserved {
  name: string;
  /** The node's number from 1; undefined for nodes that are not of this world. */
  number?: number;
  node?: Node;
  plan: NodePlan;
  now: number;
}

/** From what is seen of a node to its creation, readiness or the removal of its first taint. */
export function decideNode({ name, number, node, plan, now }: NodeObserved): Decision {
  if (number === undefined) return nothingToDo;
  if (!node) return { writes: [{ verb: 'create', resource: nodes, object: draftOf(name, number) }] };
  if (node.metadata.annotations?.[marker] !== 'yes') return nothingToDo;
  const writes: Write[] = [];
  if (!isTrue(node.status?.conditions, 'Ready')) {
    writes.push({ verb: 'status', resource: nodes, object: { ...node, status: statusOf(name, number, plan, now) } as Node });
  }
  // The API server taints every new node; the node lifecycle controller, where it runs, does the same as we do here.
  const taints = node.spec?.taints?.filter(({ key }) => key !== 'node.kubernetes.io/not-ready');
  if (taints && taints.length !== node.spec?.taints?.length) {
    writes.push({
      verb: 'update',
      resource: nodes,
      object: { ...node, spec: { ...node.spec, taints: taints.length > 0 ? taints : undefined } } as Node,
    });
  }
  return { writes };
}

function draftOf(name: string, number: number) {
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        // A kubelet still sets the old names too.
        'beta.kubernetes.io/os': 'linux',
        'beta.kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'sandbox',
        'topology.kubernetes.io/zone': zones[(number - 1) % zones.length] ?? zones[0],
      },
      annotations: { [marker]: 'yes' },
    },
    spec: {},
  };
}

function statusOf(name: string, number: number, plan: NodePlan, now: number): Node['status'] {
  const time = toRfc3339(now);
  const healthy = (type: string, reason: string, message: string, status = 'False'): Condition =>
    // Node conditions carry a heartbeat time; it stands still here.
    ({ type, status, reason, message, lastTransitionTime: time, ...{ lastHeartbeatTime: time } }) as Condition;
  const given = { ...room, ...plan.allocatable };
  return {
    capacity: given,
    allocatable: given,
    conditions: [
      healthy('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      healthy('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      healthy('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      healthy('Ready', 'KubeletReady', 'kubelet is posting ready status', 'True'),
    ],
    addresses: [
      { type: 'InternalIP', address: `10.0.${Math.floor(number / 250)}.${1 + (number % 250)}` },
      { type: 'Hostname', address: name },
    ],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: 'sandbox://1.0.0',
      kernelVersion: 'sandbox',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.33.13',
      machineID: '',
      operatingSystem: 'linux',
      osImage: 'Lateen sandbox',
      systemUUID: '',
    },
  };
}

export function nodesActor({ views, clock }: Stage, plan: NodePlan): Actor {
  const ofNodes = views(nodes);
  const numbers = new Map(Array.from({ length: plan.count }, (_, index) => [`node-${index + 1}`, index + 1]));
  return {
    name: 'nodes',
    fieldManager: 'kubelet',
    sources: [source(ofNodes, ownKey)],
    seeds: () => [...numbers.keys()].map((name) => `/${name}`),
    decide(key) {
      const { name } = splitKey(key);
      return decideNode({ name, number: numbers.get(name), node: ofNodes.get('', name), plan, now: clock.now() });
    },
  };
}
