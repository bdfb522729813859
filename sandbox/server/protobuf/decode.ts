/**
 * Reading requests in Kubernetes' protobuf form, which newer kubectl sends for built-in kinds. Answers are
 * always JSON, which every client accepts beside protobuf.
 */
import { toRfc3339, toRfc3339Micro } from '../../../src/base/clock.ts';
import type { Json, JsonObject } from '../object.ts';
import { badRequest } from '../refusal.ts';
import messages from './generated/messages.json' with { type: 'json' };
import { ProtoReader } from './reader.ts';

interface Field {
  name: string;
  type: string;
  shape: '' | '[' | '{';
  /** The zero value stands for absence. */
  omitsZero: boolean;
  inline: boolean;
}

type Message = Map<number, Field>;

const tables: Record<string, string> = messages;
const parsed = new Map<string, Message>();

/** The fields of a message. */
function messageOf(name: string): Message | undefined {
  const known = parsed.get(name);
  if (known) return known;
  const text = tables[name];
  if (text === undefined) return undefined;
  const message: Message = new Map();
  for (const entry of text === '' ? [] : text.split(';')) {
    const [number = '', field = '', written = ''] = entry.split(' ');
    const shape = written.startsWith('[') ? '[' : written.startsWith('{') ? '{' : '';
    const mark = written.at(-1);
    const type = written.slice(shape.length, mark === '?' || mark === '^' ? -1 : undefined);
    message.set(Number(number), { name: field, type, shape, omitsZero: mark === '?', inline: mark === '^' });
  }
  parsed.set(name, message);
  return message;
}

/** Messages that JSON writes in a form of their own. */
const special: Record<string, (reader: ProtoReader) => Json> = {
  'apis.meta.v1.Time': (reader) => timestamp(reader, toRfc3339),
  'apis.meta.v1.MicroTime': (reader) => timestamp(reader, toRfc3339Micro),
  'api.resource.Quantity': (reader) => String(scalars(reader).get(1) ?? '0'),
  'util.intstr.IntOrString': (reader) => {
    const fields = scalars(reader);
    return fields.get(1) === 1 ? String(fields.get(3) ?? '') : Number(fields.get(2) ?? 0);
  },
  'apis.meta.v1.FieldsV1': rawJson,
  'runtime.RawExtension': rawJson,
};

function rawJson(reader: ProtoReader): Json {
  const text = scalars(reader).get(1);
  return typeof text === 'string' && text !== '' ? JSON.parse(text) : null;
}

function timestamp(reader: ProtoReader, write: (ms: number) => string): Json {
  const fields = scalars(reader);
  if (fields.size === 0) return null;
  return write(Number(fields.get(1) ?? 0) * 1000 + Math.floor(Number(fields.get(2) ?? 0) / 1e6));
}

/** Fields of a small message by number: varints as numbers, everything else as text. */
function scalars(reader: ProtoReader): Map<number, number | string> {
  const fields = new Map<number, number | string>();
  while (reader.more()) {
    const { number, wire } = reader.tag();
    if (wire === 0) fields.set(number, reader.integer());
    else if (wire === 2) fields.set(number, reader.text());
    else reader.skip(wire);
  }
  return fields;
}

function value(reader: ProtoReader, type: string, wire: number): Json {
  switch (type) {
    case 'string':
      return reader.text();
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.integer() !== 0;
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
      return reader.integer();
    case 'double':
      return reader.double();
    case 'float':
      reader.skip(wire);
      return null;
    default: {
      const inner = reader.message();
      return special[type]?.(inner) ?? (special[type] ? null : object(inner, type));
    }
  }
}

function entry(reader: ProtoReader, type: string): [string, Json] {
  let key = '';
  let found: Json = type === 'string' || type === 'bytes' ? '' : {};
  while (reader.more()) {
    const { number, wire } = reader.tag();
    if (number === 1) key = reader.text();
    else if (number === 2) found = value(reader, type, wire);
    else reader.skip(wire);
  }
  return [key, found];
}

const isZero = (found: Json): boolean => found === '' || found === 0 || found === false;

function object(reader: ProtoReader, name: string): JsonObject {
  const message = messageOf(name);
  if (!message) throw badRequest(`the embedded API server cannot read protobuf message ${name}; send JSON`);
  const result: JsonObject = {};
  while (reader.more()) {
    const { number, wire } = reader.tag();
    const field = message.get(number);
    if (!field) {
      reader.skip(wire);
      continue;
    }
    if (field.shape === '{') {
      const [key, found] = entry(reader.message(), field.type);
      const map = result[field.name];
      if (typeof map === 'object' && map !== null && !Array.isArray(map)) map[key] = found;
      else result[field.name] = { [key]: found };
      continue;
    }
    const found = value(reader, field.type, wire);
    if (field.shape === '[') {
      const list = result[field.name];
      if (Array.isArray(list)) list.push(found);
      else result[field.name] = [found];
    } else if (field.inline && typeof found === 'object' && found !== null && !Array.isArray(found)) Object.assign(result, found);
    else if (found !== null && !(field.omitsZero && isZero(found))) result[field.name] = found;
  }
  return result;
}

/** `apps/v1` → `apps.v1`, `rbac.authorization.k8s.io/v1` → `rbac.v1`; DeleteOptions and other options live in meta. */
function messageName(apiVersion: string, kind: string): string {
  if (/^(Delete|Create|Update|Patch|Get|List)Options$/.test(kind)) return `apis.meta.v1.${kind}`;
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return `core.${apiVersion}.${kind}`;
  return `${apiVersion.slice(0, slash).split('.')[0] ?? ''}.${apiVersion.slice(slash + 1)}.${kind}`;
}

const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** Decodes the envelope (`k8s\0`, then a runtime.Unknown) and the object in it. */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (bytes.length < 4 || !magic.equals(bytes.subarray(0, 4)))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const reader = new ProtoReader(bytes.subarray(4));
  let apiVersion = '';
  let kind = '';
  let raw: ProtoReader | undefined;
  while (reader.more()) {
    const { number, wire } = reader.tag();
    if (number === 1) {
      const meta = scalars(reader.message());
      apiVersion = String(meta.get(1) ?? '');
      kind = String(meta.get(2) ?? '');
    } else if (number === 2) raw = reader.message();
    else reader.skip(wire);
  }
  return { apiVersion, kind, ...(raw ? object(raw, messageName(apiVersion, kind)) : {}) };
}
