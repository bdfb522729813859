/**
 * Kubernetes quantities (`500m`, `1.5Gi`, `1e3`), exact: parsed to an integer of nanos, compared, added, and
 * written in canonical form. Source: apimachinery, api/resource (quantity).
 */

/** `nanos` is the value times 10^9; `format` decides which suffixes it is written with. */
export interface Quantity {
  nanos: bigint;
  format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
}

const nano = 1_000_000_000n;
const decimal: readonly [string, number][] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
];
const binary: readonly [string, number][] = [
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
];
const decimalPower = new Map(decimal);
const binaryPower = new Map(binary);
const grammar = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Rounds away from zero: what is finer than a nano counts as one. */
function divideUp(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator === 0n ? quotient : quotient + 1n;
}

/** The quantity of a text, or undefined where it is none. Numbers are taken as they print. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const match = grammar.exec(String(text));
  if (match === null) return undefined;
  const [, sign, digits = '', exponent, suffix = ''] = match;
  const point = digits.indexOf('.');
  const fraction = point < 0 ? '' : digits.slice(point + 1);
  const mantissa = BigInt(`${point < 0 ? digits : digits.slice(0, point)}${fraction}` || '0');
  const scale = fraction.length;
  let nanos: bigint;
  let format: Quantity['format'] = 'DecimalSI';
  const bits = binaryPower.get(suffix);
  if (bits !== undefined) {
    format = 'BinarySI';
    nanos = divideUp(mantissa * nano * 2n ** BigInt(bits), 10n ** BigInt(scale));
  } else {
    const power = exponent === undefined ? (decimalPower.get(suffix) ?? 0) : Number.parseInt(exponent.slice(1), 10);
    if (exponent !== undefined) format = 'DecimalExponent';
    if (Math.abs(power) > 400) return undefined;
    const shift = power + 9 - scale;
    nanos = shift >= 0 ? mantissa * 10n ** BigInt(shift) : divideUp(mantissa, 10n ** BigInt(-shift));
  }
  return { nanos: sign === '-' ? -nanos : nanos, format };
}

/** Negative, zero or positive, as the first is less than, equal to or more than the second. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

export function addQuantity(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

/** The value as a number; rounded where it does not fit. */
export function quantityValue(quantity: Quantity): number {
  return Number(quantity.nanos) / 1e9;
}

function formatBinary(nanos: bigint): string | undefined {
  if (nanos % nano !== 0n) return undefined; // fractions have no binary suffix
  let whole = nanos / nano;
  let power = 0;
  while (power < 60 && whole % 1024n === 0n) {
    whole /= 1024n;
    power += 10;
  }
  return `${whole}${binary.find(([, bits]) => bits === power)?.[0] ?? ''}`;
}

function formatDecimal(nanos: bigint, exponent: boolean): string {
  let value = nanos;
  let power = -9;
  while (value % 1000n === 0n && (exponent || power < 18)) {
    value /= 1000n;
    power += 3;
  }
  if (exponent) return power === 0 ? `${value}` : `${value}e${power}`;
  return `${value}${decimal.find(([, each]) => each === power)?.[0] ?? ''}`;
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos, format } = quantity;
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  // Binary suffixes are for sizes: below 1024 the server writes the plain number.
  if (format === 'BinarySI' && size >= 1024n * nano) {
    const text = formatBinary(size);
    if (text !== undefined) return sign + text;
  }
  return sign + formatDecimal(size, format === 'DecimalExponent');
}

/** The canonical form of a text, or undefined where it is no quantity. */
export function canonicalQuantity(text: string | number): string | undefined {
  const quantity = parseQuantity(text);
  return quantity === undefined ? undefined : formatQuantity(quantity);
}

/**
 * A count given as a number or a share of `total` (`25%`). Undefined where the text is neither.
 * Source: apimachinery, util/intstr (GetScaledValueFromIntOrPercent).
 */
export function scaledIntOrPercent(value: number | string, total: number, roundUp: boolean): number | undefined {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(value);
  if (match === null) return undefined;
  const share = (Number(match[1]) * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}
