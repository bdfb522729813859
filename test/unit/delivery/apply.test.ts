/** One object, never somebody else's: what is sent, and what every answer leads to. */
import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { type ApplyContext, applyNew, applyOwned, tryOwned } from '../../../src/delivery/apply.ts';
import type { ApiFailure, ApiResult, KubeClient } from '../../../src/kube/types.ts';
import { applied, map } from '../plan/objects.ts';

const red = map('brand', { colour: 'red' });
const blue = map('brand', { colour: 'blue' });
const answer = (object: KubeObject): ApiResult<KubeObject> => ({ ok: true, value: object });
const refuse = (httpStatus: number, failure: Partial<ApiFailure> = {}): ApiResult<KubeObject> => ({
  ok: false,
  failure: { httpStatus, reason: 'Conflict', message: 'refused', ...failure },
});
const conflict = refuse(409);
const another = refuse(422, { reason: 'Invalid', causes: [{ field: 'metadata.uid' }] });
const missing = refuse(404, { reason: 'NotFound' });

/** A server that gives these answers in turn; what it was asked stands in `asked`. */
function contextOf(answers: ApiResult<KubeObject>[], mayAdopt = false): { context: ApplyContext; asked: string[] } {
  const asked: string[] = [];
  const next = (what: string): Promise<ApiResult<KubeObject>> => {
    asked.push(what);
    const given = answers.shift();
    assert.ok(given, `no answer is left for: ${what}`);
    return Promise.resolve(given);
  };
  const kube = {
    get: () => next('get'),
    apply: ({ metadata, data }: KubeObject, { dryRun = false, force }: { dryRun?: boolean; force: boolean }) => {
      assert.ok(force);
      const guard = metadata.uid ? `uid ${metadata.uid}` : `resourceVersion ${metadata.resourceVersion}`;
      return next(`${dryRun ? 'try' : 'apply'} ${(data as { colour: string }).colour} on ${guard}`);
    },
  } as unknown as KubeClient;
  return { context: { kube, owner: { name: 'shop', namespace: 'shop' }, mayAdopt: () => mayAdopt }, asked };
}
const labelled = (name: string, manager: string): KubeObject => {
  const object = applied(red, 'foreign');
  const labels: Record<string, string> = name ? { 'app.oam.dev/name': name, 'app.oam.dev/namespace': 'shop' } : {};
  return { ...object, metadata: { ...object.metadata, labels, managedFields: [{ manager, operation: 'Update', fieldsV1: {} }] } };
};

describe('applyNew', () => {
  it('sends a create that cannot touch what exists', async () => {
    const { context, asked } = contextOf([answer(applied(red))]);
    const result = await applyNew(red, undefined, context);
    assert.ok(result.ok && result.value.answered.uid === 'uid-brand');
    assert.deepEqual(asked, ['apply red on resourceVersion 1']);
  });

  it('applies over what is ours, and only onto the object it looked at', async () => {
    const { context, asked } = contextOf([conflict, answer(applied(red)), answer(applied(blue))]);
    assert.ok((await applyNew(blue, undefined, context)).ok);
    assert.deepEqual(asked, ['apply blue on resourceVersion 1', 'get', 'apply blue on uid uid-brand']);
  });

  it('never writes onto an object of another application, whatever a policy adopts', async () => {
    const { context, asked } = contextOf([conflict, answer(labelled('other', 'lateen'))], true);
    const result = await applyNew(blue, undefined, context);
    assert.ok(!result.ok && result.problem.kind === 'Conflict');
    assert.match(result.problem.message, /managed by application "other" in namespace "shop"/);
    assert.equal(asked.length, 2);
  });

  it('adopts what belongs to no application only when a policy says so', async () => {
    const refused = await applyNew(blue, undefined, contextOf([conflict, answer(labelled('', 'kubectl'))]).context);
    assert.ok(!refused.ok && refused.problem.code === 'NotManaged' && /written by kubectl/.test(refused.problem.message));
    assert.ok(
      (await applyNew(blue, undefined, contextOf([conflict, answer(labelled('', 'kubectl')), answer(applied(blue))], true).context)).ok,
    );
  });

  it('waits for what is being deleted, and names its finalizers', async () => {
    const ending = applied(red);
    const object = {
      ...ending,
      metadata: { ...ending.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/hold'] },
    };
    const result = await applyNew(red, undefined, contextOf([conflict, answer(object)]).context);
    assert.ok(!result.ok && result.problem.kind === 'Waiting' && /example\.com\/hold/.test(result.problem.message));
  });

  it('tries again when the object went meanwhile, and gives up on somebody’s loop', async () => {
    assert.ok((await applyNew(red, undefined, contextOf([conflict, missing, answer(applied(red))]).context)).ok);
    const looped = await applyNew(
      red,
      undefined,
      contextOf([conflict, answer(applied(red)), another, conflict, answer(applied(red)), conflict]).context,
    );
    assert.ok(!looped.ok && looped.problem.kind === 'Transient');
  });

  it('tells every other refusal as it is', async () => {
    for (const answers of [[refuse(500)], [conflict, refuse(500)], [conflict, answer(applied(red)), refuse(500)]]) {
      const result = await applyNew(red, undefined, contextOf(answers).context);
      assert.ok(!result.ok && result.problem.code === 'ServerError');
    }
  });
});

describe('applyOwned', () => {
  it('restores what was accepted last when the object is gone or another one', async () => {
    for (const gone of [conflict, another]) {
      const { context, asked } = contextOf([gone, answer(applied(red, 'new'))]);
      const result = await applyOwned(blue, 'old', context, red);
      assert.ok(result.ok && result.value.answered.uid === 'new');
      assert.deepEqual(asked, ['apply blue on uid old', 'apply red on resourceVersion 1']);
    }
  });

  it('never takes a wrong object for a vanished one', async () => {
    const result = await applyOwned(
      blue,
      'old',
      contextOf([refuse(422, { reason: 'Invalid', causes: [{ field: 'spec.replicas' }] })]).context,
    );
    assert.ok(!result.ok && result.problem.kind === 'Invalid');
  });
});

describe('tryOwned', () => {
  it('never writes, whatever the answer', async () => {
    for (const [given, found] of [
      [answer(applied(red)), true],
      [conflict, false],
      [another, false],
    ] as const) {
      const { context, asked } = contextOf([given]);
      const result = await tryOwned(red, 'uid-brand', context);
      assert.ok(result.ok && (result.value !== undefined) === found);
      assert.deepEqual(asked, ['try red on uid uid-brand']);
    }
    assert.ok(!(await tryOwned(red, 'uid-brand', contextOf([refuse(500)]).context)).ok);
  });
});
