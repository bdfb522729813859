/**
 * Schedules of CronJobs: five fields with names, lists, ranges and steps, the macros, `@every`, and time zones.
 * The dialect is that of robfig/cron v3's standard parser, which the API server validates with.
 */

export type Schedule = { type: 'every'; ms: number } | { type: 'fields'; fields: Set<number>[]; anyDay: boolean; anyWeekday: boolean };

const bounds = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const macros: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000 };

function numberIn(text: string, field: number): number | undefined {
  const lower = text.toLowerCase();
  const named = field === 3 ? months.indexOf(lower) + 1 : field === 4 ? weekdays.indexOf(lower) : -1;
  if ((field === 3 && named > 0) || (field === 4 && named >= 0)) return named;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function parseField(text: string, field: number): Set<number> | undefined {
  const [least, most] = bounds[field] ?? [0, 0];
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, ...rest] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (rest.length > 0 || !Number.isInteger(step) || step < 1) return undefined;
    let from: number | undefined = least;
    let to: number | undefined = most;
    if (range !== '*' && range !== '?') {
      const [first = '', last, ...more] = range.split('-');
      from = numberIn(first, field);
      // `5/15` means from 5 to the end in steps of 15.
      to = last === undefined ? (stepText === undefined ? from : most) : numberIn(last, field);
      if (more.length > 0) return undefined;
    }
    if (from === undefined || to === undefined || from < least || to > most || from > to) return undefined;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

/** Parses a schedule; undefined when it is none. */
export function parseSchedule(text: string): Schedule | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('@every ')) {
    const duration = trimmed.slice(7).trim();
    if (!/^(\d+(\.\d+)?[hms])+$/.test(duration)) return undefined;
    let ms = 0;
    for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)) ms += Number(amount) * (units[unit ?? ''] ?? 0);
    return { type: 'every', ms: Math.max(1_000, ms) };
  }
  const parts = (macros[trimmed] ?? trimmed).split(/\s+/);
  if (parts.length !== 5) return undefined;
  const fields: Set<number>[] = [];
  for (const [index, part] of parts.entries()) {
    const field = parseField(part, index);
    if (!field) return undefined;
    fields.push(field);
  }
  const isAny = (part: string | undefined): boolean => part?.startsWith('*') === true || part?.startsWith('?') === true;
  return { type: 'fields', fields, anyDay: isAny(parts[2]), anyWeekday: isAny(parts[4]) };
}

interface LocalTime {
  minute: number;
  hour: number;
  day: number;
  month: number;
  weekday: number;
}

/** The local calendar of a zone; UTC without one (or with an unknown one: the API server refuses those). */
function calendarOf(timeZone: string | undefined): (at: number) => LocalTime {
  const utc = (at: number): LocalTime => {
    const date = new Date(at);
    return {
      minute: date.getUTCMinutes(),
      hour: date.getUTCHours(),
      day: date.getUTCDate(),
      month: date.getUTCMonth() + 1,
      weekday: date.getUTCDay(),
    };
  };
  if (!timeZone || timeZone === 'UTC' || timeZone === 'Etc/UTC') return utc;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      minute: 'numeric',
      hour: 'numeric',
      day: 'numeric',
      month: 'numeric',
      weekday: 'short',
    });
  } catch {
    return utc;
  }
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    return {
      minute: number('minute'),
      hour: number('hour'),
      day: number('day'),
      month: number('month'),
      weekday: weekdays.indexOf((parts.get('weekday') ?? '').toLowerCase()),
    };
  };
}

/** The first time after `after` (epoch ms) at which a schedule is due; undefined when there is none within five years. */
export function nextTime(schedule: Schedule, after: number, timeZone?: string): number | undefined {
  if (schedule.type === 'every') return Math.floor(after / 1_000) * 1_000 + schedule.ms;
  const [minutes, hours, days, monthsOf, weekdaysOf] = schedule.fields;
  const local = calendarOf(timeZone);
  const end = after + 5 * 366 * 86_400_000;
  let at = (Math.floor(after / 60_000) + 1) * 60_000;
  while (at < end) {
    const time = local(at);
    const dayFits = days?.has(time.day) ?? false;
    const weekdayFits = weekdaysOf?.has(time.weekday) ?? false;
    // Where both days are restricted either will do, as in every cron.
    const fits = schedule.anyDay || schedule.anyWeekday ? dayFits && weekdayFits : dayFits || weekdayFits;
    if (!monthsOf?.has(time.month) || !fits || !hours?.has(time.hour)) at += (60 - time.minute) * 60_000;
    else if (!minutes?.has(time.minute)) at += 60_000;
    else return at;
  }
  return undefined;
}
