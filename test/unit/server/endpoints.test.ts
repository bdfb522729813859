import assert from 'node:assert/strict';
import { type Endpoints, parseAddress, serveEndpoints } from '../../../src/server/endpoints.ts';
import { createMetrics } from '../../../src/server/metrics.ts';

describe('addresses to serve on', () => {
  it('reads host and port, all interfaces, IPv6 and off', () => {
    assert.deepEqual(parseAddress('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
    assert.deepEqual(parseAddress(':8080'), { host: '::', port: 8080 });
    assert.deepEqual(parseAddress('[::1]:1'), { host: '::1', port: 1 });
    assert.equal(parseAddress('0'), 'off');
  });

  it('refuses what is none', () => {
    for (const text of ['8080', 'host:', 'a:b', '127.0.0.1:70000', 'a:1:2']) assert.equal(parseAddress(text), undefined, text);
  });
});

describe('endpoints', () => {
  let endpoints: Endpoints;
  let waitsFor: string | undefined = 'waiting for the API server';
  const { metrics, read } = createMetrics({ withProcess: false });

  before(async () => {
    const address = { host: '127.0.0.1', port: 0 };
    endpoints = await serveEndpoints(
      { metricsAddress: address, healthAddress: address },
      { unhealthy: () => undefined, notReady: () => waitsFor, metrics: read },
    );
  });
  after(() => endpoints.close());

  const get = (path: string) => fetch(`http://${endpoints.addresses[0]}${path}`);

  it('share a port where they are asked to', () => {
    assert.equal(endpoints.addresses.length, 1);
  });

  it('are healthy before they are ready, and say what is waited for', async () => {
    assert.equal((await get('/healthz')).status, 200);
    const ready = await get('/readyz');
    assert.deepEqual([ready.status, await ready.text()], [503, 'waiting for the API server\n']);
    waitsFor = undefined;
    assert.equal((await get('/readyz?verbose')).status, 200);
  });

  it('give counters, gauges and durations in the words of Prometheus', async () => {
    metrics.count('lateen_requests_total', { method: 'GET', code: '200' });
    metrics.count('lateen_requests_total', { method: 'GET', code: '200' }, 2);
    metrics.gauge('lateen_leading', 1);
    metrics.observe('lateen_reconcile_seconds', 0.02, { outcome: 'done' });
    const text = await (await get('/metrics')).text();
    assert.match(text, /^lateen_requests_total\{method="GET",code="200"\} 3$/m);
    assert.match(text, /^lateen_leading 1$/m);
    assert.match(text, /^lateen_reconcile_seconds_bucket\{le="0.025",outcome="done"\} 1$/m);
  });

  it('know nothing else', async () => {
    assert.equal((await get('/debug')).status, 404);
    assert.equal((await fetch(`http://${endpoints.addresses[0]}/healthz`, { method: 'POST' })).status, 405);
  });

  it('say when a port is taken', async () => {
    const [, port] = (endpoints.addresses[0] ?? '').split(':');
    const taken = { host: '127.0.0.1', port: Number(port) };
    await assert.rejects(
      serveEndpoints(
        { metricsAddress: taken, healthAddress: 'off' },
        { unhealthy: () => undefined, notReady: () => undefined, metrics: read },
      ),
      { code: 'EADDRINUSE' },
    );
  });
});
