/**
 * Our apply, patch, defaulting, validation and ownership against a real API server, write by write. Needs one:
 * LATEEN_TEST_KUBECONFIG names its kubeconfig.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../../src/base/json.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { agree, type Write } from './agreement.ts';
import { type Choice, choices, configMap, deployment, mergePatch, service } from './random-objects.ts';
import { realServer } from './real-server.ts';

const namespace = 'schema-test';
const server = realServer();
const written: string[] = [];
const kinds: { kind: string; apiVersion: string; path: string; make: (choice: Choice, name: string) => JsonObject }[] = [
  { kind: 'Deployment', apiVersion: 'apps/v1', path: `/apis/apps/v1/namespaces/${namespace}/deployments`, make: deployment },
  { kind: 'Service', apiVersion: 'v1', path: `/api/v1/namespaces/${namespace}/services`, make: service },
  { kind: 'ConfigMap', apiVersion: 'v1', path: `/api/v1/namespaces/${namespace}/configmaps`, make: configMap },
];

function randomWrite(choice: Choice, manifest: JsonObject, isFirst: boolean): Write {
  const how = isFirst ? 'apply' : choice.pick(['apply', 'apply', 'apply', 'merge', 'strategic'] as const);
  const manager = how === 'apply' ? choice.pick(['one', 'two']) : choice.pick(['one', 'three', 'four']);
  return { how, manager, force: choice.chance(0.8), body: how === 'apply' ? manifest : mergePatch(choice, manifest) };
}

describe('agreement with a real API server', function () {
  this.timeout(120_000);

  before(async function () {
    if (server === undefined) {
      console.warn('      NOT COMPARED with a real API server: LATEEN_TEST_KUBECONFIG is not set');
      this.skip();
    }
    await server.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  after(async () => {
    if (server === undefined) return;
    for (const path of written) {
      await server.send('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json');
      await server.send('DELETE', path);
    }
    server.close();
  });

  for (const { kind, apiVersion, path, make } of kinds) {
    for (const seed of [1, 2, 3]) {
      it(`holds for 60 random writes of ${kind}s by several managers (seed ${seed})`, async () => {
        if (server === undefined) return;
        const choice = choices(seededRandom(seed));
        let name = '';
        for (let step = 0; step < 60; step++) {
          const isFirst = step % 15 === 0;
          if (isFirst) {
            name = `${kind.toLowerCase()}-${process.pid}-${seed}-${step}`;
            written.push(`${path}/${name}`);
          }
          const write = randomWrite(choice, make(choice, name), isFirst);
          const difference = await agree(server, path, name, write, apiVersion, kind);
          assert.equal(difference, undefined, `step ${step}, ${write.how} by ${write.manager}: ${JSON.stringify(write.body)}`);
        }
      });
    }
  }
});
