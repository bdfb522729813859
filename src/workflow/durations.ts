/** Durations as Go writes them (`1h30m`, `250ms`): the form of `timeout` and of a suspend step's `duration`. */

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/** Milliseconds of a Go duration (time.ParseDuration), or undefined when the text is none; negative ones are none here. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const body = text.startsWith('+') ? text.slice(1) : text;
  let ms = 0;
  part.lastIndex = 0;
  let end = 0;
  for (let match = part.exec(body); match !== null; match = part.exec(body)) {
    ms += Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0);
    end = part.lastIndex;
  }
  return body.length > 0 && end === body.length && Number.isFinite(ms) ? ms : undefined;
}
