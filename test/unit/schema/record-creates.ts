/**
 * Records what a real API server answers to the creates (as dry runs): `node test/unit/schema/record-creates.ts`
 * with LATEEN_TEST_KUBECONFIG set. What its strategies and admission add to a success is not ours to foretell:
 * of the kinds they touch only refusals are kept.
 */
import { writeFileSync } from 'node:fs';
import type { JsonObject } from '../../../src/base/json.ts';
import { builtinResources } from '../../../src/schema/index.ts';
import { comparable } from './agreement.ts';
import { creates, sent } from './creates.ts';
import { realServer } from './real-server.ts';

const namespace = 'schema-test';
const filledIn = ['Job', 'Pod', 'PersistentVolumeClaim', 'DaemonSet'];

const server = realServer();
if (server === undefined) throw new Error('LATEEN_TEST_KUBECONFIG names no server');
await server.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
const out: JsonObject[] = [];
for (const manifest of creates) {
  const { apiVersion, kind } = manifest;
  const resource = builtinResources().find(
    (each) => (each.group === '' ? each.version : `${each.group}/${each.version}`) === apiVersion && each.kind === kind,
  );
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const path = `${root}/${apiVersion}/namespaces/${namespace}/${resource?.plural}?dryRun=All&fieldManager=m&fieldValidation=Strict`;
  const object = sent(manifest);
  const { status, body } = await server.send('POST', path, object);
  if (status !== 201) {
    if (!String(body.message).includes('(0x')) out.push({ object, code: status, message: body.message ?? '' });
  } else if (!filledIn.includes(kind) && !JSON.stringify(body).includes('nodePort')) {
    out.push({ object, code: status, answer: comparable(body) as JsonObject });
  }
}
server.close();
writeFileSync(new URL('./golden/creates.json', import.meta.url), `[\n${out.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
console.log(`${out.length} answers`);
