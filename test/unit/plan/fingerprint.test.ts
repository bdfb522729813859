/** Drift by fingerprint: what is ours, wherever it stands, and nothing else. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import { contentHash } from '../../../src/plan/content-hash.ts';
import { fingerprint } from '../../../src/plan/fingerprint.ts';
import { maskSecret } from '../../../src/plan/secrets.ts';
import { applied, map } from './objects.ts';

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    uid: 'u',
    managedFields: [
      {
        manager: 'lateen',
        operation: 'Apply',
        fieldsV1: {
          'f:spec': {
            'f:template': {
              'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:args': {}, 'f:resources': {} } } },
            },
            'f:hosts': { 'v:"a"': {}, 'i:0': {} },
          },
        },
      },
    ],
  },
  spec: {
    hosts: ['a', 'b'],
    template: {
      spec: {
        containers: [
          { name: 'side', image: 'x' },
          { name: 'web', image: 'nginx', args: [], resources: {} },
        ],
      },
    },
  },
};
const change = (path: string, value: unknown): KubeObject => {
  const copy = structuredClone(deployment) as never;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at: Record<string, unknown> = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return copy;
};

describe('fingerprint', () => {
  it('changes with what is ours', () => {
    assert.notEqual(fingerprint(change('spec.template.spec.containers.1.image', 'evil')), fingerprint(deployment));
    assert.notEqual(fingerprint(change('spec.template.spec.containers', [])), fingerprint(deployment));
    assert.notEqual(fingerprint(change('spec.hosts', ['b'])), fingerprint(deployment));
  });

  it('never changes with what others have', () => {
    assert.equal(fingerprint(change('spec.template.spec.containers.0.image', 'other')), fingerprint(deployment));
    assert.equal(fingerprint(change('spec.replicas', 7)), fingerprint(deployment));
    assert.equal(fingerprint(change('metadata.resourceVersion', '9')), fingerprint(deployment));
  });

  it('takes an empty list or map as present only: the server may fill or drop it', () => {
    assert.equal(fingerprint(change('spec.template.spec.containers.1.resources', undefined)), fingerprint(deployment));
    assert.equal(fingerprint(change('spec.template.spec.containers.1.args', undefined)), fingerprint(deployment));
  });

  it('is missing where no Apply entry of ours stands, or only one of a subresource', () => {
    assert.equal(fingerprint({ ...deployment, metadata: { name: 'web' } }), undefined);
    const entry = { manager: 'lateen', operation: 'Apply' as const, subresource: 'status', fieldsV1: { 'f:status': {} } };
    assert.equal(fingerprint({ ...deployment, metadata: { name: 'web', managedFields: [entry] } }), undefined);
  });

  it('is the same for a Secret and for its masked copy, and tells another value', () => {
    const secret = (value: string): KubeObject => {
      const object = { ...map('keys', { token: value }), kind: 'Secret' };
      return applied(object, 'uid-of-keys');
    };
    assert.equal(fingerprint(maskSecret(secret('aGk='))), fingerprint(secret('aGk=')));
    assert.notEqual(fingerprint(secret('aG8=')), fingerprint(secret('aGk=')));
  });
});

describe('maskSecret', () => {
  it('leaves no value readable, and is done once', () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 8 }), (value) => {
        const masked = maskSecret({ ...map('keys', { token: value }), kind: 'Secret' });
        assert.ok(!JSON.stringify(masked).includes(value));
        assert.deepEqual(maskSecret(masked), masked);
      }),
    );
  });

  it('touches nothing but Secrets', () => {
    const plain = map('brand', { colour: 'red' });
    assert.equal(maskSecret(plain), plain);
  });
});

describe('contentHash', () => {
  it('never sees the labels of a revision', () => {
    const at = (revision: string): KubeObject => {
      const object = map('brand');
      return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'app.oam.dev/appRevision': revision } } };
    };
    assert.equal(contentHash(at('shop-v1')), contentHash(at('shop-v2')));
    assert.notEqual(contentHash(map('brand', { a: 'b' })), contentHash(map('brand')));
    assert.equal(contentHash({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }).length, 16);
  });
});
