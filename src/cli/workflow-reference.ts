/** The Workflow object that an application refers to instead of steps of its own. */
import type { Application } from '../api/application.ts';
import { isObject } from '../base/json.ts';
import type { KubeClient } from '../kube/types.ts';
import type { ExternalWorkflow } from '../workflow/resolve.ts';

/** Undefined when there is none, or it does not exist. */
export async function readWorkflowReference(client: KubeClient, { metadata, spec }: Application): Promise<ExternalWorkflow | undefined> {
  const name = spec.workflow?.ref;
  if (!name) return undefined;
  const found = await client.get({ apiVersion: 'core.oam.dev/v1alpha1', kind: 'Workflow', namespace: metadata.namespace, name });
  if (!found.ok) return undefined;
  const { mode, steps } = found.value;
  // Validated by the API server against our schema.
  return { ...(isObject(mode) ? { mode } : {}), ...(Array.isArray(steps) ? { steps } : {}) } as ExternalWorkflow;
}
