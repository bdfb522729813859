import assert from 'node:assert/strict';
import { type HttpRequest, TransportError } from '../../../src/base/http.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { type VirtualClock, virtualClock } from '../../../src/base/virtual-clock.ts';
import { type ClientOptions, createClient, type OwnedClient } from '../../../src/kube/client.ts';
import { type Answer, configMap, discoveryAnswer, type ScriptedTransport, scriptedTransport, status } from './scripted-transport.ts';

interface Bench {
  client: OwnedClient;
  transport: ScriptedTransport;
  clock: VirtualClock;
  /** Requests without discovery. */
  sent(): HttpRequest[];
}

function bench(answer: (request: HttpRequest) => Answer | Promise<Answer>, options: Partial<ClientOptions> = {}): Bench {
  const clock = virtualClock();
  const transport = scriptedTransport((request) => discoveryAnswer(request) ?? answer(request));
  const client = createClient({ transport, clock, random: seededRandom(1), ...options });
  return { client, transport, clock, sent: () => transport.requests.filter(({ path }) => path !== '/api' && path !== '/apis') };
}

const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };

describe('client requests', () => {
  it('finds the path of a kind through two requests of aggregated discovery, once', async () => {
    const { client, transport } = bench(() => ({ status: 200, body: configMap('settings', '7') }));
    const [first, second] = await Promise.all([client.get(settings), client.get(settings)]);
    assert.equal(first.ok && first.value.metadata.resourceVersion, '7');
    assert.ok(second.ok);
    await client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { subresource: 'scale' });
    assert.deepEqual(
      transport.requests.map(({ path }) => path),
      [
        '/api',
        '/apis',
        '/api/v1/namespaces/shop/configmaps/settings',
        '/api/v1/namespaces/shop/configmaps/settings',
        '/apis/apps/v1/namespaces/shop/deployments/web/scale',
      ],
    );
  });

  it('applies with field manager, force and dry run, and gives warnings back', async () => {
    const { client, sent } = bench(() => ({
      status: 201,
      headers: { warning: '299 - "spec.foo is \\"old\\"", 299 - "and so is bar"' },
      body: configMap('settings', '8'),
    }));
    const applied = await client.apply(configMap('settings', '1'), { fieldManager: 'lateen', force: true, dryRun: true });
    assert.deepEqual(applied.ok && applied.warnings, ['spec.foo is "old"', 'and so is bar']);
    const request = sent()[0];
    assert.equal(request?.method, 'PATCH');
    assert.equal(request?.path, '/api/v1/namespaces/shop/configmaps/settings?fieldManager=lateen&force=true&dryRun=All');
    assert.equal(request?.headers?.['content-type'], 'application/apply-patch+yaml');
  });

  it('gives apiVersion and kind back to the items of a list', async () => {
    const { apiVersion: _a, kind: _k, ...bare } = configMap('one', '3');
    const { client, sent } = bench(() => ({ status: 200, body: { metadata: { resourceVersion: '9', continue: 'next' }, items: [bare] } }));
    const listed = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector: 'a=b,c', limit: 5 });
    assert.equal(listed.ok && listed.value.items[0]?.kind, 'ConfigMap');
    assert.equal(listed.ok && listed.value.continue, 'next');
    assert.equal(sent()[0]?.path, '/api/v1/configmaps?labelSelector=a%3Db%2Cc&limit=5');
  });

  it('refuses a list that holds what is no object: a partial list proves nothing', async () => {
    const { client } = bench(() => ({ status: 200, body: { metadata: { resourceVersion: '9' }, items: [{ metadata: {} }] } }));
    const listed = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' });
    assert.equal(!listed.ok && listed.failure.reason, 'Unreadable');
  });

  it('refuses names that would walk up the path, without a request', async () => {
    const { client, sent } = bench(() => status(500, 'InternalError'));
    for (const name of ['..', 'a/b', '']) {
      const answer = await client.get({ ...settings, name });
      assert.equal(!answer.ok && answer.failure.httpStatus, 400, name);
    }
    const elsewhere = await client.get({ ...settings, namespace: '../kube-system' });
    assert.equal(!elsewhere.ok && elsewhere.failure.httpStatus, 400);
    assert.equal(sent().length, 0);
  });

  it('refuses to write an integer that lost digits, and says where it stands', async () => {
    const { client, sent } = bench(() => status(500, 'InternalError'));
    const object = { ...configMap('settings', '1'), spec: { limits: [{ nanos: 2 ** 53 + 2 }] } };
    const answer = await client.apply(object, { fieldManager: 'lateen', force: true });
    assert.match(!answer.ok ? answer.failure.message : '', /spec\.limits\[0\]\.nanos must be an integer within/);
    assert.equal(sent().length, 0);
  });
});

describe('client deletions', () => {
  const gone = async (answer: Answer): Promise<boolean | undefined> => {
    const deleted = await bench(() => answer).client.delete(settings, { uid: 'u' });
    return deleted.ok ? deleted.value.gone : undefined;
  };

  it('sends uid and resourceVersion as preconditions', async () => {
    const { client, sent } = bench(() => ({ status: 200, body: { kind: 'Status', status: 'Success' } }));
    await client.delete(settings, { uid: 'u', resourceVersion: '4', propagationPolicy: 'Foreground' });
    assert.deepEqual(JSON.parse(sent()[0]?.body ?? ''), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u', resourceVersion: '4' },
      propagationPolicy: 'Foreground',
    });
  });

  it('believes Success and a body without deletionTimestamp, but not a body with one', async () => {
    assert.equal(await gone({ status: 200, body: { kind: 'Status', status: 'Success' } }), true);
    assert.equal(await gone({ status: 200, body: configMap('settings', '5') }), true);
    const terminating = configMap('settings', '5', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] } });
    assert.equal(await gone({ status: 200, body: terminating }), false);
    assert.equal(await gone({ status: 202, body: terminating }), false);
  });

  it('never believes a dry run', async () => {
    const { client } = bench(() => ({ status: 200, body: { kind: 'Status', status: 'Success' } }));
    const deleted = await client.delete(settings, { dryRun: true });
    assert.equal(deleted.ok && deleted.value.gone, false);
  });

  it('tells a missing object from a path that nobody serves', async () => {
    const missing = await bench(() => status(404, 'NotFound')).client.delete(settings);
    assert.equal(!missing.ok && missing.failure.reason, 'NotFound');
    const unserved = await bench(() => ({ status: 404, body: '404 page not found\n' })).client.delete(settings);
    assert.equal(!unserved.ok && unserved.failure.reason, 'NoKind');
  });
});

describe('client under overload and broken connections', () => {
  const overloaded: Answer = { ...status(429, 'TooManyRequests'), headers: { 'retry-after': '2' } } as Answer;

  it('waits as long as Retry-After says, for writes as well, since 429 means that nothing was done', async () => {
    let refusals = 1;
    const { client, clock, sent } = bench(() => (refusals-- > 0 ? overloaded : { status: 201, body: configMap('settings', '5') }));
    const created = client.create(configMap('settings', ''));
    await clock.advance(1999);
    assert.equal(sent().length, 1);
    await clock.advance(501);
    assert.equal(sent().length, 2);
    assert.ok((await created).ok);
  });

  it('gives up within the deadline and passes Retry-After on', async () => {
    const { client, clock } = bench(() => overloaded, { timeoutMs: 5000 });
    const begun = clock.monotonic();
    const answer = client.get(settings);
    await clock.advance(5000);
    const { ok, ...rest } = await answer;
    assert.equal(ok, false);
    assert.ok('failure' in rest && rest.failure.retryAfterMs === 2000 && rest.failure.httpStatus === 429);
    assert.ok(clock.monotonic() - begun <= 5000);
  });

  it('repeats a 503 only for what may be repeated', async () => {
    const unavailable: Answer = { ...status(503, 'ServiceUnavailable'), headers: { 'retry-after': '1' } } as Answer;
    const creating = bench(() => unavailable);
    const created = await creating.client.create(configMap('settings', ''));
    assert.equal(!created.ok && created.failure.httpStatus, 503);
    assert.equal(creating.sent().length, 1);
    const applying = bench(() => unavailable);
    const applied = applying.client.apply(configMap('settings', ''), { fieldManager: 'lateen', force: false });
    await applying.clock.advance(30_000);
    await applied;
    assert.equal(applying.sent().length, 4);
  });

  it('repeats a read whose connection broke, and reports a write as of unknown outcome', async () => {
    let breaks = 1;
    const broken = new TransportError('broken', 'connection reset');
    const reading = bench(() => (breaks-- > 0 ? broken : { status: 200, body: configMap('settings', '5') }));
    const read = reading.client.get(settings);
    await reading.clock.advance(1000);
    assert.ok((await read).ok);
    const writing = bench(() => broken);
    const written = await writing.client.apply(configMap('settings', ''), { fieldManager: 'lateen', force: true });
    assert.deepEqual(!written.ok && [written.failure.httpStatus, written.failure.reason], [0, 'Unreachable']);
    assert.equal(writing.sent().length, 1);
  });

  it('caps the requests in flight, and the deadline holds while waiting for a place', async () => {
    let open = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const { client, clock } = bench(
      async () => {
        most = Math.max(most, ++open);
        await new Promise<void>((resolve) => void release.push(resolve));
        open--;
        return { status: 200, body: configMap('settings', '5') };
      },
      { inFlight: 3, timeoutMs: 4000 },
    );
    await client.resourceFor('v1', 'ConfigMap');
    const answers = Array.from({ length: 5 }, () => client.get(settings));
    await clock.advance(1000);
    assert.equal(most, 3);
    release.shift()?.();
    await clock.advance(3500);
    for (const go of release) go();
    await clock.settle();
    const timeouts = (await Promise.all(answers)).filter((answer) => !answer.ok && answer.failure.reason === 'Timeout');
    assert.equal(timeouts.length, 1);
    assert.equal(most, 3);
  });

  it('counts every request that goes out, by its path and status', async () => {
    const seen: string[] = [];
    const { client } = bench(() => status(404, 'NotFound'), { onRequest: ({ method, status: code }) => seen.push(`${method} ${code}`) });
    await client.get(settings);
    assert.deepEqual(seen, ['GET 200', 'GET 200', 'GET 404']);
    assert.equal(client.requestCount(), 3);
  });
});

describe('client watches', () => {
  it('reads events cut anywhere, bookmarks and errors', async () => {
    const { client, transport, clock } = bench(() => ({ status: 200 }));
    const controller = new AbortController();
    const answer = await client.watch({ apiVersion: 'v1', kind: 'ConfigMap' }, { resourceVersion: '5', signal: controller.signal });
    assert.ok(answer.ok);
    const watch = transport.lastWatch();
    assert.match(watch.path, /\?watch=1&allowWatchBookmarks=true&resourceVersion=5$/);
    const text = `${JSON.stringify({ type: 'ADDED', object: configMap('ü', '6') })}\n`;
    watch.sendText(text.slice(0, 10));
    watch.sendText(text.slice(10));
    watch.send('BOOKMARK', { metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } });
    watch.send('SOMETHING-NEW', {});
    watch.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    watch.end();
    const events: unknown[] = [];
    for await (const event of answer.value) events.push(event);
    await clock.settle();
    assert.deepEqual(events, [
      { type: 'ADDED', object: configMap('ü', '6') },
      { type: 'BOOKMARK', resourceVersion: '9', initialEventsEnd: true },
      { type: 'ERROR', failure: { httpStatus: 410, reason: 'Expired', message: 'too old' } },
    ]);
  });

  it('gives a refused watch as a failure with its reason', async () => {
    const { client } = bench(() => status(403, 'Forbidden', 'no watch for you'));
    const answer = await client.watch(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { resourceVersion: '5', signal: new AbortController().signal },
    );
    assert.deepEqual(!answer.ok && [answer.failure.httpStatus, answer.failure.message], [403, 'no watch for you']);
  });

  it('ends with a broken connection when it is sent what is no event', async () => {
    const { client, transport } = bench(() => ({ status: 200 }));
    const answer = await client.watch(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { resourceVersion: '5', signal: new AbortController().signal },
    );
    assert.ok(answer.ok);
    transport.lastWatch().sendText('<html>proxy</html>\n');
    await assert.rejects(async () => {
      for await (const _ of answer.value);
    }, TransportError);
  });
});
