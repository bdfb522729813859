/**
 * The flags of each part, as pure functions of where things are. Why each unusual one is there is said
 * beside it; everything else is Kubernetes' default, because a test server should behave like a real one.
 */

/**
 * Who plays the rest of the cluster. `kube`: the controllers of Kubernetes make ReplicaSets, Pods and
 * EndpointSlices as everywhere. `none`: they do not, because the tests bring actors of their own.
 */
export type World = 'kube' | 'none';

/** Where a control plane lives. All paths are absolute. */
export interface Site {
  folder: string;
  apiPort: number;
  etcdPort: number;
  etcdPeerPort: number;
}

/** The user whose requests the audit log holds. */
export const auditedUser = 'lateen-operator';

/** Files inside a site. */
export const siteFiles = (folder: string) => ({
  etcdData: `${folder}/etcd`,
  certificates: `${folder}/certificates`,
  servingCertificate: `${folder}/certificates/apiserver.crt`,
  serviceAccountKey: `${folder}/service-account.key`,
  serviceAccountPublicKey: `${folder}/service-account.pub`,
  tokens: `${folder}/tokens.csv`,
  auditPolicy: `${folder}/audit-policy.json`,
  auditLog: `${folder}/audit.log`,
  kubeconfig: `${folder}/kubeconfig.yaml`,
  operatorKubeconfig: `${folder}/operator.kubeconfig.yaml`,
});

export function etcdFlags(site: Site): string[] {
  const client = `http://127.0.0.1:${site.etcdPort}`;
  const peer = `http://127.0.0.1:${site.etcdPeerPort}`;
  return [
    `--data-dir=${siteFiles(site.folder).etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The data is thrown away with the test: no write needs to survive a power cut.
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

export function apiServerFlags(site: Site): string[] {
  const files = siteFiles(site.folder);
  return [
    `--etcd-servers=http://127.0.0.1:${site.etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${site.apiPort}`,
    `--cert-dir=${files.certificates}`,
    // No Endpoints of the API server itself: they must not be a loopback address, and nobody reads them here.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    // Pods may be created before the controller manager has made the service account of a new namespace.
    '--disable-admission-plugins=ServiceAccount',
    '--allow-privileged=true',
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    // Megabytes; a rotated file would lose requests that a test is counting.
    '--audit-log-maxsize=100000',
    '--request-timeout=30s',
    '--profiling=false',
  ];
}

/** Needed in every world: without the last two, namespaces and claims with their finalizers never go. */
const controllersOfTheApi = [
  'garbage-collector-controller',
  'resourcequota-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
  'validatingadmissionpolicy-status-controller',
  // Without it a new node keeps its not-ready taint.
  'node-lifecycle-controller',
  'namespace-controller',
  'persistentvolume-protection-controller',
  'persistentvolumeclaim-protection-controller',
];

/** They need a cloud or a network range for pods, which are not here. */
const controllersOfTheCloud = ['node-ipam-controller', 'service-lb-controller', 'node-route-controller', 'cloud-node-lifecycle-controller'];

/** The value of `--controllers`: an explicit list for world `none`, so that a new Kubernetes adds no actor unseen. */
export function controllers(world: World): string {
  return world === 'none' ? controllersOfTheApi.join(',') : ['*', ...controllersOfTheCloud.map((name) => `-${name}`)].join(',');
}

export function controllerManagerFlags(site: Site, world: World): string[] {
  const files = siteFiles(site.folder);
  return [
    `--kubeconfig=${files.kubeconfig}`,
    `--controllers=${controllers(world)}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.servingCertificate}`,
    '--leader-elect=false',
    // No port of its own: nobody scrapes it, and several control planes may run side by side.
    '--secure-port=0',
    // The world's nodes send no heartbeat (a quiet world makes no requests): without this they are NotReady after 50 s.
    '--node-monitor-grace-period=8760h',
    // The default of 20 requests a second would make the world, not the operator, the slowest part of a test.
    '--kube-api-qps=400',
    '--kube-api-burst=600',
    '--profiling=false',
  ];
}

export function schedulerFlags(site: Site): string[] {
  return [
    `--kubeconfig=${siteFiles(site.folder).kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=400',
    '--kube-api-burst=600',
    '--profiling=false',
  ];
}
