/**
 * The door through which tests get a real API server: one they start themselves (`startControlPlane`), or the
 * best one to be had on this machine (`realServer`). Nothing here fails quietly: where there is no server the
 * reason is given, and `wanted` says whether that must fail the run.
 */
import { existsSync } from 'node:fs';
import { assetPrograms, build, builtPrograms, hasGo, isBuilt, type Log } from './binaries.ts';
import type { World } from './flags.ts';
import { type Rung, rungs } from './ladder.ts';
import { readSettings } from './settings.ts';
import { type ControlPlane, start } from './start.ts';

export type { Log } from './binaries.ts';
export type { World } from './flags.ts';
export type { ControlPlane } from './start.ts';

/** A real API server, ready. */
export interface RealServer {
  kind: 'real';
  /** The rung it came from. */
  source: Rung['kind'];
  /** A cluster administrator. */
  kubeconfigPath: string;
  /** The user whose requests are audited; the administrator again where there is no audit log. */
  operatorKubeconfigPath: string;
  /** Missing where the server is not ours: request budgets cannot be counted there. */
  auditLogPath?: string;
  /** `none` only where we started it so; tests that bring their own actors need that. */
  world: World;
  /** Whether garbage collection and namespace deletion work. */
  controllers: boolean;
  stop(): Promise<void>;
}

export interface Unavailable {
  kind: 'unavailable';
  /** Why, one line for each rung that was tried. */
  reason: string;
  /** Somebody asked for a real server: not having one must fail the run. */
  wanted: boolean;
}

/** Starts the control plane of controlplane/ for one test file; builds it first if need be. Several may run in parallel. */
export async function startControlPlane(options: { world: World; log: Log; scheduler?: boolean }): Promise<ControlPlane> {
  const programs = builtPrograms(await build('kube', options.log), false);
  return start({ ...options, programs });
}

/** The best real API server to be had: the ladder of ladder.ts, climbed until one rung holds. */
export async function realServer(options: {
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Who plays the cluster where we start it; `none` unless said. */
  world?: World;
}): Promise<RealServer | Unavailable> {
  const settings = readSettings(options.env);
  const world = options.world ?? 'none';
  const reasons: string[] = [];
  for (const rung of rungs(settings, { built: isBuilt('kube'), go: settings.wanted && (await hasGo()) })) {
    try {
      return await climb(rung, world, options.log);
    } catch (error) {
      reasons.push(`${rung.kind}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { kind: 'unavailable', reason: reasons.join('\n'), wanted: settings.wanted };
}

/** One rung; throws the reason why it does not hold. */
async function climb(rung: Rung, world: World, log: Log): Promise<RealServer> {
  switch (rung.kind) {
    case 'given': {
      if (!existsSync(rung.kubeconfig)) throw new Error(`TEST_KUBECONFIG names ${rung.kubeconfig}, which does not exist`);
      return foreign('given', rung.kubeconfig, async () => undefined);
    }
    case 'assets': {
      const programs = assetPrograms(rung.folder);
      if ('missing' in programs) throw new Error(`KUBEBUILDER_ASSETS: ${programs.missing}`);
      return own('assets', await start({ programs, world, log }));
    }
    case 'built':
      return own('built', await startControlPlane({ world, log }));
    case 'k3s': {
      const { startK3s } = await import('./k3s.ts');
      const k3s = await startK3s();
      return foreign('k3s', k3s.kubeconfigPath, k3s.stop);
    }
    default:
      return rung satisfies never;
  }
}

function own(source: Rung['kind'], plane: ControlPlane): RealServer {
  const { kubeconfigPath, operatorKubeconfigPath, auditLogPath, world, controllers, stop } = plane;
  return { kind: 'real', source, kubeconfigPath, operatorKubeconfigPath, auditLogPath, world, controllers, stop };
}

function foreign(source: Rung['kind'], kubeconfigPath: string, stop: () => Promise<void>): RealServer {
  return { kind: 'real', source, kubeconfigPath, operatorKubeconfigPath: kubeconfigPath, world: 'kube', controllers: true, stop };
}
