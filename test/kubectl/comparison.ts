/** Holds two transcripts of one command against each other, line by line, and words the difference for a reader. */
import type { Difference } from './differences.ts';

export interface Sides {
  embedded: string;
  real: string;
}

/** What is different and not declared, as a readable text; undefined when nothing is. */
export function undeclared(sides: Sides, declared: Difference | undefined): string | undefined {
  if (declared?.says) {
    const { embedded, real } = declared.says;
    const wrong = [
      ...(embedded.test(sides.embedded) ? [] : [`the embedded server was to say ${embedded}:\n${sides.embedded}`]),
      ...(real.test(sides.real) ? [] : [`the real server was to say ${real}:\n${sides.real}`]),
    ];
    return wrong.length > 0 ? wrong.join('\n') : undefined;
  }
  const rest = (text: string): string[] => text.split('\n').filter((line) => !declared?.lines?.test(line));
  const [embedded, real] = [rest(sides.embedded), rest(sides.real)];
  return embedded.join('\n') === real.join('\n') ? undefined : lineDifference(embedded, real);
}

/** Whether a declaration still has something to declare; one that has not hides the next bug. */
export function isNeeded(sides: Sides, declared: Difference): boolean {
  return declared.says !== undefined || declared.isSometimes === true || sides.embedded !== sides.real;
}

/** The lines of both in one column: `-` only on the embedded server, `+` only on the real one, three of what is common around. */
export function lineDifference(embedded: readonly string[], real: readonly string[]): string {
  const lengths = commonLengths(embedded, real);
  const lines: { mark: ' ' | '-' | '+'; text: string }[] = [];
  let [left, right] = [0, 0];
  while (left < embedded.length || right < real.length) {
    const [mine, theirs] = [embedded[left], real[right]];
    if (mine !== undefined && mine === theirs) {
      lines.push({ mark: ' ', text: mine });
      left++;
      right++;
    } else if (theirs === undefined || (mine !== undefined && at(lengths, left + 1, right) >= at(lengths, left, right + 1))) {
      lines.push({ mark: '-', text: mine ?? '' });
      left++;
    } else {
      lines.push({ mark: '+', text: theirs });
      right++;
    }
  }
  const isNear = lines.map((_line, index) => lines.slice(Math.max(0, index - 3), index + 4).some(({ mark }) => mark !== ' '));
  return lines
    .filter((_line, index) => isNear[index])
    .map(({ mark, text }) => `${mark} ${text}`)
    .join('\n');
}

const at = (table: readonly number[][], row: number, column: number): number => table[row]?.[column] ?? 0;

/** Length of the longest common subsequence of what follows each pair of positions. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const table: number[][] = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      const longest =
        left[row] === right[column] ? at(table, row + 1, column + 1) + 1 : Math.max(at(table, row + 1, column), at(table, row, column + 1));
      const line = table[row];
      if (line) line[column] = longest;
    }
  }
  return table;
}
