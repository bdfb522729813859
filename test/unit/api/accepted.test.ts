import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { isObject, type JsonObject } from '../../../src/base/json.ts';
import { complaints, droppedFields, filesBelow, objectsOf, read, repository } from './validation.ts';

const conformance = join(repository, 'test/conformance');

/** What a cluster run by KubeVela holds of a kind. */
function written(kind: string): JsonObject[] {
  const content: unknown = JSON.parse(read(join(conformance, 'takeover', `${kind}.json`)));
  const items = (isObject(content) ? content.items : content) ?? [];
  assert.ok(Array.isArray(items) && items.length >= 15);
  return items.filter(isObject);
}

describe('what KubeVela accepts', () => {
  const files = filesBelow(join(conformance, 'cases'), '.yaml');

  it('is all there', () => assert.equal(files.length, 359));

  for (const file of files) {
    it(`is accepted here: ${relative(conformance, file)}`, () => {
      const found = objectsOf(read(file)).map((object) => complaints(object));
      assert.deepEqual(found.filter((list) => list !== undefined).flat(), []);
      if (!file.endsWith('.setup.yaml'))
        assert.ok(
          found.some((list) => list !== undefined),
          'no object of ours in the file',
        );
    });
  }
});

describe('what KubeVela wrote, status included', () => {
  for (const kind of ['application', 'applicationrevision', 'resourcetracker']) {
    it(`is accepted here: ${kind}`, () => {
      for (const item of written(kind)) assert.deepEqual(complaints(item), []);
    });
  }

  it('may hold a zero time, which Go writes as null', () => {
    const application = {
      apiVersion: 'core.oam.dev/v1beta1',
      kind: 'Application',
      metadata: { name: 'shop' },
      spec: { components: [] },
      status: { services: null, workflow: { suspend: false, endTime: null, steps: [{ name: 'a', firstExecuteTime: null }] } },
    };
    assert.deepEqual(complaints(application), []);
  });
});

describe('fields KubeVela knows', () => {
  it('are kept, the status it wrote included', () => {
    for (const kind of ['application', 'applicationrevision', 'resourcetracker']) {
      for (const item of written(kind)) assert.deepEqual(droppedFields(item), []);
    }
  });
  it('do not include misspelt ones', () => {
    const spec = { components: [{ name: 'a', type: 'worker', trait: [] }] };
    assert.deepEqual(droppedFields({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', spec }), ['.spec.components[0].trait']);
  });
});

describe('what KubeVela refuses', () => {
  const application = (spec: unknown) =>
    complaints({ apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', metadata: { name: 'shop' }, spec: spec as never });

  it('is refused: properties that are a list', () => {
    assert.deepEqual(application({ components: [{ name: 'a', type: 'worker', properties: [] }] }), [
      '/spec/components/0/properties must be object',
    ]);
  });
  it('is refused: a component without a type', () => {
    assert.deepEqual(application({ components: [{ name: 'a' }] }), ["/spec/components/0 must have required property 'type'"]);
  });
  it('is refused: a step that is text', () => {
    assert.deepEqual(application({ components: [], workflow: { steps: ['deploy'] } }), ['/spec/workflow/steps/0 must be object']);
  });
  it('is refused: a spec without components', () => {
    assert.deepEqual(application({}), ["/spec must have required property 'components'"]);
  });
});
