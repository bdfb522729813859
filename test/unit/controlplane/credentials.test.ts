/** The kubeconfigs that tests and people get. */
import assert from 'node:assert/strict';
import { load } from 'js-yaml';
import { kubeconfig } from '../../controlplane/credentials.ts';

describe('a kubeconfig of the control plane', () => {
  it('verifies the server with its own authority and names its user', () => {
    const access = { server: 'https://127.0.0.1:6443', authority: 'PEM', user: 'lateen-operator', token: 'secret' };
    assert.deepEqual(load(kubeconfig(access)), {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lateen-test', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': btoa('PEM') } }],
      users: [{ name: 'lateen-operator', user: { token: 'secret' } }],
      contexts: [{ name: 'lateen-test', context: { cluster: 'lateen-test', user: 'lateen-operator' } }],
      'current-context': 'lateen-test',
    });
  });
});
