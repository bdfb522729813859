/** Redraws a block of text in place, without taking the whole screen: what stood above stays. */
import { visibleLength } from './paint.ts';
import type { Terminal } from './terminal.ts';

export interface Screen {
  /** Shows `text` where the text before it stood. */
  draw(text: string): void;
}

export function createScreen(terminal: Pick<Terminal, 'out' | 'columns'>): Screen {
  let height = 0;
  const erase = (): string => (height === 0 ? '' : `\u001b[${height}A\u001b[0J`);
  return {
    draw(text) {
      terminal.out(`${erase()}${text}`);
      height = heightOf(text, terminal.columns);
    },
  };
}

/** Lines the text takes where long ones wrap. */
export function heightOf(text: string, columns: number | undefined): number {
  return text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleLength(line) / (columns ?? Number.POSITIVE_INFINITY))), 0);
}
