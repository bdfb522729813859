import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiServer, type Listening } from '../../../sandbox/server/index.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';

const namespaces = '/api/v1/namespaces';

/** An encoded authorization.k8s.io/v1 SelfSubjectAccessReview (verb get, resource pods), as kubectl 1.35 sends it. */
function protobufReview(): Buffer {
  const field = (number: number, content: Buffer | string): Buffer => {
    const bytes = Buffer.from(content);
    return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  };
  const attributes = Buffer.concat([field(2, 'get'), field(5, 'pods')]);
  const review = field(2, field(1, attributes));
  const unknown = Buffer.concat([
    field(1, Buffer.concat([field(1, 'authorization.k8s.io/v1'), field(2, 'SelfSubjectAccessReview')])),
    field(2, review),
  ]);
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}

describe('the port', () => {
  let dir: string;
  let listening: Listening;
  let token: string;
  let files: { cert: string; clientCert: string; clientKey: string };

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lateen-listen-'));
    listening = await createApiServer({ clock: systemClock, random: systemRandom }).listen({ port: 0, dir });
    token = /token: (\S+)/.exec(listening.kubeconfig())?.[1] ?? '';
    files = JSON.parse(readFileSync(join(dir, 'server-credentials.json'), 'utf8'));
  });
  after(async () => {
    await listening.close();
    rmSync(dir, { recursive: true });
  });

  const http1 = (
    path: string,
    options: { headers?: Record<string, string>; cert?: string; key?: string; body?: Buffer; method?: string } = {},
  ): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const { body, ...rest } = options;
      const outgoing = request(`${listening.url}${path}`, { ...rest, ca: files.cert, agent: false }, (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += String(piece);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  it('answers nobody without credentials, but says that it is healthy', async () => {
    assert.equal((await http1(namespaces)).status, 401);
    assert.equal((await http1('/readyz')).body, 'ok');
  });

  it('takes a bearer token or a client certificate', async () => {
    assert.equal((await http1(namespaces, { headers: { authorization: `Bearer ${token}` } })).status, 200);
    assert.equal((await http1(namespaces, { headers: { authorization: 'Bearer wrong' } })).status, 401);
    assert.equal((await http1(namespaces, { cert: files.clientCert, key: files.clientKey })).status, 200);
  });

  it('reads requests in protobuf form', async () => {
    const answer = await http1('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.kubernetes.protobuf' },
      body: protobufReview(),
    });
    assert.equal(answer.status, 201);
    assert.deepEqual(JSON.parse(answer.body).spec, { resourceAttributes: { verb: 'get', resource: 'pods' } });
  });

  it('speaks HTTP/2 and ends watches when it closes', async () => {
    const dir2 = mkdtempSync(join(tmpdir(), 'lateen-listen-'));
    const other = await createApiServer({ clock: systemClock, random: systemRandom }).listen({ port: 0, dir: dir2 });
    const secret = /token: (\S+)/.exec(other.kubeconfig())?.[1] ?? '';
    const ca: string = JSON.parse(readFileSync(join(dir2, 'server-credentials.json'), 'utf8')).cert;
    const session = connect(other.url, { ca });
    const stream = session.request({ ':path': `${namespaces}?watch=1`, authorization: `Bearer ${secret}` });
    let text = '';
    const ended = new Promise<void>((resolve) => stream.on('close', resolve));
    await new Promise<void>((resolve) => {
      stream.on('data', (piece) => {
        text += String(piece);
        if (text.includes('kube-system')) resolve();
      });
    });
    await other.close();
    await ended;
    session.close();
    rmSync(dir2, { recursive: true });
    assert.ok(text.split('\n').length >= 4);
  });

  it('keeps its credentials from one start to the next', async () => {
    const again = await createApiServer({ clock: systemClock, random: systemRandom }).listen({ port: 0, dir });
    assert.equal(/token: (\S+)/.exec(again.kubeconfig())?.[1], token);
    await again.close();
  });
});
