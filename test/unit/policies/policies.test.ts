/** What the policies of an application answer: places, garbage, who may write what, what is left alone. */
import assert from 'node:assert/strict';
import type { Application, ApplicationPolicy } from '../../../src/api/application.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import {
  type Policies,
  type PolicySubject,
  policyProblems,
  readPolicies,
  subjectOfObject,
  subjectOfResource,
} from '../../../src/policies/index.ts';
import { matches } from '../../../src/policies/selector.ts';
import { placementsFor } from '../../../src/policies/topology.ts';

function applicationOf(policies: ApplicationPolicy[]): Application {
  return {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'prod' },
    spec: { components: [{ name: 'web', type: 'webservice' }], policies },
  };
}

function read(...policies: ApplicationPolicy[]): Policies {
  const result = readPolicies(applicationOf(policies));
  assert.ok(result.ok, result.ok ? '' : result.problem.message);
  return result.value;
}

function messages(...policies: ApplicationPolicy[]): string[] {
  return policyProblems(applicationOf(policies)).problems.map((problem) => problem.message);
}

const policy = (type: string, properties: JsonObject, name?: string): ApplicationPolicy => ({
  type,
  properties,
  ...(name ? { name } : {}),
});
const workload: PolicySubject = { component: 'web', role: 'WORKLOAD', type: 'webservice', kind: 'Deployment', name: 'web' };
const service: PolicySubject = { component: 'web', role: 'TRAIT', type: 'expose', kind: 'Service', name: 'web' };

describe('selectors of rules', () => {
  it('match when every field that is given has a matching entry', () => {
    assert.ok(matches({ componentNames: ['cart', 'web'] }, workload));
    assert.ok(matches({ componentNames: ['web'], resourceTypes: ['Deployment'] }, workload));
    assert.ok(!matches({ componentNames: ['web'], resourceTypes: ['Service'] }, workload));
    assert.ok(matches({ traitTypes: ['expose'], oamTypes: ['TRAIT'], resourceNames: ['web'] }, service));
    assert.ok(matches({ componentTypes: ['webservice'] }, workload));
    assert.ok(!matches({ componentTypes: ['webservice'] }, service), 'only workloads carry the type of the component');
    assert.ok(!matches({ traitTypes: ['webservice'] }, workload));
  });

  it('never match when they are empty (decision 27)', () => {
    assert.ok(!matches({}, workload));
    assert.ok(!matches({ componentNames: [] }, workload));
    assert.ok(!matches(undefined, workload));
  });

  it('see the same in a rendered resource and in its labels', () => {
    const labels = { 'app.oam.dev/component': 'web', 'app.oam.dev/resourceType': 'TRAIT', 'trait.oam.dev/type': 'expose' };
    const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', labels } };
    const origin = { component: 'web', type: 'expose', role: 'TRAIT', output: 'service', traitIndex: 0 } as const;
    assert.deepEqual(subjectOfObject(manifest), service);
    assert.deepEqual(subjectOfResource({ cluster: 'local', manifest, origin, creator: 'workflow' }), service);
  });
});

describe('topology', () => {
  const here = policy('topology', { clusters: ['local'] }, 'here');
  const there = policy('topology', { namespace: 'other' }, 'there');

  it('gives each place once; without a topology the namespace of the application', () => {
    const policies = read(here, there, policy('topology', {}, 'again'));
    const places = (names: string[]) => policies.placements(names);
    assert.deepEqual(places([]), { ok: true, value: [{ cluster: 'local', namespace: 'prod' }] });
    assert.deepEqual(places(['here', 'again', 'there']), {
      ok: true,
      value: [
        { cluster: 'local', namespace: 'prod' },
        { cluster: 'local', namespace: 'other' },
      ],
    });
  });

  it('picks clusters by labels, and may pick none where that is allowed', () => {
    const base = { name: 'edge', clusters: [], labels: { region: 'eu' }, allowEmpty: false };
    const clusters: { name: string; labels: Record<string, string> }[] = [
      { name: 'local', labels: {} },
      { name: 'eu-1', labels: { region: 'eu' } },
    ];
    assert.deepEqual(placementsFor([base], 'prod', clusters), { ok: true, value: [{ cluster: 'eu-1', namespace: 'prod' }] });
    assert.deepEqual(placementsFor([{ ...base, allowEmpty: true }], 'prod'), { ok: true, value: [] });
    assert.ok(!placementsFor([base], 'prod').ok);
  });

  it('refuses names together with labels, and wrong types with the path', () => {
    assert.deepEqual(messages(policy('topology', { clusters: ['local'], clusterLabelSelector: { a: 'b' } }, 'both')), [
      'policy "both": "clusters" and "clusterLabelSelector" cannot be used together',
    ]);
    const [problem] = policyProblems(applicationOf([policy('topology', { clusters: 'local' }, 'one')])).problems;
    assert.deepEqual(problem, {
      kind: 'Invalid',
      code: 'WrongType',
      message: 'policy "one": "clusters" must be a list, got "local"',
      path: 'spec.policies[0].properties.clusters',
    });
  });
});

describe('garbage-collect', () => {
  it('decides by the first rule that matches; else with the update that drops an object', () => {
    const policies = read(
      policy('garbage-collect', {
        keepLegacyResource: true,
        applicationRevisionLimit: 3,
        order: 'dependency',
        rules: [
          { selector: { resourceTypes: ['Service'] }, strategy: 'never' },
          { selector: { componentNames: ['web'] }, strategy: 'onAppDelete', propagation: 'orphan' },
        ],
      }),
    );
    assert.deepEqual(policies.gcStrategyFor(service), { strategy: 'never', propagation: 'cascading' });
    assert.deepEqual(policies.gcStrategyFor(workload), { strategy: 'onAppDelete', propagation: 'orphan' });
    assert.deepEqual(policies.gcStrategyFor({ ...workload, component: 'cart' }), { strategy: 'onAppUpdate', propagation: 'cascading' });
    assert.equal(policies.revisionLimit, 3);
    assert.equal(policies.garbageCollect.keepLegacyResource, true);
    assert.equal(policies.garbageCollect.order, 'dependency');
    assert.equal(read().revisionLimit, undefined);
  });

  it('names an unknown strategy', () => {
    assert.deepEqual(
      messages(policy('garbage-collect', { rules: [{ selector: { resourceTypes: ['Service'] }, strategy: 'onAppDeleted' }] }, 'gc')),
      ['policy "gc": "rules[0].strategy" must be one of onAppUpdate, onAppDelete, never, got "onAppDeleted" (did you mean "onAppDelete"?)'],
    );
  });
});

describe('apply-once', () => {
  const rule = (affect: string | undefined, path: string[], selector?: JsonObject): JsonObject => ({
    ...(selector ? { selector } : {}),
    strategy: { path, ...(affect === undefined ? {} : { affect }) },
  });

  it('without rules leaves everything alone between updates (decision 53)', () => {
    const policies = read(policy('apply-once', { enable: true }));
    assert.deepEqual(policies.applyOncePathsFor(workload, 'onStateKeep'), ['*']);
    assert.deepEqual(policies.applyOncePathsFor(workload, 'onUpdate'), []);
  });

  it('with rules leaves the named paths alone at the named moment', () => {
    const policies = read(
      policy('apply-once', {
        enable: true,
        rules: [
          rule('onStateKeep', ['spec.replicas'], { resourceTypes: ['Deployment'] }),
          rule('onUpdate', ['*'], { traitTypes: ['expose'] }),
          rule('', ['metadata.annotations'], { componentNames: ['web'] }),
        ],
      }),
    );
    assert.deepEqual(policies.applyOncePathsFor(workload, 'onStateKeep'), ['spec.replicas', 'metadata.annotations']);
    assert.deepEqual(policies.applyOncePathsFor(workload, 'onUpdate'), ['metadata.annotations']);
    assert.deepEqual(policies.applyOncePathsFor(service, 'onUpdate'), ['*']);
  });

  it('does nothing while it is not enabled', () => {
    assert.deepEqual(
      read(policy('apply-once', { enable: false, rules: [rule(undefined, ['*'])] })).applyOncePathsFor(workload, 'onStateKeep'),
      [],
    );
  });
});

describe('take-over, read-only and shared-resource', () => {
  it('speak about the objects their rules select', () => {
    const rules = { rules: [{ selector: { resourceTypes: ['Service'] } }] };
    const policies = read(policy('take-over', rules), policy('read-only', rules), policy('shared-resource', rules));
    assert.deepEqual([policies.mayTakeOver(service), policies.isReadOnly(service), policies.isShared(service)], [true, true, true]);
    assert.deepEqual([policies.mayTakeOver(workload), policies.isReadOnly(workload), policies.isShared(workload)], [false, false, false]);
  });

  it('need a selector in every rule', () => {
    assert.deepEqual(messages(policy('take-over', { rules: [{}] }, 'mine')), ['policy "mine": rules[0].selector is required']);
  });
});

describe('policies as a whole', () => {
  it('tell all mistakes, unnamed policies by their place', () => {
    assert.deepEqual(messages(policy('take-ower', {}), { type: 'topology' }, policy('override', { selectors: [] }, 'o')), [
      'policy 1 (take-ower): there is no policy definition "take-ower" (did you mean "take-over"?)',
      'policy 2 (topology): properties are required',
      'policy "o": unknown field "selectors" (did you mean "selector"?)',
    ]);
  });

  it('take Policy objects of the namespace where the application has none of the name', () => {
    const outside = [policy('topology', { namespace: 'outside' }, 'place'), policy('topology', { namespace: 'shadowed' }, 'own')];
    const result = readPolicies(applicationOf([policy('topology', { namespace: 'inside' }, 'own')]), undefined, outside);
    assert.ok(result.ok);
    assert.deepEqual(result.value.placements(['own', 'place']), {
      ok: true,
      value: [
        { cluster: 'local', namespace: 'inside' },
        { cluster: 'local', namespace: 'outside' },
      ],
    });
  });
});
