/** The commands there are. A command's own file is loaded when it is asked for: the others would cost every start. */
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export interface CommandEntry {
  name: string;
  description: string;
  load(): Promise<{ define(command: Command, terminal: Terminal): void }>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    description: 'start the embedded default: API server, operator and a small world of nodes and pods in one process on loopback',
    load: () => import('./start.ts'),
  },
  {
    name: 'controller',
    description: 'run the operator against a cluster until it is told to stop',
    load: () => import('./controller.ts'),
  },
  {
    name: 'install',
    description: "apply Lateen's CustomResourceDefinitions and wait until they are served",
    load: () => import('./install.ts'),
  },
  {
    name: 'status',
    description: 'how an application is, and why; exit code 0 when it is running and healthy, else 1',
    load: () => import('./status.ts'),
  },
  { name: 'ls', description: 'list applications', load: () => import('./list.ts') },
  {
    name: 'diff',
    description: 'show what applying a file would change on the cluster, field by field; exit code 1 when something would, 0 when not',
    load: () => import('./diff.ts'),
  },
  {
    name: 'render',
    description: 'show the objects an application stands for; works offline, with the built-in definitions',
    load: () => import('./render.ts'),
  },
  {
    name: 'workflow',
    description: 'hold, continue, end or repeat the workflow of an application',
    load: () => import('./workflow.ts'),
  },
];
