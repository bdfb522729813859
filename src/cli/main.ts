/** The command line: which commands there are, and what their errors look like. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, exitCodes } from './command-error.ts';
import { addController } from './controller.ts';
import { addDiff } from './diff.ts';
import { addInstall } from './install.ts';
import { addList } from './list.ts';
import { addRender } from './render.ts';
import { addStart } from './start.ts';
import { addStatus } from './status.ts';
import { systemTerminal, type Terminal } from './terminal.ts';
import { addWorkflow } from './workflow.ts';

/** How long open handles may keep the process after its command has ended, in ms. */
const lingerMs = 1000;

/** All commands, ready to parse. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('lateen')
    .description('Application delivery for Kubernetes that loses nothing, hides nothing and wastes nothing')
    .version(version(), '-V, --version')
    .showHelpAfterError('(add --help for what the command takes)')
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.note(text) })
    .exitOverride();
  for (const add of [addStart, addController, addInstall, addStatus, addList, addDiff, addRender, addWorkflow]) add(program, terminal);
  // Options of the program itself are settled before its commands are made, which take them over.
  for (const command of program.commands) command.copyInheritedSettings(program).exitOverride();
  return program;
}

function version(): string {
  const described: { version?: unknown } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(described.version ?? '');
}

/** Runs the command of `argv`; sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = systemTerminal();
  // The product's timers never keep a process alive; a command that waits on one of them must not vanish meanwhile.
  const awake = setInterval(() => undefined, 60_000);
  process.exitCode = await run(argv, terminal);
  clearInterval(awake);
  setTimeout(() => process.exit(), lingerMs).unref();
}

/** Runs the command of `argv` and gives its exit code; nothing is thrown. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync([...argv]);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.refused;
    if (error instanceof CommandError) {
      if (error.message !== '') terminal.note(`lateen: ${error.message}`);
      return error.exitCode;
    }
    const text = error instanceof Error ? error.message : String(error);
    terminal.note(`lateen: this should not have happened: ${text}`);
    if (process.env.LATEEN_DEBUG && error instanceof Error) terminal.note(error.stack ?? '');
    else terminal.note('  (LATEEN_DEBUG=1 shows where; please report it)');
    return exitCodes.refused;
  }
}
