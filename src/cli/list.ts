/** `lateen ls`: the applications, one line each. */
import type { Command } from 'commander';
import type { Application } from '../api/application.ts';
import { conditionOf } from '../api/conditions.ts';
import { systemClock } from '../base/clock.ts';
import { failureError } from './command-error.ts';
import { type ClusterFlags, clusterOptions, connect } from './connect.ts';
import { encode, type Output, outputOption } from './output.ts';
import type { Paint, Tone } from './paint.ts';
import { age, table } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Flags extends ClusterFlags {
  namespace?: string;
  allNamespaces?: boolean;
  output: Output;
}

export function define(command: Command, terminal: Terminal): void {
  outputOption(clusterOptions(command))
    .option('-n, --namespace <name>', 'their namespace')
    .option('-A, --all-namespaces', 'of all namespaces')
    .action((flags: Flags) => list(flags, terminal));
}

async function list(flags: Flags, terminal: Terminal): Promise<void> {
  const { cluster, server, namespace: own, close } = await connect(flags);
  try {
    const namespace = flags.allNamespaces ? undefined : (flags.namespace ?? own);
    const listed = await cluster.client.list({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace });
    if (!listed.ok) throw failureError(listed.failure, server, 'list applications');
    // Validated by the API server against our schema.
    const applications = listed.value.items as Application[];
    if (flags.output !== 'text') terminal.out(encode(applications.map(summaryOf), flags.output));
    else if (applications.length === 0)
      terminal.note(namespace ? `no applications in namespace ${namespace} (-A: in all)` : 'no applications');
    else terminal.out(listText(applications, { withNamespace: namespace === undefined, paint: terminal.paint, nowMs: systemClock.now() }));
  } finally {
    await close();
  }
}

/** One application as data. */
export function summaryOf({ metadata, spec, status }: Application) {
  const ready = conditionOf(status?.conditions, 'Ready');
  const services = status?.services ?? [];
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    components: spec.components.map(({ name, type }) => ({ name, type })),
    phase: metadata.deletionTimestamp ? 'deleting' : (status?.status ?? 'starting'),
    ready: ready?.status ?? 'Unknown',
    healthy: services.filter(({ healthy }) => healthy).length,
    services: services.length,
    revision: status?.latestRevision?.name,
    message: ready?.status === 'True' ? '' : (ready?.message ?? ''),
    createdAt: metadata.creationTimestamp,
  };
}

const phaseTone: Readonly<Record<string, Tone>> = { running: 'good', unhealthy: 'bad', workflowFailed: 'bad', workflowTerminated: 'bad' };

/** Longest message in a table. */
const messageLength = 80;

export function listText(applications: readonly Application[], view: { withNamespace: boolean; paint: Paint; nowMs: number }): string {
  const { withNamespace, paint, nowMs } = view;
  const rows = applications.map((application) => {
    const { namespace, name, components, phase, healthy, services, revision = '', message, createdAt } = summaryOf(application);
    return [
      ...(withNamespace ? [namespace] : []),
      name,
      String(components.length),
      paint(phaseTone[phase] ?? 'waiting', phase),
      `${healthy}/${Math.max(services, components.length)}`,
      revision,
      age(createdAt, nowMs),
      message.length > messageLength ? `${message.slice(0, messageLength - 1)}…` : message,
    ];
  });
  return table(
    [...(withNamespace ? ['NAMESPACE'] : []), 'NAME', 'COMPONENTS', 'PHASE', 'HEALTHY', 'REVISION', 'AGE', 'MESSAGE'],
    rows,
    paint,
  );
}
