/** `lateen status`: how one application is, and why. */
import type { Command } from 'commander';
import { sleep, systemClock } from '../base/clock.ts';
import type { ApiFailure, ApiResult } from '../kube/types.ts';
import { CommandError, exitCodes, failureError, failureText } from './command-error.ts';
import { type ClusterFlags, type Connection, clusterOptions, connect } from './connect.ts';
import { encode, type Output, outputOption } from './output.ts';
import { readPicture } from './picture.ts';
import { createScreen } from './screen.ts';
import { type StatusModel, statusModel } from './status-model.ts';
import { statusText, statusTree } from './status-view.ts';
import type { Terminal } from './terminal.ts';

interface Flags extends ClusterFlags {
  namespace?: string;
  tree?: boolean;
  watch?: boolean;
  output: Output;
}

/** How often `-w` looks, in ms. */
const lookMs = 1000;
/** How long `-w` bears a server that does not answer, in ms. */
const patienceMs = 30_000;

export function define(command: Command, terminal: Terminal): void {
  outputOption(clusterOptions(command.argument('<name>', 'name of the application')))
    .option('-n, --namespace <name>', 'namespace of the application')
    .option('--tree', 'components, their objects and pods')
    .option('-w, --watch', 'go on until the application has come to rest: running, failed, or waiting for a person')
    .action((name: string, flags: Flags) => status(name, flags, terminal));
}

async function status(name: string, flags: Flags, terminal: Terminal): Promise<void> {
  const connection = await connect(flags);
  try {
    const namespace = flags.namespace ?? connection.namespace;
    const model = flags.watch
      ? await watchStatus(name, namespace, flags, connection, terminal)
      : await showStatus(name, namespace, flags, connection, terminal);
    if (!model.isWell) throw new CommandError('', exitCodes.notWell);
  } finally {
    await connection.close();
  }
}

async function look(name: string, namespace: string, withPods: boolean, { cluster }: Connection): Promise<ApiResult<StatusModel>> {
  const ref = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace, name };
  const picture = await readPicture(cluster.client, ref, { withPods });
  return picture.ok ? { ok: true, value: statusModel(picture.value) } : picture;
}

function view(model: StatusModel, { tree, output }: Flags, terminal: Terminal): string {
  if (output !== 'text') return encode(model, output);
  return (tree ? statusTree : statusText)(model, terminal.paint, systemClock.now());
}

function notFound(name: string, namespace: string, failure: ApiFailure, server: string): CommandError {
  const isMissing = failure.httpStatus === 404 && failure.reason === 'NotFound';
  return isMissing
    ? new CommandError(`there is no application ${name} in namespace ${namespace} (\`lateen ls -A\` lists all)`)
    : failureError(failure, server, `read application ${namespace}/${name}`);
}

async function showStatus(name: string, namespace: string, flags: Flags, connection: Connection, terminal: Terminal): Promise<StatusModel> {
  const found = await look(name, namespace, flags.tree === true || flags.output !== 'text', connection);
  if (!found.ok) throw notFound(name, namespace, found.failure, connection.server);
  terminal.out(view(found.value, flags, terminal));
  return found.value;
}

/** Redraws on a terminal; elsewhere writes one line for each change, and the whole at the end. */
async function watchStatus(
  name: string,
  namespace: string,
  flags: Flags,
  connection: Connection,
  terminal: Terminal,
): Promise<StatusModel> {
  const screen = createScreen(terminal);
  const redraws = terminal.isInteractive && flags.output === 'text';
  let last: StatusModel | undefined;
  let silentSince: number | undefined;
  let told = '';
  for (;;) {
    const found = await look(name, namespace, flags.tree === true || flags.output !== 'text', connection);
    const now = systemClock.monotonic();
    if (found.ok) {
      silentSince = undefined;
      last = found.value;
      if (last.isAtRest) {
        (redraws ? screen : { draw: terminal.out }).draw(view(last, flags, terminal));
        return last;
      }
      if (redraws) screen.draw(view(last, flags, terminal));
      else told = tell(`${last.phase}${last.message ? `: ${last.message}` : ''}`, told, terminal);
    } else if (found.failure.httpStatus === 404) {
      if (last?.deletingSince === undefined) throw notFound(name, namespace, found.failure, connection.server);
      terminal.note(`application ${namespace}/${name} is gone`);
      return { ...last, isWell: true };
    } else {
      silentSince ??= now;
      if (now - silentSince > patienceMs) throw failureError(found.failure, connection.server, `read application ${namespace}/${name}`);
      told = tell(`${failureText(found.failure, connection.server)} Trying again.`, told, terminal);
    }
    await sleep(systemClock, lookMs);
  }
}

function tell(text: string, told: string, terminal: Terminal): string {
  if (text !== told) terminal.note(text);
  return text;
}
