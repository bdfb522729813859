/** When an application is looked at again: at its next event, and sooner only where something is known to be due. */
import type { Application, ApplicationStatus } from '../../api/application.ts';
import { failure, type Problem, type Result, success } from '../../base/errors.ts';
import { canonicalJson } from '../../base/json.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import type { Concluded } from './conclude.ts';
import type { Decision } from './decide.ts';
import type { Next } from './observe.ts';
import type { Reported } from './report.ts';
import { lastProgress, progressDeadlineOf } from './status.ts';
import type { World } from './world.ts';

export interface NextLookInput {
  application: Application;
  decision: Decision;
  concluded: Concluded | undefined;
  reported: Reported;
  status: ApplicationStatus;
  delivered: Delivered;
  /** When something not well becomes worth explaining. */
  explainInMs: number | undefined;
  /** From pruning. */
  againInMs: number | undefined;
}

export function nextLook(input: NextLookInput, world: Pick<World, 'clock' | 'settings'>): Result<Next> {
  const { decision, concluded, reported, delivered, status } = input;
  const transient = concluded?.transient ?? delivered.problem ?? transientOf(delivered);
  if (transient) return failure(transient);
  // A step that became due by what this pass brought is taken up at once, not at the next event.
  const wasDue = new Set(decision.delivery?.advanced.due.map((due) => canonicalJson(due)));
  if (concluded?.machine.due.some((due) => !wasDue.has(canonicalJson(due)))) return success({ when: 'now' });
  const now = world.clock.now();
  const times: number[] = [];
  if (input.againInMs !== undefined) times.push(input.againInMs);
  if (input.explainInMs !== undefined) times.push(input.explainInMs);
  if (reported.state === 'postponed') times.push(reported.ms);
  if (concluded?.machine.wakeAt !== undefined) times.push(concluded.machine.wakeAt - now);
  const stalledInMs = lastProgress({ concluded, now }) + progressDeadlineOf(input.application, world.settings) - now;
  if (status.status === 'runningWorkflow' && stalledInMs > 0) times.push(stalledInMs);
  for (const problem of problemsOf(delivered))
    if (problem.kind === 'Waiting' && problem.retryAfterMs !== undefined) times.push(problem.retryAfterMs);
  return success(times.length === 0 ? { when: 'event' } : { when: 'after', ms: Math.max(0, Math.min(...times)) });
}

function problemsOf(delivered: Delivered): Problem[] {
  return [...delivered.outcomes.values()].flatMap((outcome) => (outcome.state === 'refused' ? [outcome.problem] : []));
}

function transientOf(delivered: Delivered): Problem | undefined {
  return problemsOf(delivered).find(({ kind }) => kind === 'Transient');
}
