/**
 * The one place where the environment decides which API server the tests run against. Everything else
 * takes these settings as an argument, so that the ladder (ladder.ts) is a pure function.
 */

export interface Settings {
  /** A kubeconfig of a running cluster (`TEST_KUBECONFIG`): nothing is started then. */
  testKubeconfig?: string;
  /** A folder with `etcd` and `kube-apiserver` (`KUBEBUILDER_ASSETS`, as setup-envtest prints it). */
  assetsFolder?: string;
  /** Somebody asked for a real server: `LATEEN_REAL=1` (`npm test -- --real`) or CI. Not having one is a failure then. */
  wanted: boolean;
}

/** Reads the settings; an empty variable counts as unset, `CI=false` and `LATEEN_REAL=0` as no. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    ...(env.TEST_KUBECONFIG ? { testKubeconfig: env.TEST_KUBECONFIG } : {}),
    ...(env.KUBEBUILDER_ASSETS ? { assetsFolder: env.KUBEBUILDER_ASSETS } : {}),
    wanted: isYes(env.CI) || isYes(env.LATEEN_REAL),
  };
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());
}
