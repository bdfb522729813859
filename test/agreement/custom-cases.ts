/** Cases about custom resources. The CRD is cluster-wide and removed at the end of its group. */
import type { Group, Step } from './case.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/agree.example.com/v1/namespaces/{ns}/widgets';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      'x-kubernetes-validations': [
        { rule: 'self.size <= 10', message: 'too big' },
        { rule: "!has(self.color) || self.color != 'red' || self.size > 2", messageExpression: "'red needs more than two'" },
      ],
      properties: {
        size: { type: 'integer', minimum: 0 },
        replicas: { type: 'integer', default: 1 },
        color: {
          type: 'string',
          maxLength: 9,
          enum: ['red', 'blue'],
          'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'color is immutable' }],
        },
        name: { type: 'string', maxLength: 5, pattern: '^[a-z]+$' },
        parts: {
          type: 'array',
          maxItems: 2,
          items: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, n: { type: 'integer' } } },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['id'],
        },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        port: { 'x-kubernetes-int-or-string': true },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
  },
};

const crd = (more: object = {}, version: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.agree.example.com' },
  spec: {
    group: 'agree.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Parts', type: 'string', jsonPath: '.spec.parts[*].id', priority: 1 },
          { name: 'Color', type: 'string', jsonPath: '.spec.color', description: 'what colour' },
        ],
        schema: { openAPIV3Schema: schema },
        ...version,
      },
    ],
    ...more,
  },
});

const widget = (name: string, spec: object): object => ({ apiVersion: 'agree.example.com/v1', kind: 'Widget', metadata: { name }, spec });
const create = (name: string, body: unknown, more: Partial<Step> = {}): Step => ({ name, method: 'POST', path: widgets, body, ...more });
const patch = (name: string, body: unknown, more: Partial<Step> = {}): Step => ({
  name,
  method: 'PATCH',
  type: 'merge',
  path: `${widgets}/w`,
  body,
  ...more,
});

export const customCases: Group[] = [
  {
    name: 'custom resource definitions',
    steps: [
      { name: 'refuses a wrong name', method: 'POST', path: crds, body: { ...crd(), metadata: { name: 'x.agree.example.com' } } },
      {
        name: 'refuses a schema without type',
        method: 'POST',
        path: crds,
        body: crd({}, { schema: { openAPIV3Schema: { properties: { a: {} } } } }),
      },
      {
        name: 'refuses a rule that does not compile',
        method: 'POST',
        path: crds,
        body: crd(
          {},
          {
            schema: {
              openAPIV3Schema: { type: 'object', properties: { a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self ==' }] } } },
            },
          },
        ),
        statusOnly: true,
      },
      {
        name: 'refuses two storage versions',
        method: 'POST',
        path: crds,
        body: crd({
          versions: [
            { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
            { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
          ],
        }),
        statusOnly: true,
      },
      { name: 'creates', method: 'POST', path: crds, body: crd(), ignore: ['status', 'metadata.managedFields'] },
      { name: 'serves it soon', method: 'GET', path: widgets, until: 200, ignore: ['metadata'] },
      create('defaults', widget('w', { size: 1 }), { ignore: ['metadata.managedFields'] }),
      create('records who set what', widget('w1', { size: 1, parts: [{ id: 'a', n: 1 }] })),
      create('prunes with a warning', widget('w2', { size: 1, foo: 2, any: { keep: 1 } })),
      create('refuses unknown fields when strict', widget('w3', { size: 1, foo: 2 }), { path: `${widgets}?fieldValidation=Strict` }),
      create('refuses what is missing', widget('w4', {})),
      create('refuses a wrong type', widget('w5', { size: 'big' })),
      create('refuses a value below the least', widget('w6', { size: -1 })),
      create('refuses a value outside of the list', widget('w7', { size: 1, color: 'green' })),
      create('refuses a pattern', widget('w8', { size: 1, name: 'ABC' })),
      create('refuses a text too long', widget('w9', { size: 1, name: 'abcdefgh' })),
      create('refuses too many items', widget('w10', { size: 1, parts: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })),
      create('refuses doubled keys', widget('w11', { size: 1, parts: [{ id: 'a' }, { id: 'a' }] })),
      create('refuses by a rule', widget('w12', { size: 11 })),
      create('refuses by a rule with a message of its own', widget('w13', { size: 1, color: 'red' })),
      create('takes a number for int-or-string', widget('w14', { size: 1, port: 80 }), { ignore: ['metadata.managedFields'] }),
      create('takes a text for int-or-string', widget('w15', { size: 1, port: 'http' }), { ignore: ['metadata.managedFields'] }),
      create('refuses a boolean for int-or-string', widget('w16', { size: 1, port: true })),
      create('refuses no kind', { metadata: { name: 'x' } }),
      create(
        'drops a status at create',
        { ...(widget('w17', { size: 1 }) as object), status: { phase: 'x' } },
        { ignore: ['metadata.managedFields'] },
      ),
      patch('counts a change', { spec: { size: 2, color: 'blue' } }),
      patch('does not count a label', { metadata: { labels: { a: 'b' } } }),
      patch('refuses what a transition rule forbids', { spec: { color: 'red', size: 5 } }),
      patch(
        'changes the status alone',
        { spec: { size: 9 }, status: { phase: 'Ready', replicas: 4 }, metadata: { labels: { z: 'z' } } },
        { path: `${widgets}/w/status` },
      ),
      { name: 'has a scale', method: 'GET', path: `${widgets}/w/scale` },
      { name: 'scales', method: 'PATCH', type: 'merge', path: `${widgets}/w/scale`, body: { spec: { replicas: 3 } } },
      { name: 'is scaled', method: 'GET', path: `${widgets}/w`, ignore: ['metadata.managedFields'] },
      { name: 'knows no strategic merge', method: 'PATCH', type: 'strategic', path: `${widgets}/w`, body: {} },
      { name: 'demands a revision', method: 'PUT', path: `${widgets}/w`, body: widget('w', { size: 1 }) },
      {
        name: 'applies',
        method: 'PATCH',
        type: 'apply',
        path: `${widgets}/ap?fieldManager=one`,
        body: widget('ap', { size: 1, parts: [{ id: 'a', n: 1 }] }),
      },
      {
        name: 'conflicts',
        method: 'PATCH',
        type: 'apply',
        path: `${widgets}/ap?fieldManager=two`,
        body: widget('ap', { size: 1, parts: [{ id: 'a', n: 2 }, { id: 'b' }] }),
      },
      {
        name: 'merges by key',
        method: 'PATCH',
        type: 'apply',
        path: `${widgets}/ap?fieldManager=two&force=true`,
        body: widget('ap', { size: 1, parts: [{ id: 'a', n: 2 }, { id: 'b' }] }),
      },
      {
        name: 'applies unknown fields with a warning',
        method: 'PATCH',
        type: 'apply',
        path: `${widgets}/ap?fieldManager=three`,
        body: widget('ap', { size: 1, foo: 3 }),
      },
      {
        name: 'applies a status',
        method: 'PATCH',
        type: 'apply',
        path: `${widgets}/ap/status?fieldManager=ctl`,
        body: { apiVersion: 'agree.example.com/v1', kind: 'Widget', metadata: { name: 'ap' }, status: { phase: 'Up' } },
      },
      { name: 'prints its columns', method: 'GET', path: `${widgets}?fieldSelector=metadata.name%3Dap`, accept: table },
      { name: 'is discovered', method: 'GET', path: '/apis/agree.example.com/v1', ignore: ['resources.0.storageVersionHash'] },
      { name: 'is a group', method: 'GET', path: '/apis/agree.example.com' },
      { name: 'deletes one', method: 'DELETE', path: `${widgets}/w` },
      { name: 'deletes the CRD', method: 'DELETE', path: `${crds}/widgets.agree.example.com`, statusOnly: true },
      { name: 'is gone', method: 'GET', path: `${crds}/widgets.agree.example.com`, until: 404 },
    ],
  },
];
