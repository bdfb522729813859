/**
 * What the deliveries of a pass mean for the workflow: the machine runs once more, with what became of each step's
 * effect (the same pure function as before the delivery).
 */
import type { KubeObject } from '../../api/object.ts';
import { refOf } from '../../api/object.ts';
import type { Problem } from '../../base/errors.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import type { Verdict } from '../../health/verdict.ts';
import { entryKey } from '../../plan/record.ts';
import { advance } from '../../workflow/machine.ts';
import type { DeliveredComponent, EffectResult, MachineOutput } from '../../workflow/types.ts';
import { type Assessment, deliveredComponents, isWell } from './assess.ts';
import type { Delivery } from './decide.ts';

export interface Concluded {
  machine: MachineOutput;
  /** Problems that pass by themselves: they count against no step, the queue backs off. */
  transient: Problem | undefined;
  /** What was refused and is told in the status. */
  refused: Problem | undefined;
}

export function conclude(
  delivery: Delivery,
  delivered: Delivered,
  assessment: Assessment,
  reads: ReadonlyMap<string, EffectResult>,
  live: (key: string) => KubeObject | undefined,
): Concluded {
  const results = new Map<string, EffectResult>(reads);
  let transient: Problem | undefined = delivered.problem;
  let refused: Problem | undefined;
  for (const { step, resources, components } of delivery.rendered) {
    if (delivered.problem) break;
    const keys = resources.map(({ cluster, manifest }) => entryKey(cluster, refOf(manifest)));
    const problem = mostSevere(keys.flatMap((key) => problemsOf(delivered, key)));
    if (problem?.kind === 'Transient') transient ??= problem;
    else if (problem) {
      results.set(step, { state: 'refused', problem });
      refused = mostSevere(refused ? [refused, problem] : [problem]);
    } else {
      results.set(step, {
        state: 'delivered',
        components,
        verdict: worstVerdict(keys, assessment),
        live: withVerdicts(deliveredComponents(keys, delivered.record.entries, live), keys, delivered, assessment),
      });
    }
  }
  return {
    machine: advance({ ...delivery.machine, recorded: delivery.advanced.status, variables: delivery.advanced.variables, results }),
    transient,
    refused,
  };
}

function problemsOf(delivered: Delivered, key: string): Problem[] {
  const outcome = delivered.outcomes.get(key);
  return outcome?.state === 'refused' ? [outcome.problem] : [];
}

const severity: Record<Problem['kind'], number> = { Invalid: 4, Conflict: 3, Denied: 2, Waiting: 1, Transient: 0 };

/** The problem the user should hear of first. */
export function mostSevere(problems: readonly Problem[]): Problem | undefined {
  return problems.reduce<Problem | undefined>(
    (worst, one) => (!worst || severity[one.kind] > severity[worst.kind] ? one : worst),
    undefined,
  );
}

const healthy: Verdict = { state: 'healthy', reason: 'Available', message: '', holds: false };

/** A `deploy` step starts what depends on a component when that one is healthy, whatever the others are. */
function withVerdicts(
  components: readonly DeliveredComponent[],
  keys: readonly string[],
  delivered: Delivered,
  assessment: Assessment,
): DeliveredComponent[] {
  return components.map((one) => {
    const own = keys.filter((key) => delivered.record.entries.get(key)?.origin.component === one.component);
    return { ...one, verdict: worstVerdict(own, assessment) };
  });
}

function worstVerdict(keys: readonly string[], assessment: Assessment): Verdict {
  let worst = healthy;
  for (const key of keys) {
    const verdict = assessment.verdicts.get(key);
    if (!verdict?.holds || isWell(verdict)) continue;
    if (isWell(worst) || (verdict.state === 'degraded' && worst.state !== 'degraded') || (verdict.final && !worst.final)) worst = verdict;
  }
  return worst;
}
