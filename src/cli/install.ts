/** `lateen install`: the CRDs into a cluster. */
import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { failureError } from './command-error.ts';
import { type ClusterFlags, clusterOptions, connect } from './connect.ts';
import { installCrds, readCrds } from './crds.ts';
import type { Terminal } from './terminal.ts';

interface Flags extends ClusterFlags {
  dryRun?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  clusterOptions(command)
    .option('--dry-run', 'let the API server check everything and change nothing')
    .action((flags: Flags) => install(flags, terminal));
}

async function install(flags: Flags, terminal: Terminal): Promise<void> {
  const { cluster, server, close } = await connect(flags);
  const crds = readCrds();
  const suffix = flags.dryRun ? ' (dry run)' : '';
  try {
    const done = await installCrds({
      client: cluster.client,
      clock: systemClock,
      crds,
      dryRun: flags.dryRun,
      onDone: (name, outcome) => terminal.out(`customresourcedefinition/${name} ${outcome}${suffix}`),
    });
    if (!done.ok) throw failureError(done.failure, server, `install ${done.name}`);
    terminal.note(
      flags.dryRun ? `dry run: ${crds.length} definitions would be accepted` : `${crds.length} definitions are installed and served`,
    );
  } finally {
    await close();
  }
}
