import assert from 'node:assert/strict';
import { parseApplications, readApplications } from '../../../src/cli/application-file.ts';
import { appliedOver } from '../../../src/cli/applied-over.ts';

const app = (rest: string) => `apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: a}\n${rest}`;
const good = app('spec: {components: [{name: web, type: webservice}]}');

describe('reading Applications from a file', () => {
  it('takes the Applications and names what else is there', () => {
    const read = parseApplications(`${good}\n---\nkind: Namespace\napiVersion: v1\nmetadata: {name: n}\n---\n`, 'f', 'team');
    assert.deepEqual(read.others, ['Namespace n']);
    assert.deepEqual(
      read.applications.map(({ metadata }) => metadata),
      [{ name: 'a', namespace: 'team' }],
    );
  });

  it('puts Applications into the namespace of -n, and refuses another one', () => {
    assert.equal(parseApplications(good, 'f', 'default', 'n').applications[0]?.metadata.namespace, 'n');
    const named = good.replace('{name: a}', '{name: a, namespace: m}');
    assert.throws(() => parseApplications(named, 'f', 'default', 'n'), /its namespace is m, and -n says n/);
  });

  for (const [what, text, message] of [
    ['broken YAML', 'a: [1', /f, line \d+, column \d+: this is no YAML/],
    ['an empty file', '# nothing', /f holds no document/],
    ['another kind alone', 'kind: Service\napiVersion: v1\nmetadata: {name: s}', /holds no Application \(it holds Service s\)/],
    ['a bare text', 'hello', /expected an object .* got "hello"/],
    ['an old version', good.replace('v1beta1', 'v1alpha2'), /apiVersion must be core.oam.dev\/v1beta1 \(got core.oam.dev\/v1alpha2\)/],
    ['no name', good.replace('{name: a}', '{}'), /metadata.name is required/],
    ['no spec', app(''), /spec is required/],
    ['a misspelt field', app('spec: {component: []}'), /spec.component is no field .*did you mean "components"/],
    ['components that are no list', app('spec: {components: {}}'), /spec.components must be a list \(got an object\)/],
    ['a component without type', app('spec: {components: [{name: x}]}'), /spec.components\[0\].type is required/],
    ['a trait without type', app('spec: {components: [{name: x, type: y, traits: [{}]}]}'), /traits\[0\].type is required/],
    ['the second of two documents', `${good}\n---\n${app('')}`, /f, document 2: spec is required/],
  ] as const) {
    it(`says what is wrong with ${what}`, () => {
      assert.throws(() => parseApplications(text, 'f', 'default'), message);
    });
  }

  it('says when there is no such file', () => {
    assert.throws(() => readApplications('/no/such/file.yaml', 'default'), /there is no file/);
  });
});

describe('an Application as after kubectl apply', () => {
  it('drops what the file had before, and keeps what others put there', () => {
    const [wanted] = parseApplications(good, 'f', 'n').applications;
    assert.ok(wanted);
    const last = JSON.stringify({ metadata: { labels: { mine: '1', gone: '1' } } });
    const live = {
      ...wanted,
      metadata: {
        name: 'a',
        uid: 'u',
        labels: { mine: '1', gone: '1', theirs: '1' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last },
      },
    };
    const merged = appliedOver(live, { ...wanted, metadata: { ...wanted.metadata, labels: { mine: '2' } } });
    assert.deepEqual(merged.metadata.labels, { mine: '2', theirs: '1' });
    assert.equal(merged.metadata.uid, 'u');
  });
});
