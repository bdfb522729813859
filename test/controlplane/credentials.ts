/**
 * Who may talk to the control plane and how they prove it: tokens, keys, the audit policy that logs one
 * user, and the kubeconfigs. Everything is made anew for each control plane and dies with it.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dump } from 'js-yaml';
import { auditedUser, type Site, siteFiles } from './flags.ts';

export interface Tokens {
  admin: string;
  operator: string;
}

/** Writes what kube-apiserver reads at its start; gives the tokens of the two users. */
export async function writeCredentials(folder: string): Promise<Tokens> {
  const files = siteFiles(folder);
  await mkdir(files.certificates, { recursive: true });
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const tokens: Tokens = { admin: randomBytes(24).toString('base64url'), operator: randomBytes(24).toString('base64url') };
  const secret = { mode: 0o600 };
  await Promise.all([
    writeFile(files.serviceAccountKey, pair.privateKey, secret),
    writeFile(files.serviceAccountPublicKey, pair.publicKey),
    writeFile(files.tokens, tokenFile(tokens), secret),
    writeFile(files.auditPolicy, JSON.stringify(auditPolicy)),
    // It exists from the start, so that reading it before the first request is no error.
    writeFile(files.auditLog, ''),
  ]);
  return tokens;
}

/** Lines of `token,user,uid,"groups"`, as `--token-auth-file` wants them. */
function tokenFile(tokens: Tokens): string {
  return `${tokens.admin},admin,admin,"system:masters"\n${tokens.operator},${auditedUser},${auditedUser},"system:masters"\n`;
}

/**
 * One user's requests, without bodies. The policy sees who authenticated, so requests that the operator
 * makes as somebody else (impersonation) are in the log too.
 */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: [auditedUser] }, { level: 'None' }],
};

/** The certificate that kube-apiserver made for itself; undefined until it has. */
export async function servingAuthority(folder: string): Promise<string | undefined> {
  const text = await readFile(siteFiles(folder).servingCertificate, 'utf8').catch(() => '');
  // The file holds the serving certificate and then the authority that signed it.
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];
  return certificates.length < 2 ? undefined : certificates.at(-1);
}

/** Writes both kubeconfigs; TLS is verified with the server's own authority. */
export async function writeKubeconfigs(site: Site, authority: string, tokens: Tokens): Promise<void> {
  const files = siteFiles(site.folder);
  const server = `https://127.0.0.1:${site.apiPort}`;
  await Promise.all([
    writeFile(files.kubeconfig, kubeconfig({ server, authority, user: 'admin', token: tokens.admin }), { mode: 0o600 }),
    writeFile(files.operatorKubeconfig, kubeconfig({ server, authority, user: auditedUser, token: tokens.operator }), { mode: 0o600 }),
  ]);
}

/** A kubeconfig of one cluster and one user, as YAML. */
export function kubeconfig(access: { server: string; authority: string; user: string; token: string }): string {
  const name = 'lateen-test';
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: access.server, 'certificate-authority-data': Buffer.from(access.authority).toString('base64') } },
    ],
    users: [{ name: access.user, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: access.user } }],
    'current-context': name,
  });
}
