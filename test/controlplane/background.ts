/**
 * The one control plane that `npm run controlplane -- up` leaves running: what is known of it is in a state
 * file, and that file is believed only as far as its processes are still there.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, builtPrograms, cacheFolder, type Log, type Part } from './binaries.ts';
import type { World } from './flags.ts';
import { endAll, isStill, type KnownProcess } from './processes.ts';
import { start } from './start.ts';

/** What the state file holds. */
export interface Background {
  world: World;
  scheduler: boolean;
  folder: string;
  kubeconfigPath: string;
  operatorKubeconfigPath: string;
  auditLogPath: string;
  processes: KnownProcess[];
}

/** `partly`: some of its processes have ended; `stale`: all have, and only the file is left. */
export type Status = { state: 'down' } | { state: 'up' | 'partly' | 'stale'; background: Background; alive: Part[] };

const runFolder = join(cacheFolder, 'run');
const stateFile = join(cacheFolder, 'state.json');

/** What runs now. */
export async function status(): Promise<Status> {
  const background = await readState();
  if (background === undefined) return { state: 'down' };
  const alive = background.processes.filter((known) => isStill(known, background.folder)).map(({ part }) => part);
  const all = alive.length === background.processes.length;
  return { state: alive.length === 0 ? 'stale' : all ? 'up' : 'partly', background, alive };
}

/** Starts it, with empty storage, unless it is up. Throws when it is up with another world or without the scheduler asked for. */
export async function up(wish: { world: World; scheduler: boolean; log: Log }): Promise<Background> {
  const now = await status();
  if (now.state === 'up') {
    const { world, scheduler } = now.background;
    if (world === wish.world && (scheduler || !wish.scheduler)) return now.background;
    throw new Error(`A control plane with world ${world} (scheduler: ${scheduler}) is up; end it first with: npm run controlplane -- down`);
  }
  await down();
  const programs = builtPrograms(await build('kube', wish.log), true);
  const plane = await start({ ...wish, programs, folder: runFolder, detached: true });
  const background: Background = {
    world: wish.world,
    scheduler: wish.scheduler,
    folder: plane.folder,
    kubeconfigPath: plane.kubeconfigPath,
    operatorKubeconfigPath: plane.operatorKubeconfigPath,
    auditLogPath: plane.auditLogPath,
    processes: plane.processes.map(({ part, pid }) => ({ part, pid })),
  };
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(`${stateFile}.new`, `${JSON.stringify(background, undefined, 2)}\n`);
  await rename(`${stateFile}.new`, stateFile);
  return background;
}

/** Ends what is left of it; false when there was nothing. Ids that now belong to other programs are left alone. */
export async function down(): Promise<boolean> {
  const now = await status();
  if (now.state === 'down') return false;
  const { background, alive } = now;
  await endAll(background.processes.filter(({ part }) => alive.includes(part)));
  await rm(stateFile, { force: true });
  await rm(background.folder, { recursive: true, force: true });
  return now.state !== 'stale';
}

async function readState(): Promise<Background | undefined> {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const state: unknown = JSON.parse(text);
    return isBackground(state) ? state : undefined;
  } catch {
    // Half a file from a machine that went down while it was written: there is nothing to know from it.
    return undefined;
  }
}

function isBackground(state: unknown): state is Background {
  if (state === null || typeof state !== 'object') return false;
  const texts = ['folder', 'kubeconfigPath', 'operatorKubeconfigPath', 'auditLogPath'];
  return texts.every((key) => typeof Reflect.get(state, key) === 'string') && Array.isArray(Reflect.get(state, 'processes'));
}
