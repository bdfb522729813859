/** winston behind the product's logger interface: JSON lines for machines, short lines for people, both on standard error. */
import { createLogger, format, transports, type Logger as Winston } from 'winston';
import type { Fields, Logger } from '../base/logger.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['json', 'text'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LoggingOptions {
  level: LogLevel;
  format: LogFormat;
  /** Where lines go; standard error by default. */
  stream?: NodeJS.WritableStream;
}

/** Makes a logger; nothing is written to standard output, which belongs to results. */
export function createLogging({ level, format: shape, stream = process.stderr }: LoggingOptions): Logger {
  const winston = createLogger({
    level,
    format: shape === 'json' ? format.combine(format.timestamp(), format.json()) : format.printf(textLine),
    transports: [new transports.Stream({ stream })],
  });
  return wrap(winston, {});
}

function wrap(winston: Winston, common: Fields): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: Fields = {}): void =>
      void winston.log(level, message, { ...common, ...fields });
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(winston, { ...common, ...fields }),
  };
}

/** `12:03:04 warn  pass ended early application=shop/web code=…` */
function textLine(entry: { level: string; message: unknown; [field: string]: unknown }): string {
  const { level, message, ...fields } = entry;
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`,
  );
  return [new Date().toISOString().slice(11, 19), level.padEnd(5), String(message), ...rest].join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text);
}
