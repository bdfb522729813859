/** Everything an application's pass needs from outside, as one argument. Nothing below reads anything else. */
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Metrics } from '../../base/metrics.ts';
import type { Random } from '../../base/random.ts';
import type { DefinitionSource } from '../../definitions/definition.ts';
import type { Expectations } from '../../kube/expectations.ts';
import type { Informer, KubeClient } from '../../kube/types.ts';
import type { EventRecorder } from './events.ts';
import type { KindViews } from './kind-views.ts';
import type { MemoryStore } from './memory.ts';
import type { PointWatches } from './point-watches.ts';
import type { ClusterFacts } from './render.ts';

/** What a platform team may set. Times in ms. */
export interface Settings {
  /** Namespace of the operator's own objects and of definitions for everybody. */
  systemNamespace: string;
  /** Revisions kept beside the one in use (decisions.md 58: a limit of N keeps N + 1). */
  revisionLimit: number;
  /** Nothing is pruned sooner after the last change of the spec: an A→B→A costs nothing then. */
  pruneDelayMs: number;
  /** Without progress for so long, an application is Stalled (decisions.md 12). */
  progressDeadlineMs: number;
  /** Objects of one application written at the same time. */
  applyConcurrency: number;
  /** A step whose effect is refused is tried so often. */
  maxStepRetries: number;
  /** Text that only tells of progress is written at most so often per application. */
  progressTextMs: number;
  /** A running application that merely progresses again is reported only after so long: most of it passes (a new generation, one pod). */
  blipMs: number;
  /** A problem that ought to pass by itself is told when it has stayed so long. */
  lastingMs: number;
  /** A workload that progresses and has not moved for so long has its pods watched, to say why; one that is degraded at once … */
  explainAfterMs: number;
  /** … and one that keeps moving after so long. */
  explainAtLastMs: number;
  /** So many reverts of one object … */
  fightReverts: number;
  /** … within this time are a fight, and we yield. */
  fightWindowMs: number;
}

export const defaultSettings: Settings = {
  systemNamespace: 'vela-system',
  revisionLimit: 10,
  pruneDelayMs: 2000,
  progressDeadlineMs: 600_000,
  applyConcurrency: 10,
  maxStepRetries: 10,
  progressTextMs: 1000,
  blipMs: 2000,
  lastingMs: 5000,
  explainAfterMs: 1500,
  explainAtLastMs: 10_000,
  fightReverts: 5,
  fightWindowMs: 600_000,
};

export interface World {
  clock: Clock;
  random: Random;
  log: Logger;
  metrics: Metrics;
  kube: KubeClient;
  definitions: DefinitionSource;
  settings: Settings;
  applications: Informer;
  trackers: Informer;
  /** Metadata and status of revisions; their specs are not kept in memory. */
  revisions: Informer;
  /** Every autoscaler of the cluster, stripped to what it targets. */
  autoscalers: Informer;
  /** Workflow objects, which applications may refer to. */
  workflows: Informer;
  /** Policy objects, which steps may name; indexed by namespace. */
  policies: Informer;
  cluster: ClusterFacts;
  /** Views on the kinds that applications deliver. */
  kinds: KindViews;
  /** Watches on single objects, open while something waits for them or needs them explained. */
  points: PointWatches;
  expectations: Expectations;
  memory: MemoryStore;
  events: EventRecorder;
  /** False once the lease is lost or the process stops. */
  mayWrite(): boolean;
}
