import assert from 'node:assert/strict';
import { crds, widget, widgetCrd, widgets, world } from './world.ts';

const sized = {
  type: 'object',
  required: ['size'],
  'x-kubernetes-validations': [{ rule: 'self.size <= 10', message: 'too big' }],
  properties: { size: { type: 'integer' }, color: { type: 'string', default: 'blue' } },
};

describe('custom resource definitions', () => {
  it('serve their kind at once, established a moment later', async () => {
    const w = world();
    assert.equal((await w.get(widgets)).status, 404);
    assert.equal((await w.post(crds, widgetCrd())).status, 201);
    const crd = await w.get(`${crds}/widgets.demo.example.com`);
    const conditions = crd.at('status', 'conditions') as { type: string; status: string }[];
    assert.ok(conditions.some(({ type, status }) => type === 'Established' && status === 'True'));
    assert.equal((await w.get(widgets)).status, 200);
  });

  it('default, prune and validate', async () => {
    const w = world();
    await w.post(crds, widgetCrd(sized));
    const made = await w.post(widgets, widget('a', { size: 1, foo: 2 }));
    assert.deepEqual(made.at('spec'), { size: 1, color: 'blue' });
    assert.equal(made.headers.warning, '299 - "unknown field \\"spec.foo\\""');
    assert.equal((await w.post(widgets, widget('b', {}))).status, 422);
    const refused = await w.post(widgets, widget('c', { size: 11 }));
    assert.equal(refused.status, 422);
    assert.match(String(refused.at('message')), /too big/);
  });

  it('refuse a rule that does not compile', async () => {
    const w = world();
    const answer = await w.post(crds, widgetCrd({ ...sized, 'x-kubernetes-validations': [{ rule: 'self.size <=' }] }));
    assert.equal(answer.status, 422);
    assert.match(String(answer.at('message')), /x-kubernetes-validations\[0\]\.rule/);
  });

  it('refuse a conversion webhook, which nobody would call', async () => {
    const w = world();
    const crd = widgetCrd() as { spec: object };
    const answer = await w.post(crds, { ...crd, spec: { ...crd.spec, conversion: { strategy: 'Webhook' } } });
    assert.equal(answer.status, 422);
  });

  it('show an object in every served version', async () => {
    const w = world();
    const crd = widgetCrd() as { spec: { versions: object[] } };
    const [version] = crd.spec.versions;
    await w.post(crds, { ...crd, spec: { ...crd.spec, versions: [{ ...version, name: 'v1beta1', storage: false }, version] } });
    await w.post(widgets, widget('a', { size: 1 }));
    const other = await w.get('/apis/demo.example.com/v1beta1/namespaces/default/widgets/a');
    assert.equal(other.at('apiVersion'), 'demo.example.com/v1beta1');
    assert.deepEqual(other.at('spec'), { size: 1 });
  });

  it('keep status and spec apart and count generations of the spec', async () => {
    const w = world();
    await w.post(crds, widgetCrd());
    await w.post(widgets, widget('a', { size: 1 }));
    const status = await w.merge(`${widgets}/a/status`, { spec: { size: 5 }, status: { phase: 'ok' } });
    assert.deepEqual([status.at('spec', 'size'), status.at('status', 'phase'), status.at('metadata', 'generation')], [1, 'ok', 1]);
    const spec = await w.merge(`${widgets}/a`, { spec: { size: 5 }, status: { phase: 'no' } });
    assert.deepEqual([spec.at('spec', 'size'), spec.at('status', 'phase'), spec.at('metadata', 'generation')], [5, 'ok', 2]);
  });

  it('take their objects with them', async () => {
    const w = world();
    await w.post(crds, widgetCrd());
    await w.post(widgets, widget('a'));
    await w.post(widgets, widget('held', {}, { finalizers: ['example.com/x'] }));
    await w.delete(`${crds}/widgets.demo.example.com`);
    await w.clock.settle();
    assert.equal((await w.get(`${widgets}/a`)).status, 404);
    assert.equal((await w.get(`${crds}/widgets.demo.example.com`)).status, 200);
    await w.merge(`${widgets}/held`, { metadata: { finalizers: null } });
    await w.clock.settle();
    assert.equal((await w.get(`${crds}/widgets.demo.example.com`)).status, 404);
    assert.equal((await w.get(widgets)).status, 404);
  });

  it('appear in discovery, old and aggregated, and in OpenAPI', async () => {
    const w = world();
    await w.post(crds, widgetCrd(sized));
    const list = await w.get('/apis/demo.example.com/v1');
    assert.equal(list.at('resources', 0, 'kind'), 'Widget');
    const all = await w.get('/apis', { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' });
    assert.ok((all.body.items as { metadata: { name: string } }[]).some(({ metadata }) => metadata.name === 'demo.example.com'));
    const openapi = await w.get('/openapi/v3/apis/demo.example.com/v1');
    assert.equal(
      openapi.at('components', 'schemas', 'com.example.demo.v1.Widget', 'properties', 'spec', 'properties', 'size', 'type'),
      'integer',
    );
  });
});
