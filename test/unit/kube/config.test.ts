import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransportError } from '../../../src/base/http.ts';
import { virtualClock } from '../../../src/base/virtual-clock.ts';
import { impersonationHeaders, type LoadedConfig, loadConfig } from '../../../src/kube/config.ts';
import { readPlainKubeconfig, readServiceAccount } from '../../../src/kube/plain-kubeconfig.ts';

function kubeconfig(user: object, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://example.invalid:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
    'current-context': 'main',
  });
}

const clock = virtualClock();

async function load(text: string, more: Partial<Parameters<typeof loadConfig>[0]> = {}): Promise<LoadedConfig> {
  const loaded = await loadConfig({ text, clock, ...more });
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problem.message);
  return loaded.value;
}

async function authorization(config: LoadedConfig): Promise<unknown> {
  return (await config.credentials.headers()).authorization;
}

describe('kubeconfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lateen-config-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('gives server, context, namespace, proxy and TLS', async () => {
    const authority = Buffer.from('authority').toString('base64');
    const config = await load(
      kubeconfig(
        { token: 't', 'client-certificate-data': authority, 'client-key-data': authority },
        { 'certificate-authority-data': authority, 'proxy-url': 'http://proxy:3128', 'tls-server-name': 'inner' },
      ),
    );
    assert.deepEqual(
      [config.server, config.context, config.namespace, config.proxy],
      ['https://example.invalid:6443', 'main', 'shop', 'http://proxy:3128'],
    );
    const { ca, cert, key, servername } = await config.credentials.tls();
    assert.deepEqual([String(ca), String(cert), String(key), servername], ['authority', 'authority', 'authority', 'inner']);
    assert.equal(await authorization(config), 'Bearer t');
    const insecure = await load(kubeconfig({ token: 't' }, { 'insecure-skip-tls-verify': true }));
    assert.equal((await insecure.credentials.tls()).rejectUnauthorized, false);
  });

  it('knows basic authentication', async () => {
    const config = await load(kubeconfig({ username: 'a', password: 'b' }));
    assert.equal(await authorization(config), `Basic ${Buffer.from('a:b').toString('base64')}`);
  });

  it('follows a token file that rotates, at the latest after a minute and at once when the server says 401', async () => {
    const file = join(folder, 'token');
    const rotate = (token: string): void => writeFileSync(file, `${token}\n`);
    for (const user of [{ tokenFile: file }, { 'auth-provider': { name: 'tokenFile', config: { tokenFile: file } } }]) {
      rotate('one');
      const config = await load(kubeconfig(user));
      assert.equal(await authorization(config), 'Bearer one');
      rotate('two');
      assert.equal(await authorization(config), 'Bearer one');
      await clock.advance(60_000);
      assert.equal(await authorization(config), 'Bearer two');
      rotate('three');
      config.credentials.renew();
      assert.equal(await authorization(config), 'Bearer three');
    }
  });

  it('runs exec plugins, and a plugin that fails is a request that did not go out', async () => {
    const plugin = join(folder, 'plugin.sh');
    writeFileSync(
      plugin,
      `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'\n`,
    );
    chmodSync(plugin, 0o755);
    const exec = (command: string): string =>
      kubeconfig({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' } });
    assert.equal(await authorization(await load(exec(plugin))), 'Bearer from-plugin');
    const broken = await load(exec(join(folder, 'missing')));
    await assert.rejects(
      async () => broken.credentials.headers(),
      (error) => error instanceof TransportError && error.code === 'unreachable',
    );
  });

  it('says what is wrong with it', async () => {
    const message = async (options: Partial<Parameters<typeof loadConfig>[0]>): Promise<string> => {
      const loaded = await loadConfig({ clock, ...options });
      return loaded.ok ? '' : loaded.problem.message;
    };
    assert.match(await message({ kubeconfig: join(folder, 'nowhere') }), /cannot be read: ENOENT/);
    assert.match(await message({ text: kubeconfig({}), context: 'other' }), /no context "other" \(it has: main\)/);
    assert.match(await message({ text: kubeconfig({}, { server: 'example' }) }), /no http or https URL as server \(got "example"\)/);
  });
});

describe('impersonation', () => {
  it('names user and groups in headers, beside the credentials', async () => {
    const config = await load(kubeconfig({ token: 't' }), {
      impersonate: { user: 'system:serviceaccount:shop:deployer', groups: ['a', 'b'] },
    });
    assert.deepEqual(await config.credentials.headers(), {
      authorization: 'Bearer t',
      'impersonate-user': 'system:serviceaccount:shop:deployer',
      'impersonate-group': ['a', 'b'],
    });
  });

  it('follows the kubeconfig, whose identity must not be dropped', async () => {
    const config = await load(kubeconfig({ token: 't', as: 'deployer', 'as-groups': ['a'] }));
    assert.deepEqual(await config.credentials.headers(), {
      authorization: 'Bearer t',
      'impersonate-user': 'deployer',
      'impersonate-group': ['a'],
    });
    const groupsOnly = await loadConfig({ text: kubeconfig({ token: 't', 'as-groups': ['a'] }), clock });
    assert.equal(!groupsOnly.ok && groupsOnly.problem.code, 'EmptyIdentity');
  });

  it('refuses an empty identity: the request would run as ourselves', async () => {
    for (const identity of [{ user: '' }, { user: '  ' }, { user: 'a', groups: [''] }, { user: 'a\r\nauthorization: x' }]) {
      const headers = impersonationHeaders(identity);
      assert.equal(!headers.ok && headers.problem.kind, 'Denied', JSON.stringify(identity));
      const loaded = await loadConfig({ text: kubeconfig({ token: 't' }), clock, impersonate: identity });
      assert.equal(loaded.ok, false);
    }
  });
});

describe('ordinary kubeconfigs', () => {
  const ordinary = { server: 'https://example.invalid:6443' };

  it('are read without client-node', () => {
    const read = readPlainKubeconfig({ text: kubeconfig({ token: 't' }, { 'insecure-skip-tls-verify': true }) });
    assert.deepEqual(read?.getCurrentCluster(), { name: 'c', ...ordinary });
    const options: RequestOptions = {};
    read?.applyToHTTPSOptions(options);
    assert.deepEqual(options, { headers: { Authorization: 'Bearer t' }, rejectUnauthorized: false });
  });

  it('leave to client-node what they do not know: plugins, providers, unknown or mistyped fields, missing parts', () => {
    const odd = [
      kubeconfig({ exec: { command: 'login' } }),
      kubeconfig({ 'auth-provider': { name: 'oidc' } }),
      kubeconfig({ token: 7 }),
      kubeconfig({ token: 't' }, { 'disable-compression': true }),
      kubeconfig({ token: 't' }, { 'insecure-skip-tls-verify': 'true' }),
      JSON.stringify({ contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }], 'current-context': 'main' }),
      'a: [',
    ];
    for (const text of odd) assert.equal(readPlainKubeconfig({ text }), undefined, text);
    assert.equal(readPlainKubeconfig({ text: kubeconfig({ token: 't' }) }, 'other'), undefined);
  });

  it('include the service account of a pod, whose address may be IPv6', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lateen-account-'));
    try {
      const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
      assert.equal(readServiceAccount(env, folder), undefined, 'no files');
      for (const [name, text] of Object.entries({ 'ca.crt': 'authority', token: 't', namespace: 'shop\n' })) {
        writeFileSync(join(folder, name), text);
      }
      assert.equal(readServiceAccount({}, folder), undefined, 'not in a pod');
      const read = readServiceAccount(env, folder);
      assert.equal(read?.getCurrentCluster()?.server, 'https://[fd00::1]:443');
      assert.equal(read?.getContextObject('in-cluster')?.namespace, 'shop');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
