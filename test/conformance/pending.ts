/**
 * Cases whose types have no definition yet, by name. The list is held against the catalogue: an entry that has become
 * buildable fails the test, so that nothing stays here by accident.
 */
export const pending = {
  reason: 'definitions of the next issue',
  components: [
    'ref-objects-by-label', // ref-objects
    'ref-objects-by-name', // ref-objects
    'ref-objects-deployment', // ref-objects
  ],
  traits: [
    'affinity-daemon-job', // affinity
    'affinity-node-tolerations', // affinity
    'affinity-pod', // affinity
    'combo-image-env-probe-ports', // container-image, startup-probe, container-ports, lifecycle
    'combo-init-storage', // init-container
    'combo-many-patches', // command
    'combo-many-patches-reversed', // command
    'combo-security-sidecar-account', // podsecuritycontext, securitycontext, service-account, hostalias
    'command-containers', // command
    'command-flat', // command
    'command-job', // command
    'container-image-containers', // container-image
    'container-image-flat', // container-image
    'container-ports-containers', // container-ports
    'container-ports-flat', // container-ports
    'deprecated-configmap', // configmap
    'deprecated-ingress-1-20', // ingress-1-20
    'deprecated-ingress-1-20-class', // ingress-1-20
    'deprecated-node-affinity', // node-affinity
    'deprecated-pvc', // pvc
    'deprecated-pvc-block', // pvc
    'deprecated-volumes', // volumes
    'hostalias', // hostalias
    'init-container-full', // init-container
    'init-container-simple', // init-container
    'k8s-update-strategy-daemon', // k8s-update-strategy
    'k8s-update-strategy-deployment', // k8s-update-strategy
    'k8s-update-strategy-statefulset', // k8s-update-strategy
    'lifecycle-exec-http', // lifecycle
    'lifecycle-tcp-sidecar', // lifecycle
    'nocalhost', // nocalhost
    'nocalhost-full', // nocalhost
    'podsecuritycontext-default', // podsecuritycontext
    'podsecuritycontext-profiles', // podsecuritycontext
    'pure-ingress', // pure-ingress
    'securitycontext-containers', // securitycontext
    'securitycontext-flat', // securitycontext
    'service-account-create-cluster', // service-account
    'service-account-create-namespace', // service-account
    'service-account-existing', // service-account
    'service-binding', // service-binding
    'startup-probe-defaults', // startup-probe
    'startup-probe-exec-tcp-grpc', // startup-probe
    'startup-probe-http', // startup-probe
    'startup-probe-probes', // startup-probe
    'topologyspreadconstraints', // topologyspreadconstraints
    'topologyspreadconstraints-min-domains', // topologyspreadconstraints
  ],
} as const;
