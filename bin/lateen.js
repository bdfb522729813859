#!/usr/bin/env node
/**
 * The command. Plain JavaScript that any Node since 18 can read, because its one task is to find a Node that can run
 * the rest: TypeScript as it is, which Node does from 22.18 on. An older one hands over to the project's own Node
 * (a development dependency) with arguments, standard streams, signals and exit code.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oldest = [22, 22];

function canRunTypeScript() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) return false;
  return Boolean(process.features.typescript);
}

function fail(message) {
  process.stderr.write(`lateen: ${message}\n`);
  process.exit(2);
}

/** Node 22 says at every start that stripping types is experimental; that is our business, not the user's. */
function silenceTypeStripping() {
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (!/type stripping/i.test(String(warning))) emit(warning, ...rest);
  };
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to us and to the child; whoever sends a signal to us alone wants the child to have it too.
  // The child takes signals that come together for one (src/cli/stopping.ts).
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

if (!existsSync(join(root, 'node_modules', 'commander'))) {
  fail(`nothing is installed yet. Run \`npm ci\` in ${root}, then try again (\`npm start\` and \`npm test\` do it by themselves).`);
} else if (canRunTypeScript()) {
  silenceTypeStripping();
  // Types are stripped and code is compiled once, not at every start: a second less, and 20 MiB. Node before 22.1 has none.
  module.enableCompileCache?.();
  const { main } = await import('../src/cli/main.ts');
  await main(process.argv);
} else {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) handOver(own);
  else
    fail(
      `this is Node ${process.versions.node}, and Node ${oldest.join('.')} or newer is needed. Run \`npm ci\` in ${root}: it brings one along.`,
    );
}
