/** Many verdicts as one: of a component with its traits, of an application with its components. */
import type { HealthState, Verdict } from './verdict.ts';

/** Better first. `not-assessed` comes first: one object that is known to be well is more than none that is looked at. */
const states: readonly HealthState[] = ['not-assessed', 'healthy', 'suspended', 'progressing', 'degraded'];

export interface AggregateHealth {
  /** Nothing that holds is other than healthy: what `services[].healthy` and the phase `running` go by. */
  healthy: boolean;
  /** Something that holds will not get better by itself. */
  final: boolean;
  /** Somebody looked at at least one of them; false gives `assessed: "false"` in the details. */
  assessed: boolean;
  /** The worst state of all, of those that do not hold too: it is shown, not waited for. */
  state: HealthState;
  /** The verdict to show: the worst of those that hold and are not healthy, else the worst; first in order among equals. */
  worst?: Verdict;
}

/** The aggregate of no verdicts is healthy and not assessed. */
export function aggregate(verdicts: readonly Verdict[]): AggregateHealth {
  const waitedFor = verdicts.filter((verdict) => verdict.holds && verdict.state !== 'healthy' && verdict.state !== 'not-assessed');
  const worst = worstOf(waitedFor) ?? worstOf(verdicts);
  return {
    healthy: waitedFor.length === 0,
    final: waitedFor.some((verdict) => verdict.final === true),
    assessed: verdicts.some((verdict) => verdict.state !== 'not-assessed'),
    state: worstOf(verdicts)?.state ?? 'not-assessed',
    ...(worst === undefined ? {} : { worst }),
  };
}

function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  let worst: Verdict | undefined;
  for (const verdict of verdicts) if (worst === undefined || isWorse(verdict, worst)) worst = verdict;
  return worst;
}

function isWorse(a: Verdict, b: Verdict): boolean {
  const difference = states.indexOf(a.state) - states.indexOf(b.state);
  return difference > 0 || (difference === 0 && a.final === true && b.final !== true);
}
