/** Everything an application wants, rendered as its next revision; the same pure code as the operator's pass. */
import type { Application } from '../api/application.ts';
import { failure, type Result, success } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { contextOf, renderEverything } from '../controllers/application/decide.ts';
import type { ClusterFacts, RenderedStep } from '../controllers/application/render.ts';
import { type References, type Resolved, resolve } from '../controllers/application/resolve.ts';
import type { CurrentRevision } from '../controllers/application/revisions.ts';
import { builtinSource } from '../definitions/builtin.ts';

export interface Whole {
  resolved: Resolved;
  steps: RenderedStep[];
  /** Components that take a value no step has given yet: they are not among what is rendered. */
  awaiting: string[];
  /** Steps whose objects cannot be named before they run. */
  unknownSteps: string[];
  warnings: string[];
}

export interface WholeInput {
  application: Application;
  revision: Pick<CurrentRevision, 'name' | 'number'> & { run: string };
  references?: References;
  cluster: ClusterFacts;
  /** Outputs of earlier steps, by name. */
  variables?: JsonObject;
  /** Wall time, ms. */
  now: number;
}

/** Errors: what `Parsed` or `Render` would say in the application's conditions. */
export async function renderWhole({
  application,
  revision,
  references = {},
  cluster,
  variables = {},
  now,
}: WholeInput): Promise<Result<Whole>> {
  const resolved = resolve(application, builtinSource, references);
  if (!resolved.ok) return resolved;
  const machine = {
    workflow: resolved.value.workflow,
    appRevision: revision.run,
    recorded: undefined,
    results: new Map(),
    variables,
    context: contextOf(application, revision),
    now,
    stepId: (name: string) => name,
    maxRetries: 1,
  };
  const rendered = await renderEverything(machine, {
    application,
    resolved: resolved.value,
    revision,
    definitions: builtinSource,
    cluster,
  });
  if (!rendered.ok) return failure(rendered.problem);
  const { rendered: steps, unknownSteps, incomplete } = rendered.value;
  const warnings = [...new Set(steps.flatMap((step) => step.warnings))];
  return success({ resolved: resolved.value, steps, unknownSteps, awaiting: incomplete, warnings });
}
