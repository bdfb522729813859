/** What was measured, by name: one number per run of a scenario; and what a set of numbers comes to. */

/** Numbers of one measure, in the unit its row in rows.ts names, with the time of the run they come from (ISO). */
export interface Series {
  at: string;
  values: number[];
}

export interface Recorder {
  add(measure: string, value: number): void;
  /** Which requests a measure was made of, of its newest run: `patch deployments.apps` → how often. */
  requests(measure: string, byKind: Readonly<Record<string, number>>): void;
  /** Said below the table, once. */
  note(text: string): void;
}

export interface Summary {
  median: number;
  min: number;
  max: number;
  runs: number;
}

export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, runs: sorted.length };
}

/** The value that `share` of all are not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
