/** `lateen workflow suspend|resume|terminate|restart`: status edits exactly as KubeVela's CLI makes them. */
import type { Command } from 'commander';
import type { Application, WorkflowStatus } from '../api/application.ts';
import type { ObjectRef } from '../api/object.ts';
import { sleep, systemClock } from '../base/clock.ts';
import type { KubeClient, Patch } from '../kube/types.ts';
import { type Operation, operate } from '../workflow/operations.ts';
import { resolveWorkflow } from '../workflow/resolve.ts';
import type { ResolvedWorkflow } from '../workflow/types.ts';
import { CommandError, exitCodes, failureError, problemError } from './command-error.ts';
import { type ClusterFlags, type Connection, clusterOptions, connect } from './connect.ts';
import type { Terminal } from './terminal.ts';
import { effectOf } from './workflow-effect.ts';
import { readWorkflowReference } from './workflow-reference.ts';

interface Flags extends ClusterFlags {
  namespace?: string;
  step?: string;
  wait: boolean;
  timeout: number;
}

const described: Readonly<Record<Operation, string>> = {
  suspend: 'hold the workflow; with --step hold one running step',
  resume: 'let a held workflow go on; with --step one suspended step',
  terminate: 'end the workflow; what it has delivered stays',
  restart: 'run the workflow again from the start; with --step from that step on',
};

/** How often an edit is tried that somebody else's came before. */
const attempts = 5;
/** How often the effect is looked for, in ms. */
const lookMs = 300;

export function define(workflow: Command, terminal: Terminal): void {
  for (const operation of ['suspend', 'resume', 'terminate', 'restart'] as const) {
    const command = clusterOptions(workflow.command(operation).argument('<name>', 'name of the application'))
      .description(described[operation])
      .option('-n, --namespace <name>', 'namespace of the application')
      .option('--no-wait', 'do not wait until the operator has acted on it')
      .option('--timeout <seconds>', 'longest wait', Number, 60);
    if (operation !== 'terminate') command.option('--step <name>', 'one step or sub-step');
    command.action((name: string, flags: Flags) => run(operation, name, flags, terminal));
  }
}

async function run(operation: Operation, name: string, flags: Flags, terminal: Terminal): Promise<void> {
  const connection = await connect(flags);
  try {
    const namespace = flags.namespace ?? connection.namespace;
    const ref: ObjectRef = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace, name };
    const before = await edit(ref, operation, flags.step, connection);
    const what = flags.step === undefined ? `workflow of ${namespace}/${name}` : `step ${flags.step} of ${namespace}/${name}`;
    terminal.out(`${what}: ${past[operation]}`);
    if (flags.wait) await waitForEffect(ref, operation, before, flags, connection, terminal);
  } finally {
    await connection.close();
  }
}

const past: Readonly<Record<Operation, string>> = {
  suspend: 'suspended',
  resume: 'resumed',
  terminate: 'terminated',
  restart: 'restarted',
};

/** Makes the edit on exactly the status it was decided on; gives the run as it was before. */
async function edit(
  ref: ObjectRef,
  operation: Operation,
  step: string | undefined,
  connection: Connection,
): Promise<WorkflowStatus | undefined> {
  const { client } = connection.cluster;
  for (let attempt = 1; ; attempt++) {
    const application = await read(ref, connection);
    const { status } = application;
    const resolved = step !== undefined && operation === 'restart' ? await stepsOf(client, application) : undefined;
    const edited = operate(status?.workflow, operation, step, resolved);
    if (!edited.ok) throw problemError(edited.problem, `application ${ref.namespace}/${ref.name}: `);
    if (status?.workflow === undefined && edited.value.workflow === undefined) return undefined;
    const answer = await client.patch(ref, editOf(application, edited.value.workflow), {
      subresource: 'status',
      fieldManager: 'lateen-cli',
    });
    if (answer.ok) return status?.workflow;
    // 409, or 422 where the test of the resourceVersion failed: somebody (usually the operator) was faster.
    const isOvertaken = answer.failure.httpStatus === 409 || answer.failure.httpStatus === 422;
    if (!isOvertaken || attempt >= attempts)
      throw failureError(answer.failure, connection.server, `${operation} the workflow of ${ref.name}`);
    await sleep(systemClock, 50 * attempt);
  }
}

function editOf({ metadata }: Application, workflow: WorkflowStatus | undefined): Patch {
  const test = { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion };
  return {
    type: 'json',
    body: [test, workflow ? { op: 'add', path: '/status/workflow', value: workflow } : { op: 'remove', path: '/status/workflow' }],
  };
}

async function read(ref: ObjectRef, { cluster, server }: Connection): Promise<Application> {
  const found = await cluster.client.get(ref);
  // Validated by the API server against our schema.
  if (found.ok) return found.value as Application;
  if (found.failure.httpStatus === 404 && found.failure.reason === 'NotFound')
    throw new CommandError(`there is no application ${ref.name} in namespace ${ref.namespace}`);
  throw failureError(found.failure, server, `read application ${ref.namespace}/${ref.name}`);
}

async function stepsOf(client: KubeClient, application: Application): Promise<ResolvedWorkflow> {
  const resolved = resolveWorkflow(application, await readWorkflowReference(client, application));
  if (!resolved.ok) throw problemError(resolved.problem);
  return resolved.value;
}

async function waitForEffect(
  ref: ObjectRef,
  operation: Operation,
  before: WorkflowStatus | undefined,
  { timeout }: Flags,
  connection: Connection,
  terminal: Terminal,
): Promise<void> {
  const deadline = systemClock.monotonic() + timeout * 1000;
  let told = '';
  for (;;) {
    const application = await read(ref, connection);
    const effect = effectOf(operation, before, application);
    if (effect.text !== told) terminal.note(effect.text);
    told = effect.text;
    if (effect.isDone) return;
    if (systemClock.monotonic() >= deadline) {
      throw new CommandError(
        `nothing came of it within ${timeout} s: is an operator running? (The edit stands; --no-wait does not wait.)`,
        exitCodes.notWell,
      );
    }
    await sleep(systemClock, lookMs);
  }
}
