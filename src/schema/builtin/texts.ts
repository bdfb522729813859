/**
 * The rules for names, labels, ports and the like, each as the list of what is wrong with a text.
 * Source: apimachinery, util/validation of Kubernetes 1.33.
 */
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const dns1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualified})?`;
const configKey = '[-._a-zA-Z0-9]+';
const percent = '[0-9]+%';

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const compiled: Record<string, RegExp> = {};
function matches(pattern: string, text: string): boolean {
  compiled[pattern] ??= whole(pattern);
  return compiled[pattern].test(text);
}

function shape(message: string, pattern: string, ...examples: string[]): string {
  // The server's own punctuation: every example ends with a comma, the next begins with "or".
  return `${message} (e.g. ${examples.map((each) => `'${each}', `).join(' or ')}regex used for validation is '${pattern}')`;
}
const tooLong = (max: number): string => `must be no more than ${max} characters`;

export function dns1123Label(text: string): string[] {
  const out = text.length > 63 ? [tooLong(63)] : [];
  if (matches(label, text)) return out;
  if (matches(subdomain, text)) return [...out, 'must not contain dots'];
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...out, shape(message, label, 'my-name', '123-abc')];
}

export function dns1123Subdomain(text: string): string[] {
  const out = text.length > 253 ? [tooLong(253)] : [];
  if (matches(subdomain, text)) return out;
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...out, shape(message, subdomain, 'example.com')];
}

export function dns1035Label(text: string): string[] {
  const out = text.length > 63 ? [tooLong(63)] : [];
  if (matches(dns1035, text)) return out;
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...out, shape(message, dns1035, 'my-name', 'abc-123')];
}

export function wildcardSubdomain(text: string): string[] {
  const pattern = `\\*\\.${subdomain}`;
  if (matches(pattern, text)) return [];
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [shape(message, pattern, '*.example.com')];
}

export function pathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((each) => text.includes(each)).map((each) => `may not contain '${each}'`);
}

export function qualifiedName(text: string): string[] {
  const message = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const examples = ['MyName', 'my.name', '123-abc'] as const;
  const parts = text.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${shape(message, qualified, ...examples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? '';
  const out: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') out.push('prefix part must be non-empty');
    else out.push(...dns1123Subdomain(prefix).map((each) => `prefix part ${each}`));
  }
  if (name === '') out.push('name part must be non-empty');
  else if (name.length > 63) out.push(`name part ${tooLong(63)}`);
  if (!matches(qualified, name)) out.push(`name part ${shape(message, qualified, ...examples)}`);
  return out;
}

export function validLabelValue(text: string): string[] {
  const out = text.length > 63 ? [tooLong(63)] : [];
  if (matches(labelValue, text)) return out;
  const message =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...out, shape(message, labelValue, 'MyValue', 'my_value', '12345')];
}

export function portNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

export function portName(text: string): string[] {
  const out = text.length > 15 ? [tooLong(15)] : [];
  if (!/^[-a-z0-9]+$/.test(text)) out.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) out.push('must contain at least one letter (a-z)');
  if (text.includes('--')) out.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) out.push('must not begin or end with a hyphen');
  return out;
}

export function environmentName(text: string): string[] {
  return /^[\x20-\x3c\x3e-\x7e]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function configMapKey(text: string): string[] {
  const out = text.length > 253 ? [tooLong(253)] : [];
  if (!matches(configKey, text)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    out.push(shape(message, configKey, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (text === '.' || text === '..') out.push(`must not be '${text}'`);
  else if (text.startsWith('..')) out.push("must not start with '..'");
  return out;
}

export function validPercent(text: string): string[] {
  return matches(percent, text)
    ? []
    : [shape("a valid percent string must be a numeric string followed by an ending '%'", percent, '1%', '93%')];
}

const cronFields: readonly { min: number; max: number; names: readonly string[] }[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

function cronNumber(text: string, names: readonly string[]): number | string {
  const named = names.indexOf(text.toLowerCase());
  if (text !== '' && named >= 0) return named;
  if (/^-\d+$/.test(text)) return `negative number (${Number(text)}) not allowed: ${text}`;
  return /^\+?\d+$/.test(text)
    ? Number(text)
    : `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}

function cronRange(text: string, field: (typeof cronFields)[number]): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  const [low = '', high, ...rest] = range.split('-');
  let start = field.min;
  let end = field.max;
  if (low !== '*' && low !== '?') {
    if (rest.length > 0) return `too many hyphens: ${text}`;
    const first = cronNumber(low, field.names);
    if (typeof first === 'string') return first;
    start = first;
    end = first;
    if (high !== undefined) {
      const last = cronNumber(high, field.names);
      if (typeof last === 'string') return last;
      end = last;
    }
  }
  if (more.length > 0) return `too many slashes: ${text}`;
  if (step !== undefined) {
    const width = cronNumber(step, []);
    if (typeof width === 'string') return width;
    if (high === undefined && low !== '*' && low !== '?') end = field.max;
    if (width === 0) return `step of range should be a positive number: ${text}`;
  }
  if (start < field.min) return `beginning of range (${start}) below minimum (${field.min}): ${text}`;
  if (end > field.max) return `end of range (${end}) above maximum (${field.max}): ${text}`;
  return start > end ? `beginning of range (${start}) beyond end of range (${end}): ${text}` : undefined;
}

/** What is wrong with a cron schedule (five fields or a descriptor). Source: robfig/cron v3, ParseStandard. */
export function cronSchedule(text: string): string | undefined {
  const schedule = text.replace(/^(CRON_)?TZ=\S+ */, '');
  if (schedule.startsWith('@')) {
    if (schedule.startsWith('@every ')) {
      const duration = schedule.slice('@every '.length);
      return /^([+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(duration)
        ? undefined
        : `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(duration)}`;
    }
    return descriptors.includes(schedule) ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  const fields = schedule.split(/\s+/).filter((each) => each !== '');
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [index, field] of cronFields.entries()) {
    for (const part of (fields[index] ?? '').split(',')) {
      const wrong = cronRange(part, field);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}
