/** Content types: which form the client wants (object, table, metadata only) and which form it sent. */
import { load } from 'js-yaml';
import { isObject, type Json } from '../../src/base/json.ts';
import { badRequest, notAcceptable, unsupportedMediaType } from './refusal.ts';

export type Form = 'object' | 'table' | 'metadata';

export interface Accepted {
  form: Form;
  /** `v1` or `v1beta1` of meta.k8s.io. */
  version: string;
  media: 'json' | 'yaml';
  pretty: boolean;
}

const producible = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const negotiated = ['application/json', 'application/yaml'];

interface MediaRange {
  type: string;
  parameters: Record<string, string>;
  quality: number;
  order: number;
}

export function parseAccept(header: string | undefined): MediaRange[] {
  const ranges = (header ?? '*/*').split(',').map((part, order): MediaRange => {
    const [type = '', ...rest] = part.split(';').map((piece) => piece.trim());
    const parameters: Record<string, string> = {};
    for (const piece of rest) {
      const equals = piece.indexOf('=');
      if (equals > 0) parameters[piece.slice(0, equals)] = piece.slice(equals + 1);
    }
    return { type, parameters, quality: parameters.q === undefined ? 1 : Number(parameters.q), order };
  });
  return ranges.filter((range) => range.type !== '').sort((a, b) => b.quality - a.quality || a.order - b.order);
}

/** Chooses the first form the server can give. Protobuf and CBOR are not spoken here: 406 when nothing else is accepted. */
export function negotiate(header: string | undefined, allowed: readonly Form[] = ['object', 'table', 'metadata']): Accepted {
  for (const range of parseAccept(header)) {
    const json = range.type === 'application/json' || range.type === '*/*' || range.type === 'application/*';
    const yaml = range.type === 'application/yaml';
    if (!json && !yaml) continue;
    const { as, g, v } = range.parameters;
    const pretty = range.parameters.pretty === '1';
    const media = json ? 'json' : 'yaml';
    if (as === undefined) return { form: 'object', version: '', media, pretty };
    if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) continue;
    if (as === 'Table' && allowed.includes('table')) return { form: 'table', version: v, media, pretty };
    if ((as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') && allowed.includes('metadata')) {
      return { form: 'metadata', version: v, media, pretty };
    }
  }
  throw notAcceptable(producible.filter((type) => negotiated.includes(type)));
}

/** The media type of a request's body, without parameters. */
export function contentTypeOf(headers: Record<string, string>): string {
  const header = headers['content-type'] ?? '';
  const semicolon = header.indexOf(';');
  return (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
}

/** Decodes JSON or YAML. `accepted` are the content types this endpoint takes; none given means JSON. */
export function decodeBody(
  body: string | undefined,
  contentType: string,
  accepted: readonly string[],
): { value: Json; duplicates: string[] } {
  const type = contentType || 'application/json';
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  const text = body ?? '';
  return type.endsWith('yaml') && !text.trimStart().startsWith('{') ? { value: parseYaml(text), duplicates: [] } : parseJson(text);
}

function parseYaml(text: string): Json {
  try {
    return asJson(load(text));
  } catch (error) {
    throw badRequest(`error converting YAML to JSON: yaml: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

/** YAML knows dates and undefined; JSON does not. */
function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** Numbers of 16 digits and more may not survive JSON.parse. */
const longNumber = /[[:,\s]-?\d{16,}/;

/** Parses JSON, refusing integers that JavaScript would round (the real server keeps 64 bits; silently rounding would be a lie). */
export function parseJson(text: string): { value: Json; duplicates: string[] } {
  let value: Json;
  try {
    value = longNumber.test(text)
      ? JSON.parse(text, (key: string, parsed: unknown, context?: { source?: string }) => {
          if (
            typeof parsed === 'number' &&
            Number.isInteger(parsed) &&
            !Number.isSafeInteger(parsed) &&
            !/[.eE]/.test(context?.source ?? '')
          ) {
            throw badRequest(
              `integer ${context?.source ?? parsed} at "${key}" is beyond 2^53 and would be rounded by the embedded API server`,
            );
          }
          return parsed;
        })
      : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw badRequest(
        `the object provided is unrecognized (must be of type Object): couldn't get version/kind; json parse error: ${error.message} (${Buffer.from(text.slice(0, 12)).toString('hex')} ...)`,
      );
    }
    throw error;
  }
  return { value, duplicates: isObject(value) ? duplicateKeys(text) : [] };
}

/**
 * Paths of keys that stand twice in one JSON object (`spec.replicas`), which strict decoding reports.
 * A scan over the text: JSON.parse keeps the last one without a word.
 */
export function duplicateKeys(text: string): string[] {
  const found: string[] = [];
  interface Frame {
    keys: Set<string> | undefined;
    key: string;
    index: number;
  }
  const frames: Frame[] = [];
  let expectKey = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (letter === 0x22) {
      let end = index + 1;
      while (end < text.length && text.charCodeAt(end) !== 0x22) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
      const frame = frames[frames.length - 1];
      if (expectKey && frame?.keys) {
        const key = text.slice(index + 1, end);
        frame.key = key;
        if (frame.keys.has(key))
          found.push(
            frames
              .map((f) => (f.keys ? `.${f.key}` : `[${f.index}]`))
              .join('')
              .slice(1),
          );
        frame.keys.add(key);
        expectKey = false;
      }
      index = end;
    } else if (letter === 0x7b) {
      frames.push({ keys: new Set(), key: '', index: 0 });
      expectKey = true;
    } else if (letter === 0x5b) {
      frames.push({ keys: undefined, key: '', index: 0 });
      expectKey = false;
    } else if (letter === 0x7d || letter === 0x5d) {
      frames.pop();
      expectKey = false;
    } else if (letter === 0x2c) {
      const frame = frames[frames.length - 1];
      if (frame?.keys) expectKey = true;
      else if (frame) frame.index++;
    }
  }
  return found;
}
