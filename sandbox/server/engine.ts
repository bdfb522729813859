/** What the handlers of one server share. */
import { type Clock, toRfc3339 } from '../../src/base/clock.ts';
import type { Logger } from '../../src/base/logger.ts';
import type { Random } from '../../src/base/random.ts';
import type { CelEvaluator } from '../../src/schema/index.ts';
import type { Identity, KubeObject } from './object.ts';
import type { Resource, ResourceRegistry } from './resources.ts';
import type { Store } from './store.ts';

/** What an authoriser is asked. Resource requests carry group, resource and so on; others their path. */
export interface AccessQuestion {
  user: Identity;
  verb: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  path?: string;
}

/** Everything is allowed unless an authoriser says otherwise; a string is the reason of the refusal. */
export type Authorizer = (question: AccessQuestion) => true | string;

/** A check of admission that stands between validation and the store. Throws a Refusal. */
export type AdmissionCheck = (write: {
  operation: 'create' | 'update' | 'delete';
  resource: Resource;
  object: KubeObject;
  live?: KubeObject;
  user: Identity;
  dryRun: boolean;
}) => void;

export interface Engine {
  readonly store: Store;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly evaluator: CelEvaluator;
  readonly authorize: Authorizer;
  readonly admission: AdmissionCheck[];
  /** How long one watch lives when the client does not say, in seconds. */
  readonly watchSeconds: number;
  /** Pause between bookmarks of a watch, in ms. */
  readonly bookmarkMs: number;
}

/** The server's time as objects carry it. */
export const nowOf = (engine: Engine): string => toRfc3339(engine.clock.now());
