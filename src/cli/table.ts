/** Aligned columns, as kubectl prints them: two or more spaces between, nothing at the end of a line. */
import { type Paint, visibleLength } from './paint.ts';

const gap = '   ';

/** @param rows cells may carry colour; a missing cell is empty. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const lines = [header.map((name) => paint('strong', name)), ...rows.map((row) => header.map((_, index) => flat(row[index] ?? '')))];
  const widths = header.map((_, index) => Math.max(...lines.map((line) => visibleLength(line[index] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, index) => padded(cell, widths[index] ?? 0))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - visibleLength(cell)));
}

/** A message of several lines would break the columns. */
function flat(cell: string): string {
  return cell.replace(/\s*\n\s*/g, ' ');
}

/** How long ago, in kubectl's short form: `5s`, `3m12s`, `4h`, `2d`. */
export function age(createdAt: string | undefined, nowMs: number): string {
  const then = Date.parse(createdAt ?? '');
  if (Number.isNaN(then)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((nowMs - then) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h`;
  return `${Math.floor(hours / 24)}d`;
}
