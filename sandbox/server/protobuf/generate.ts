/**
 * Makes generated/messages.json from the .proto files and Go types that Kubernetes publishes:
 *   node sandbox/server/protobuf/generate.ts "$(go env GOMODCACHE)/k8s.io" v0.33.13
 * Only numbers, names and types of fields are taken; `?` marks fields whose zero value stands for absence,
 * `^` messages that JSON shows inline.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [root = '', version = ''] = process.argv.slice(2);
const groups = [
  'apps/v1',
  'authentication/v1',
  'authorization/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'coordination/v1',
  'core/v1',
  'discovery/v1',
  'events/v1',
  'networking/v1',
  'policy/v1',
  'rbac/v1',
  'scheduling/v1',
  'storage/v1',
];
const folders = [...groups.map((group) => join(root, `api@${version}`, group)), join(root, `apimachinery@${version}`, 'pkg/apis/meta/v1')];
const inline = new Set([
  'localObjectReference',
  'handler',
  'volumeSource',
  'persistentVolumeSource',
  'ingressRuleValue',
  'ephemeralContainerCommon',
]);

/** Struct.jsonName of Go fields that are plain values with omitempty. */
function omittedZeros(folder: string): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('types.go'))) {
    let struct = '';
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      struct = /^type (\w+) struct/.exec(line)?.[1] ?? struct;
      const field = /^\s+\w+\s+(\S+)\s+`json:"(\w+),omitempty"/.exec(line);
      if (field && !field[1]?.startsWith('*')) found.add(`${struct}.${field[2]}`);
    }
  }
  return found;
}

const messages: Record<string, string> = {};
for (const folder of folders) {
  const zeros = omittedZeros(folder);
  const text = readFileSync(join(folder, 'generated.proto'), 'utf8');
  const pack = /^package (\S+);/m.exec(text)?.[1] ?? '';
  for (const [, name = '', body = ''] of text.matchAll(/^message (\w+) \{\n(.*?)^\}/gms)) {
    const fields: string[] = [];
    for (const line of body.split('\n')) {
      const found = /^\s+(optional |repeated |)(map<string, ?(\S+)>|\S+) (\w+) = (\d+);/.exec(line);
      if (!found) continue;
      const [, label = '', type = '', value, field = '', number = ''] = found;
      const raw = value ?? type;
      const scalar = /^(string|bool|bytes|int32|int64|double|float|uint32|uint64)$/.test(raw);
      const full = scalar ? raw : raw.startsWith('.') ? raw.slice(1) : `${pack}.${raw}`;
      const shape = value ? '{' : label === 'repeated ' ? '[' : '';
      const mark = scalar && zeros.has(`${name}.${field}`) && shape === '' ? '?' : !scalar && inline.has(field) ? '^' : '';
      fields.push(`${number} ${field} ${shape}${full.replace('k8s.io.apimachinery.pkg.', '').replace('k8s.io.api.', '')}${mark}`);
    }
    messages[`${pack}.${name}`.replace('k8s.io.apimachinery.pkg.', '').replace('k8s.io.api.', '')] = fields.join(';');
  }
}
writeFileSync(new URL('./generated/messages.json', import.meta.url), `${JSON.stringify(messages, null, 0).replaceAll('","', '",\n"')}\n`);
