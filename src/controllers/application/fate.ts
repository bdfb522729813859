/** What the garbage-collect policy says of one recorded object, as the fate that pruning and retiring carry out. */
import type { Application } from '../../api/application.ts';
import type { RecordEntry } from '../../plan/record.ts';
import { type Policies, readPolicies, subjectOfResource } from '../../policies/index.ts';
import type { Fate } from './prune-wave.ts';

/** An update no longer wants the object. */
export function fateOnUpdate(entry: RecordEntry, policies: Policies): Fate {
  if (policies.garbageCollect.keepLegacyResource) return 'keep';
  const { strategy, propagation } = decisionFor(entry, policies);
  if (strategy !== 'onAppUpdate') return 'keep';
  return propagation === 'orphan' ? 'orphan' : 'delete';
}

/** The application goes. A policy that cannot be read any more holds nothing back: the user has asked for the end. */
export function fateOnDelete(application: Application): (entry: RecordEntry) => Fate {
  const policies = readPolicies(application);
  return (entry) => {
    if (!policies.ok) return 'delete';
    const { strategy, propagation } = decisionFor(entry, policies.value);
    return strategy === 'never' || propagation === 'orphan' ? 'orphan' : 'delete';
  };
}

function decisionFor(entry: RecordEntry, policies: Policies) {
  return policies.gcStrategyFor(
    subjectOfResource({ cluster: entry.cluster, manifest: entry.intended, origin: entry.origin, creator: entry.creator }),
  );
}
