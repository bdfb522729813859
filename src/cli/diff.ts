/** `lateen diff`: what would change, before it does. */
import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { clusterFacts } from '../controllers/application/surroundings.ts';
import { readApplications } from './application-file.ts';
import { CommandError, exitCodes, failureError, problemError } from './command-error.ts';
import { type ClusterFlags, clusterOptions, connect } from './connect.ts';
import { diffText } from './diff-view.ts';
import { encode, type Output, outputOption } from './output.ts';
import { isEmpty, type Preview, previewApplication } from './preview.ts';
import { readServerVersion } from './server-version.ts';
import type { Terminal } from './terminal.ts';

interface Flags extends ClusterFlags {
  filename: string;
  namespace?: string;
  output: Output;
}

export function define(command: Command, terminal: Terminal): void {
  outputOption(clusterOptions(command))
    .requiredOption('-f, --filename <file>', 'YAML or JSON with one or more Applications; - for standard input')
    .option('-n, --namespace <name>', 'namespace of Applications that name none')
    .action((flags: Flags) => diff(flags, terminal));
}

async function diff(flags: Flags, terminal: Terminal): Promise<void> {
  const { cluster, server, namespace, close } = await connect(flags);
  try {
    const { applications, others } = readApplications(flags.filename, namespace, flags.namespace);
    if (others.length > 0) terminal.note(`left out, no Applications: ${others.join(', ')}`);
    const version = await readServerVersion(cluster.client);
    if (!version.ok) throw failureError(version.failure, server, 'compare');
    const facts = clusterFacts(cluster.client, version.value);
    const previews: Preview[] = [];
    for (const application of applications) {
      const preview = await previewApplication(cluster.client, application, facts, systemClock.now());
      if (!preview.ok) throw problemError(preview.problem, `application ${application.metadata.name}: `);
      previews.push(preview.value);
    }
    if (flags.output === 'text') terminal.out(previews.map((preview) => diffText(preview, terminal.paint)).join('\n\n'));
    else terminal.out(encode(previews, flags.output));
    if (!previews.every(isEmpty)) throw new CommandError('', exitCodes.notWell);
  } finally {
    await close();
  }
}
