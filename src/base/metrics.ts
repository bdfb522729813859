/** What the product measures of itself, as an interface; the entry points put prom-client behind it. */

export type Labels = Record<string, string>;

export interface Metrics {
  /** Adds to a counter. */
  count(name: string, labels?: Labels, by?: number): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: Labels): void;
  /** Records a duration in seconds. */
  observe(name: string, seconds: number, labels?: Labels): void;
}

export const noMetrics: Metrics = { count: () => undefined, gauge: () => undefined, observe: () => undefined };
