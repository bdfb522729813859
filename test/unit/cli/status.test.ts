import assert from 'node:assert/strict';
import type { Application, ApplicationStatus } from '../../../src/api/application.ts';
import type { Condition } from '../../../src/api/object.ts';
import { listText } from '../../../src/cli/list.ts';
import { paint } from '../../../src/cli/paint.ts';
import type { PicturedObject } from '../../../src/cli/picture.ts';
import { statusModel } from '../../../src/cli/status-model.ts';
import { statusText, statusTree } from '../../../src/cli/status-view.ts';
import type { Verdict } from '../../../src/health/verdict.ts';

const created = '2026-01-01T00:00:00Z';
const now = Date.parse(created) + 60_000;
const plain = paint(false);

function shop(status: ApplicationStatus | undefined, metadata: Partial<Application['metadata']> = {}): Application {
  return {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'prod', generation: 2, creationTimestamp: created, ...metadata },
    spec: { components: [{ name: 'web', type: 'webservice' }] },
    status,
  };
}

function conditions(ready: Condition['status'], reconciling: Condition['status'], stalled: Condition['status'], message = ''): Condition[] {
  return [
    { type: 'Ready', status: ready, message },
    { type: 'Reconciling', status: reconciling },
    { type: 'Stalled', status: stalled },
  ];
}

function deployment(verdict: Partial<Verdict>, component = 'web'): PicturedObject {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'prod', name: 'web' };
  return {
    entry: {
      cluster: 'local',
      ref,
      origin: { component, type: 'webservice', role: 'WORKLOAD', output: '', traitIndex: -1 },
      creator: 'workflow',
      intended: { ...ref, metadata: { name: 'web' } },
    },
    live: undefined,
    verdict: { state: 'healthy', reason: 'Available', message: '', holds: true, ...verdict },
    pods: [],
  };
}

const record = { entries: new Map(), pages: [] };
const running = {
  status: 'running',
  observedGeneration: 2,
  latestRevision: { name: 'shop-v2', revision: 2 },
  conditions: conditions('True', 'False', 'False'),
};
const model = (application: Application, objects: PicturedObject[] = []) => statusModel({ application, record, objects });

describe('what lateen status says', () => {
  it('is well, and at rest, when the newest spec is running', () => {
    const { isWell, isAtRest, message } = model(shop(running), [deployment({})]);
    assert.deepEqual({ isWell, isAtRest, message }, { isWell: true, isAtRest: true, message: '' });
  });

  it('is neither while the newest change was not looked at', () => {
    const { isWell, isAtRest, message } = model(shop({ ...running, observedGeneration: 1 }));
    assert.deepEqual({ isWell, isAtRest }, { isWell: false, isAtRest: false });
    assert.match(message, /newest change/);
  });

  it('asks for an operator when nobody has looked at it', () => {
    assert.match(model(shop(undefined)).message, /is one running/);
  });

  it('rests while it waits for a person, and when it has failed, and is not well then', () => {
    for (const waiting of [conditions('Unknown', 'False', 'False'), conditions('False', 'False', 'True')]) {
      const { isWell, isAtRest } = model(shop({ ...running, status: 'workflowSuspending', conditions: waiting }));
      assert.deepEqual({ isWell, isAtRest }, { isWell: false, isAtRest: true });
    }
  });

  it('names what holds a deletion', () => {
    assert.match(model(shop(running, { deletionTimestamp: created, finalizers: ['app.oam.dev/x'] })).message, /held by app.oam.dev\/x/);
  });

  it('tells the cause of what is not well, and apart what nothing waits for', () => {
    const bad = deployment({ state: 'degraded', reason: 'ImagePullBackOff', message: 'image x: not found' });
    const noted = deployment({ state: 'progressing', reason: 'Pending', holds: false });
    const text = statusText(model(shop({ ...running, status: 'unhealthy' }), [bad, noted]), plain, now);
    assert.match(text, /Not well:\n {2}Deployment prod\/web: ImagePullBackOff: image x: not found/);
    assert.match(text, /nothing waits for it\):\n {2}Deployment prod\/web: Pending/);
  });

  it('does not show a generated workflow that is through', () => {
    const steps = [{ id: '1', name: 'web', type: 'apply-component', phase: 'succeeded' }];
    const run = { suspend: false, terminated: false, finished: true, steps };
    assert.doesNotMatch(statusText(model(shop({ ...running, workflow: { ...run, status: 'succeeded' } })), plain, now), /STEP/);
    assert.match(statusText(model(shop({ ...running, workflow: { ...run, status: 'executing' } })), plain, now), /STEP/);
  });

  it('draws application, component, object and pod, and objects of nobody below them', () => {
    const web = deployment({ state: 'progressing', reason: 'RollingOut', message: '1 of 2' });
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1' }, spec: { nodeName: 'n1' } };
    web.pods.push({ pod, verdict: { state: 'healthy', reason: 'Ready', message: '', holds: true } });
    const tree = statusTree(model(shop(running), [web, deployment({}, 'left')]), plain, now);
    assert.deepEqual(tree.split('\n'), [
      'prod/shop   running   shop-v2, age 60s',
      '├─ web (webservice)  progressing',
      '│  └─ Deployment web  progressing  RollingOut: 1 of 2  prod',
      '│     └─ Pod web-1  healthy  on n1',
      '└─ Deployment web  healthy  prod',
    ]);
  });
});

describe('the list of applications', () => {
  it('shortens long messages and counts what is healthy', () => {
    const services = [{ name: 'web', healthy: false }];
    const text = listText([shop({ ...running, services, conditions: conditions('False', 'True', 'False', 'x'.repeat(200)) })], {
      withNamespace: true,
      paint: plain,
      nowMs: now,
    });
    const line = text.split('\n')[1] ?? '';
    assert.match(line, /^prod {8}shop {3}1 {12}running {3}0\/1 {7}shop-v2 {4}60s {3}x{79}…$/);
  });
});
