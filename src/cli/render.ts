/** `lateen render`: the objects behind an application, without any cluster. */
import { type Command, Option } from 'commander';
import type { KubeObject } from '../api/object.ts';
import { systemClock } from '../base/clock.ts';
import { offlineFacts } from '../controllers/application/surroundings.ts';
import { readApplications } from './application-file.ts';
import { problemError } from './command-error.ts';
import { toYaml } from './output.ts';
import { renderWhole } from './rendering.ts';
import type { Terminal } from './terminal.ts';

interface Flags {
  filename: string;
  namespace?: string;
  output: 'yaml' | 'json';
}

export function define(command: Command, terminal: Terminal): void {
  command
    .requiredOption('-f, --filename <file>', 'YAML or JSON with one or more Applications; - for standard input')
    .option('-n, --namespace <name>', 'namespace of Applications that name none (default: "default")')
    .addOption(new Option('-o, --output <format>', 'form of the result').choices(['yaml', 'json']).default('yaml'))
    .action((flags: Flags) => render(flags, terminal));
}

async function render({ filename, namespace, output }: Flags, terminal: Terminal): Promise<void> {
  const { applications, others } = readApplications(filename, 'default', namespace);
  if (others.length > 0) terminal.note(`left out, no Applications: ${others.join(', ')}`);
  const objects: unknown[] = [];
  for (const application of applications) {
    const { name } = application.metadata;
    const revision = { name: `${name}-v1`, number: 1, run: `${name}-v1` };
    const whole = await renderWhole({ application, revision, cluster: offlineFacts, now: systemClock.now() });
    if (!whole.ok) throw problemError(whole.problem, `application ${name}: `);
    for (const warning of whole.value.warnings) terminal.note(`warning: application ${name}: ${warning}`);
    for (const component of whole.value.awaiting)
      terminal.note(`application ${name}: component "${component}" is left out: it takes a value that only a running workflow gives`);
    objects.push(...whole.value.steps.flatMap(({ resources }) => resources.map(({ manifest }) => inOrder(manifest))));
  }
  if (output === 'json') terminal.out(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2));
  else terminal.out(objects.map((object) => `---\n${toYaml(object)}`).join(''));
}

/** Definitions write fields in their own order; readers look for the name first. */
function inOrder({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, ...rest };
}
