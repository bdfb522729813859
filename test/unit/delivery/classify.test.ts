/** From a refusal of the API server to what the user reads and when it is tried again, as a table. */
import assert from 'node:assert/strict';
import type { Problem } from '../../../src/base/errors.ts';
import { classifyFailure } from '../../../src/delivery/classify.ts';
import type { ApiFailure } from '../../../src/kube/types.ts';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

const table: [string, ApiFailure, Pick<Problem, 'kind' | 'code'>, RegExp][] = [
  [
    'no answer',
    { httpStatus: 0, reason: 'Unreachable', message: 'connection refused' },
    { kind: 'Transient', code: 'Unreachable' },
    /^Deployment shop\/web: connection refused/,
  ],
  [
    'an unknown kind',
    { httpStatus: 404, reason: 'NoKind', message: 'x' },
    { kind: 'Waiting', code: 'KindMissing' },
    /no kind "Deployment" in apps\/v1; is its CRD installed\?/,
  ],
  [
    'a path that is gone',
    { httpStatus: 404, reason: 'NotFound', message: 'the server could not find the requested resource' },
    { kind: 'Waiting', code: 'KindMissing' },
    /no kind/,
  ],
  [
    'a missing namespace',
    { httpStatus: 404, reason: 'NotFound', message: 'namespaces "shop" not found' },
    { kind: 'Waiting', code: 'NamespaceMissing' },
    /waits for namespace "shop"/,
  ],
  [
    'an object that went',
    { httpStatus: 404, reason: 'NotFound', message: 'deployments.apps "web" not found' },
    { kind: 'Transient', code: 'Gone' },
    /not found/,
  ],
  [
    'a quota',
    { httpStatus: 403, reason: 'Forbidden', message: 'exceeded quota: small' },
    { kind: 'Waiting', code: 'QuotaExceeded' },
    /waits for quota/,
  ],
  [
    'a namespace that ends',
    { httpStatus: 403, reason: 'Forbidden', message: 'unable to create new content in namespace shop because it is being terminated' },
    { kind: 'Waiting', code: 'NamespaceTerminating' },
    /namespace "shop" is being deleted/,
  ],
  ['no right', { httpStatus: 403, reason: 'Forbidden', message: 'cannot patch' }, { kind: 'Denied', code: 'Forbidden' }, /is not allowed/],
  [
    'no credentials',
    { httpStatus: 401, reason: 'Unauthorized', message: 'Unauthorized' },
    { kind: 'Denied', code: 'Unauthorized' },
    /credentials/,
  ],
  [
    'a webhook',
    { httpStatus: 500, reason: 'InternalError', message: 'failed calling webhook "a.example.com"' },
    { kind: 'Waiting', code: 'WebhookFailed' },
    /waits for an admission webhook/,
  ],
  ['a conflict', { httpStatus: 409, reason: 'Conflict', message: 'modified' }, { kind: 'Transient', code: 'WriteConflict' }, /modified/],
  [
    'an immutable field',
    {
      httpStatus: 422,
      reason: 'Invalid',
      message: 'spec.selector: field is immutable',
      causes: [{ field: 'spec.selector', message: `Invalid value: ${'x'.repeat(300)}: field is immutable` }],
    },
    { kind: 'Waiting', code: 'ImmutableField' },
    /cannot be changed in place: spec\.selector: field is immutable\. Undo the change/,
  ],
  [
    'a wrong object',
    {
      httpStatus: 422,
      reason: 'Invalid',
      message: 'bad',
      causes: [{ field: 'spec.replicas', message: 'Invalid value: -1: must be positive' }],
    },
    { kind: 'Invalid', code: 'InvalidObject' },
    /is invalid: spec\.replicas: Invalid value: -1: must be positive/,
  ],
  [
    'what is no object',
    { httpStatus: 400, reason: 'BadRequest', message: 'cannot decode' },
    { kind: 'Invalid', code: 'InvalidObject' },
    /not understood/,
  ],
  [
    'too much',
    { httpStatus: 413, reason: 'RequestEntityTooLarge', message: 'limit is 3145728' },
    { kind: 'Invalid', code: 'TooLarge' },
    /too large/,
  ],
  [
    'what cannot be done',
    { httpStatus: 405, reason: 'MethodNotAllowed', message: 'x' },
    { kind: 'Invalid', code: 'NotSupported' },
    /does not support/,
  ],
  ['too many requests', { httpStatus: 429, reason: 'TooManyRequests', message: 'x' }, { kind: 'Transient', code: 'TooManyRequests' }, /x/],
  [
    'a field of another type',
    {
      httpStatus: 500,
      reason: 'InternalError',
      message: 'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric, got string',
    },
    { kind: 'Invalid', code: 'InvalidObject' },
    /^Deployment shop\/web is invalid: \.spec\.replicas: expected numeric/,
  ],
  ['an error of the server', { httpStatus: 500, reason: 'InternalError', message: 'x' }, { kind: 'Transient', code: 'ServerError' }, /x/],
];

describe('classifyFailure', () => {
  for (const [what, failure, { kind, code }, sentence] of table) {
    it(`${what} is ${kind}`, () => {
      const problem = classifyFailure(failure, ref);
      assert.deepEqual({ kind: problem.kind, code: problem.code }, { kind, code });
      assert.match(problem.message, sentence);
    });
  }

  it('honours Retry-After', () => {
    const problem = classifyFailure({ httpStatus: 429, reason: 'TooManyRequests', message: 'x', retryAfterMs: 7000 }, ref);
    assert.equal('retryAfterMs' in problem && problem.retryAfterMs, 7000);
  });

  it('names what is waited for, so that its event wakes the application', () => {
    const on = (failure: ApiFailure) => {
      const problem = classifyFailure(failure, ref);
      return problem.kind === 'Waiting' ? problem.on : undefined;
    };
    assert.deepEqual(on({ httpStatus: 404, reason: 'NotFound', message: 'namespaces "shop" not found' }), {
      apiVersion: 'v1',
      kind: 'Namespace',
      name: 'shop',
    });
    assert.deepEqual(on({ httpStatus: 403, reason: 'Forbidden', message: 'exceeded quota' }), {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      namespace: 'shop',
    });
    assert.deepEqual(on({ httpStatus: 422, reason: 'Invalid', message: 'field is immutable' }), ref);
  });
});
