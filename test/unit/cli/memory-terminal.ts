/** A terminal that remembers what it was told. */
import { paint } from '../../../src/cli/paint.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

export function memoryTerminal(): Terminal & { results: string[]; notes: string[] } {
  const results: string[] = [];
  const notes: string[] = [];
  return {
    results,
    notes,
    out: (text) => void results.push(text),
    note: (text) => void notes.push(text),
    isInteractive: false,
    paint: paint(false),
    columns: undefined,
  };
}
