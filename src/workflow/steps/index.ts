/** The step types that can run, and those that are known by name only. One file per type beside this one. */
import { applyComponent } from './apply-component.ts';
import { applyObject } from './apply-object.ts';
import type { StepBehaviour } from './behaviour.ts';
import { deploy } from './deploy.ts';
import { export2config } from './export2config.ts';
import { export2secret } from './export2secret.ts';
import { printMessage } from './print-message.ts';
import { readObject } from './read-object.ts';
import { suspend } from './suspend.ts';

const behaviours: readonly StepBehaviour[] = [
  applyComponent,
  applyObject,
  deploy,
  export2config,
  export2secret,
  printMessage,
  readObject,
  suspend,
];

const byType = new Map(behaviours.map((behaviour) => [behaviour.type, behaviour]));

/** Behaviour of a step type; `builtin-…` is what KubeVela calls the same step internally. */
export function behaviourOf(type: string): StepBehaviour | undefined {
  return byType.get(type.replace(/^builtin-/, ''));
}

/** Types that steps may have today; a step-group is run by the machine itself. */
export const runnableStepTypes: readonly string[] = [...byType.keys(), 'step-group'];

/** KubeVela's other built-in types: refused by name, so that nobody takes them for a slip of the pen. */
export const knownStepTypes: readonly string[] = [
  'apply-application',
  'apply-application-in-parallel',
  'apply-deployment',
  'apply-remaining',
  'apply-terraform-config',
  'apply-terraform-provider',
  'build-push-image',
  'check-metrics',
  'clean-jobs',
  'collect-service-endpoints',
  'create-config',
  'delete-config',
  'depends-on-app',
  'deploy-cloud-resource',
  'deploy2env',
  'deploy2runtime',
  'export-data',
  'export-service',
  'generate-jdbc-connection',
  'list-config',
  'notification',
  'read-config',
  'request',
  'restart-workflow',
  'share-cloud-resource',
  'vela-cli',
  'webhook',
];
