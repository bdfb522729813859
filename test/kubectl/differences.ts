/** Every way in which kubectl reads differently on the embedded server and on a real one, with the reason. */

export interface Difference {
  /** Title of the command. */
  command: string;
  reason: string;
  /** These lines are left out on both sides; the rest must be the same. */
  lines?: RegExp;
  /** It may be too early for it: then there is no difference, and the declaration is right all the same. */
  isSometimes?: true;
  /** What each side must say instead of the same. */
  says?: { embedded: RegExp; real: RegExp };
}

/** What a real server serves and the embedded one refuses, because nothing of Lateen asks for it. */
const unservedResources = [
  'apiservices',
  'bindings',
  'certificatesigningrequests',
  'componentstatuses',
  'csidrivers',
  'csinodes',
  'csistoragecapacities',
  'flowschemas',
  'ipaddresses',
  'limitranges',
  'mutatingwebhookconfigurations',
  'prioritylevelconfigurations',
  'replicationcontrollers',
  'runtimeclasses',
  'servicecidrs',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'validatingwebhookconfigurations',
  'volumeattachments',
];

const unservedGroups = [
  'admissionregistration.k8s.io/v1',
  'apiregistration.k8s.io/v1',
  'certificates.k8s.io/v1',
  'flowcontrol.apiserver.k8s.io/v1',
  'node.k8s.io/v1',
];

const lineBeginsWith = (words: readonly string[]): RegExp =>
  new RegExp(`^(${words.map((word) => word.replaceAll('.', '\\.')).join('|')})(\\s|$)`);

export const differences: readonly Difference[] = [
  {
    command: 'api-resources',
    reason: 'the embedded server serves the kinds that applications are made of; what it does not know it does not pretend to know',
    lines: lineBeginsWith(unservedResources),
  },
  {
    command: 'api-versions',
    reason: 'groups of the kinds that are not served',
    lines: lineBeginsWith(unservedGroups),
  },
  {
    command: 'auth can-i --list',
    reason: 'without RBAC there are no rules but the one that allows everything; a real server adds those of its default roles',
    lines: /^selfsubject\w+\.auth|^\s+\[\/(api|healthz|livez|openapi|readyz|version)/,
  },
  {
    command: 'describe node',
    reason: 'the node-lifecycle controller of kube-controller-manager reports a new node; its event is of no use to anybody here',
    lines: /^Events:|^ {2}(Type {2}Reason {2}Age|---- {2}|Normal {2}RegisteredNode)/,
    isSometimes: true,
  },
  {
    command: 'create namespace',
    reason: 'kubectl looks for LimitRanges, a kind that is not served',
    lines: /^No LimitRange resource\.$|^$/,
  },
  {
    command: 'logs',
    reason: 'neither has a kubelet: the embedded server says so, a real one fails to reach it',
    says: { embedded: /does not implement pods\/log: it runs no containers/, real: /containerLogs.*dial tcp/ },
  },
  {
    command: 'exec',
    reason: 'as for logs',
    says: { embedded: /does not implement pods\/exec: it runs no containers/, real: /dial tcp/ },
  },
];
