/**
 * Runs before `npm start` and `npm test`: installs what the lockfile names when it is not there yet, so that a fresh
 * clone needs one command. Plain JavaScript without dependencies, for whatever Node the machine has. When nothing is
 * to do it only compares a stamp with the lockfile.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockfile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.lateen-installed');
/** npm writes it at the end of every installation. */
const npmsOwnRecord = join(modules, '.package-lock.json');

const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex');

function isInstalled() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  // Somebody ran npm himself, after the lockfile was written.
  return existsSync(npmsOwnRecord) && statSync(npmsOwnRecord).mtimeMs >= statSync(lockfile).mtimeMs;
}

/** The environment without the project's own Node in the path: npm is about to replace it. */
function environment() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(modules));
  return { ...process.env, PATH: path.join(delimiter) };
}

function install() {
  const startedAt = Date.now();
  process.stderr.write('lateen: installing what package-lock.json names (once; about a minute) …\n');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: environment(),
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.error || done.status !== 0) {
    process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}`);
    process.stderr.write(`lateen: npm ci failed${done.error ? `: ${done.error.message}` : ''}. Is the npm registry reachable from here?\n`);
    process.exit(done.status || 1);
  }
  process.stderr.write(`lateen: installed in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
}

if (!isInstalled()) install();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) writeFileSync(stamp, wanted);
