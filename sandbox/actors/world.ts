/**
 * The world around an API server: the controllers, scheduler and kubelets that a cluster has besides it, played over
 * any `Transport`. The embedded server and a real kube-apiserver get the same world, so that phases agree on both.
 */
import type { Clock } from '../../src/base/clock.ts';
import type { Transport } from '../../src/base/http.ts';
import type { Logger } from '../../src/base/logger.ts';
import type { Random } from '../../src/base/random.ts';
import { type Actor, type RunningActor, runActor } from './actor.ts';
import { autoscalerActor } from './autoscaler.ts';
import { cronJobActor } from './cronjob.ts';
import { daemonSetActor } from './daemonset.ts';
import { deploymentActor } from './deployment.ts';
import { disruptionActor } from './disruption.ts';
import { ingressActor } from './ingress.ts';
import { jobActor } from './job.ts';
import type { Resource, WorldObject } from './kinds.ts';
import { type NodePlan, nodesActor } from './nodes.ts';
import { podActor } from './pod.ts';
import { replicaSetActor } from './replicaset.ts';
import { serviceActor } from './service.ts';
import { type Delays, defaultDelays, type Settings, type Stage } from './stage.ts';
import { statefulSetActor } from './statefulset.ts';
import { storageActor } from './storage.ts';
import { followResource, type View } from './watch.ts';

const actors = {
  nodes: nodesActor,
  deployment: deploymentActor,
  replicaset: replicaSetActor,
  pod: podActor,
  statefulset: statefulSetActor,
  daemonset: daemonSetActor,
  job: jobActor,
  cronjob: cronJobActor,
  service: serviceActor,
  ingress: ingressActor,
  hpa: autoscalerActor,
  pdb: disruptionActor,
  storage: storageActor,
} satisfies Record<string, (stage: Stage, plan: NodePlan) => Actor>;

export type ActorName = keyof typeof actors;
export const actorNames = Object.keys(actors) as ActorName[];

export interface WorldOptions {
  transport: Transport;
  clock: Clock;
  random: Random;
  log: Logger;
  /** How many nodes there are; default 3, one in each zone. */
  nodes?: number | NodePlan;
  delays?: Partial<Delays>;
  /** CPU utilisation that autoscalers see, in percent of the request; left out: a cluster without a metrics API. */
  usualCpuPercent?: number;
  /** Which actors play; default all. */
  only?: ActorName[];
  /** Which do not, e.g. because a real controller does. */
  except?: ActorName[];
}

export interface World {
  /** Ends all watches and timers; requests under way are not waited for. */
  stop(): void;
  setDelays(delays: Partial<Delays>): void;
  withholdLoadBalancers(isWithheld: boolean): void;
  withholdIngresses(isWithheld: boolean): void;
  /** CPU utilisation (percent of the request) of a workload `namespace/name`, as an autoscaler sees it; undefined takes the metric away. */
  setMetric(workload: string, cpuPercent: number | undefined): void;
}

/** Starts the world; it plays until `stop`. */
export function startWorld(options: WorldOptions): World {
  const { transport, clock, random } = options;
  const log = options.log.child({ part: 'world' });
  const settings: Settings = {
    delays: { ...defaultDelays, ...options.delays },
    withholdLoadBalancers: false,
    withholdIngresses: false,
    metrics: new Map(),
    usualCpuPercent: options.usualCpuPercent,
  };
  const followed = new Map<string, View<WorldObject>>();
  const views = <T extends WorldObject>(resource: Resource<T>): View<T> => {
    const key = `${resource.apiVersion}/${resource.plural}`;
    let view = followed.get(key);
    if (!view) {
      view = followResource(resource, { transport, clock, random, log }) as unknown as View<WorldObject>;
      followed.set(key, view);
    }
    // One map holds views of all kinds; the key tells the type.
    return view as unknown as View<T>;
  };
  const plan = typeof options.nodes === 'object' ? options.nodes : { count: options.nodes ?? 3 };
  const playing = actorNames.filter((name) => (options.only ?? actorNames).includes(name) && !options.except?.includes(name));
  const running = new Map<ActorName, RunningActor>();
  const stage: Stage = { views, clock, random, settings };
  for (const name of playing) running.set(name, runActor(actors[name](stage, plan), { transport, clock, random, log }, views));

  const changed = (...names: ActorName[]): void => {
    for (const name of names) running.get(name)?.wakeAll();
  };
  return {
    stop() {
      for (const actor of running.values()) actor.stop();
      for (const view of followed.values()) view.stop();
    },
    setDelays(delays) {
      Object.assign(settings.delays, delays);
      changed(...playing);
    },
    withholdLoadBalancers(isWithheld) {
      settings.withholdLoadBalancers = isWithheld;
      changed(...playing);
    },
    withholdIngresses(isWithheld) {
      settings.withholdIngresses = isWithheld;
      changed(...playing);
    },
    setMetric(workload, cpuPercent) {
      if (cpuPercent === undefined) settings.metrics.delete(workload);
      else settings.metrics.set(workload, cpuPercent);
      changed(...playing);
    },
  };
}
