/** Jobs take probes as parameters and never had an effect of them; that stays so, with a warning (decisions.md 18). */

interface Probed {
  livenessProbe?: object;
  readinessProbe?: object;
}

/** The parameters without their probes, and a warning for each that was given. */
export function withoutProbes<P extends Probed>(parameter: P): { pod: Omit<P, keyof Probed>; warnings: string[] } {
  const { livenessProbe, readinessProbe, ...pod } = parameter;
  const given = Object.entries({ livenessProbe, readinessProbe }).filter(([, probe]) => probe !== undefined);
  return { pod, warnings: given.map(([name]) => `parameter "${name}" has no effect on work that runs to its end`) };
}
