/** The built-in catalogue: every definition that needs no object in the cluster, one line each. */
import { failure, invalid, type Result, success } from '../base/errors.ts';
import { didYouMean } from '../base/spelling.ts';
import { cronTask } from '../renderers/components/cron-task.ts';
import { daemon } from '../renderers/components/daemon.ts';
import { k8sObjects } from '../renderers/components/k8s-objects.ts';
import { raw } from '../renderers/components/raw.ts';
import { statefulset } from '../renderers/components/statefulset.ts';
import { task } from '../renderers/components/task.ts';
import { webservice } from '../renderers/components/webservice.ts';
import { worker } from '../renderers/components/worker.ts';
import { applyOnce } from '../renderers/policies/apply-once.ts';
import { garbageCollect } from '../renderers/policies/garbage-collect.ts';
import { override } from '../renderers/policies/override.ts';
import { readOnly } from '../renderers/policies/read-only.ts';
import { sharedResource } from '../renderers/policies/shared-resource.ts';
import { takeOver } from '../renderers/policies/take-over.ts';
import { topology } from '../renderers/policies/topology.ts';
import { applyComponent } from '../renderers/steps/apply-component.ts';
import { applyObject } from '../renderers/steps/apply-object.ts';
import { deploy } from '../renderers/steps/deploy.ts';
import { export2config } from '../renderers/steps/export2config.ts';
import { export2secret } from '../renderers/steps/export2secret.ts';
import { printMessageInStatus } from '../renderers/steps/print-message-in-status.ts';
import { readObject } from '../renderers/steps/read-object.ts';
import { stepGroup } from '../renderers/steps/step-group.ts';
import { suspend } from '../renderers/steps/suspend.ts';
import { annotations } from '../renderers/traits/annotations.ts';
import { availability } from '../renderers/traits/availability.ts';
import { cpuscaler } from '../renderers/traits/cpuscaler.ts';
import { env } from '../renderers/traits/env.ts';
import { expose } from '../renderers/traits/expose.ts';
import { gateway } from '../renderers/traits/gateway.ts';
import { hpa } from '../renderers/traits/hpa.ts';
import { jsonMergePatch } from '../renderers/traits/json-merge-patch.ts';
import { jsonPatch } from '../renderers/traits/json-patch.ts';
import { labels } from '../renderers/traits/labels.ts';
import { pdb } from '../renderers/traits/pdb.ts';
import { resource } from '../renderers/traits/resource.ts';
import { scaler } from '../renderers/traits/scaler.ts';
import { sidecar } from '../renderers/traits/sidecar.ts';
import { storage } from '../renderers/traits/storage.ts';
import type {
  ComponentDefinition,
  Definition,
  DefinitionSource,
  PolicyDefinition,
  TraitDefinition,
  WorkflowStepDefinition,
} from './definition.ts';

export const components: readonly ComponentDefinition[] = [cronTask, daemon, k8sObjects, raw, statefulset, task, webservice, worker];

export const traits: readonly TraitDefinition[] = [
  annotations,
  availability,
  cpuscaler,
  env,
  expose,
  gateway,
  hpa,
  jsonMergePatch,
  jsonPatch,
  labels,
  pdb,
  resource,
  scaler,
  sidecar,
  storage,
];

export const policies: readonly PolicyDefinition[] = [applyOnce, garbageCollect, override, readOnly, sharedResource, takeOver, topology];

export const workflowSteps: readonly WorkflowStepDefinition[] = [
  applyComponent,
  applyObject,
  deploy,
  export2config,
  export2secret,
  printMessageInStatus,
  readObject,
  stepGroup,
  suspend,
];

const nouns = { component: 'component', trait: 'trait', policy: 'policy', 'workflow-step': 'workflow step' } as const;

/** Looks a type up by name; `name@v1` is the built-in itself, which has only one revision. */
function lookup<D extends Definition>(definitions: readonly D[], kind: D['kind']) {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  return (_namespace: string, type: string): Result<D> => {
    const [name = '', version] = type.split('@');
    const definition = byName.get(name);
    if (!definition) {
      return failure(invalid('UnknownDefinition', `there is no ${nouns[kind]} definition "${name}"${didYouMean(name, byName.keys())}`));
    }
    if (version !== undefined && !/^v?1(\.0\.0)?$/.test(version)) {
      return failure(invalid('UnknownDefinitionRevision', `there is no revision ${version} of ${nouns[kind]} definition "${name}"`));
    }
    return success(definition);
  };
}

/** The built-ins as a source, behind those of the namespace and the system namespace. */
export const builtinSource: DefinitionSource = {
  component: lookup(components, 'component'),
  trait: lookup(traits, 'trait'),
  policy: lookup(policies, 'policy'),
  workflowStep: lookup(workflowSteps, 'workflow-step'),
};
