/** All kinds of ours, for whoever needs them all: the CRD generator, discovery, tests. */
import { applicationKind } from './application.ts';
import { applicationRevisionKind } from './applicationrevision.ts';
import { componentDefinitionKind } from './componentdefinition.ts';
import { definitionRevisionKind } from './definitionrevision.ts';
import type { KindDescription } from './kind.ts';
import { packageKind } from './package.ts';
import { policyKind } from './policy.ts';
import { policyDefinitionKind } from './policydefinition.ts';
import { resourceTrackerKind } from './resourcetracker.ts';
import { traitDefinitionKind } from './traitdefinition.ts';
import { workflowKind } from './workflow.ts';
import { workflowRunKind } from './workflowrun.ts';
import { workflowStepDefinitionKind } from './workflowstepdefinition.ts';
import { workloadDefinitionKind } from './workloaddefinition.ts';

export const kinds: readonly KindDescription[] = [
  applicationKind,
  applicationRevisionKind,
  componentDefinitionKind,
  definitionRevisionKind,
  packageKind,
  policyKind,
  policyDefinitionKind,
  resourceTrackerKind,
  traitDefinitionKind,
  workflowKind,
  workflowRunKind,
  workflowStepDefinitionKind,
  workloadDefinitionKind,
];

/** The description of `apiVersion` and `kind`, where the kind is ours. */
export function kindOf(apiVersion: string, kind: string): KindDescription | undefined {
  return kinds.find(
    (candidate) =>
      candidate.kind === kind &&
      [candidate.version, ...(candidate.alsoServed ?? [])].some((version) => `${candidate.group}/${version}` === apiVersion),
  );
}
