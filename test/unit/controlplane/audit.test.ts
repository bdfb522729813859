/** The request budgets are only as true as this count. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditMark, countAudit, countSince } from '../../controlplane/audit.ts';

interface Asked {
  verb: string;
  group?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  uri?: string;
  stage?: string;
  code?: number;
}

/** An audit line as kube-apiserver 1.33 writes it at level Metadata, as far as it is counted. */
function line({ verb, group, resource, subresource, name = 'web', uri = '/x', stage = 'ResponseComplete', code = 200 }: Asked): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: '6f0a',
    stage,
    requestURI: uri,
    verb,
    user: { username: 'lateen-operator', groups: ['system:masters'] },
    ...(resource ? { objectRef: { resource, namespace: 'shop', name, apiGroup: group, apiVersion: 'v1', subresource } } : {}),
    responseStatus: { metadata: {}, code },
  });
}

describe('counting requests from the audit log', () => {
  it('counts reads and writes by verb and resource, with the subresource', () => {
    const counts = countAudit([
      line({ verb: 'get', resource: 'configmaps' }),
      line({ verb: 'patch', group: 'apps', resource: 'deployments' }),
      line({ verb: 'patch', group: 'apps', resource: 'deployments' }),
      line({ verb: 'patch', group: 'core.oam.dev', resource: 'applications', subresource: 'status', code: 409 }),
      line({ verb: 'deletecollection', resource: 'pods' }),
    ]);
    assert.equal(counts.requests, 5);
    assert.equal(counts.writes, 4);
    assert.equal(counts.refused, 1);
    assert.deepEqual(counts.byKind, {
      'get configmaps': 1,
      'patch deployments.apps': 2,
      'patch applications.core.oam.dev/status': 1,
      'deletecollection pods': 1,
    });
    assert.equal(counts.trail[3], 'patch applications.core.oam.dev/status shop/web 409');
  });

  it('leaves Leases out and counts them apart', () => {
    const counts = countAudit([
      line({ verb: 'update', group: 'coordination.k8s.io', resource: 'leases' }),
      line({ verb: 'get', group: 'coordination.k8s.io', resource: 'leases' }),
    ]);
    assert.deepEqual([counts.requests, counts.leases], [0, 2]);
  });

  it('counts writes of Events apart, in both groups, and their reads as requests', () => {
    const counts = countAudit([
      line({ verb: 'create', resource: 'events' }),
      line({ verb: 'patch', group: 'events.k8s.io', resource: 'events' }),
      line({ verb: 'list', resource: 'events' }),
    ]);
    assert.deepEqual([counts.requests, counts.writes, counts.events], [1, 0, 2]);
  });

  it('counts a watch once, when it opens, and never as a request', () => {
    const counts = countAudit([
      line({ verb: 'watch', resource: 'pods', stage: 'ResponseStarted' }),
      line({ verb: 'watch', resource: 'pods', stage: 'ResponseComplete' }),
    ]);
    assert.deepEqual([counts.requests, counts.watches], [0, 1]);
  });

  it('counts a long request once: its start is no second request', () => {
    const counts = countAudit([
      line({ verb: 'get', resource: 'pods', subresource: 'log', stage: 'ResponseStarted' }),
      line({ verb: 'get', resource: 'pods', subresource: 'log' }),
    ]);
    assert.equal(counts.requests, 1);
  });

  it('counts a dry run as a request that writes nothing', () => {
    const uri = '/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All&fieldManager=lateen';
    const counts = countAudit([line({ verb: 'patch', group: 'apps', resource: 'deployments', uri })]);
    assert.deepEqual([counts.requests, counts.writes, counts.dryRuns], [1, 0, 1]);
  });

  it('counts discovery by its path', () => {
    assert.deepEqual(countAudit([line({ verb: 'get', uri: '/apis?timeout=32s' })]).byKind, { 'get /apis': 1 });
  });

  it('refuses what is no audit event: a wrong count must not pass', () => {
    assert.throws(() => countAudit(['{"level":"info"}']), /Expected an audit event/);
    assert.throws(() => countAudit(['{"stage":']), SyntaxError);
  });

  it('counts from a mark, and leaves a line alone that is still being written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lateen-audit-'));
    try {
      const path = join(folder, 'audit.log');
      const first = `${line({ verb: 'get', resource: 'pods', name: 'müller' })}\n`;
      await writeFile(path, first);
      const mark = await auditMark(path);
      await writeFile(
        path,
        `${first}${line({ verb: 'create', resource: 'pods' })}\n${line({ verb: 'delete', resource: 'pods' }).slice(0, 40)}`,
      );
      assert.deepEqual((await countSince(path, mark)).byKind, { 'create pods': 1 });
      assert.deepEqual((await countSince(path)).byKind, { 'get pods': 1, 'create pods': 1 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
