/** What every actor is given: the shared caches, time, chance and the settings that tests and demos turn at run time. */
import type { Clock } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';
import type { Resource, WorldObject } from './kinds.ts';
import type { View } from './watch.ts';

/** How long things take in this world, in milliseconds. */
export interface Delays {
  /** From a pod's creation to its binding. */
  scheduleMs: number;
  /** From the binding until the containers run. */
  startMs: number;
  /** From running to ready. */
  readyMs: number;
  /** The same for images marked `slow`. */
  slowReadyMs: number;
  /** How long the container of a Job's pod runs. */
  jobMs: number;
  /** From the first failure of a Job's pod to the next attempt; doubled with each further one. */
  jobBackOffMs: number;
  /** How long a pod takes to stop, within its grace period. */
  terminateMs: number;
  /** Until a Service of type LoadBalancer has an address. */
  loadBalancerMs: number;
  /** Until an Ingress has an address. */
  ingressMs: number;
  /** Until a volume is provisioned. */
  volumeMs: number;
}

export const defaultDelays: Delays = {
  scheduleMs: 0,
  startMs: 100,
  readyMs: 100,
  slowReadyMs: 8_000,
  jobMs: 500,
  jobBackOffMs: 10_000,
  terminateMs: 100,
  loadBalancerMs: 500,
  ingressMs: 500,
  volumeMs: 100,
};

/** What can be changed while the world runs; read anew at each decision. */
export interface Settings {
  delays: Delays;
  /** No LoadBalancer gets an address. */
  withholdLoadBalancers: boolean;
  /** No Ingress gets an address. */
  withholdIngresses: boolean;
  /** CPU utilisation in percent of the request, by `namespace/name` of the workload. */
  metrics: Map<string, number>;
  /** The utilisation of every other workload; undefined: a cluster without a metrics API. */
  usualCpuPercent: number | undefined;
}

export interface Stage {
  views: <T extends WorldObject>(resource: Resource<T>) => View<T>;
  clock: Clock;
  random: Random;
  settings: Settings;
}
