/** The command line: from arguments to a command, and what its errors look like. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, exitCodes } from './command-error.ts';
import { commands } from './commands.ts';
import { systemTerminal, type Terminal } from './terminal.ts';

/** How long open handles may keep the process after its command has ended, in ms. */
const lingerMs = 1000;

/** The program with all commands, those that `args` name in full. */
export async function createProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('lateen')
    .description('Application delivery for Kubernetes that loses nothing, hides nothing and wastes nothing')
    .version(version(), '-V, --version')
    .showHelpAfterError('(add --help for what the command takes)')
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.note(text) })
    .exitOverride();
  // Settings of the program come first: its commands take them over when they are made.
  for (const { name, description, load } of commands) {
    const command = program.command(name).description(description);
    if (args.includes(name)) (await load()).define(command, terminal);
  }
  return program;
}

function version(): string {
  const described: { version?: unknown } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(described.version ?? '');
}

/** Runs the command of `argv` (with the interpreter and the script before it); sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = systemTerminal();
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCodes.refused));
  // The product's timers never keep a process alive; a command that waits on one of them must not vanish meanwhile.
  const awake = setInterval(() => undefined, 60_000);
  process.exitCode = await run(argv.slice(2), terminal);
  clearInterval(awake);
  setTimeout(() => process.exit(), lingerMs).unref();
}

/** Runs the command of `args` and gives its exit code; nothing is thrown. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await createProgram(args, terminal);
    await program.parseAsync([...args], { from: 'user' });
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
