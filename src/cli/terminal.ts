/** What a command sees of the outside: two streams, whether somebody looks at them, and colour. Tests give their own. */
import { type Paint, paint } from './paint.ts';

export interface Terminal {
  /** The result of a command: standard output. */
  out(text: string): void;
  /** Progress, hints and errors: standard error. */
  note(text: string): void;
  /** Somebody watches standard output; a redraw makes sense. */
  isInteractive: boolean;
  /** Colours standard output; leaves text alone where nobody would see them. */
  paint: Paint;
  /** Width of the terminal in characters; undefined where there is none. */
  columns: number | undefined;
}

/** The terminal of this process. Colour follows https://no-color.org and FORCE_COLOR. */
export function systemTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr } = process;
  const isInteractive = stdout.isTTY === true;
  const wantsColour = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== '';
  const refusesColour = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return {
    out: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => void stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    isInteractive,
    paint: paint(!refusesColour && (isInteractive || wantsColour)),
    columns: isInteractive ? stdout.columns : undefined,
  };
}
