/**
 * What people type in a day with kubectl, in the order of one day: the list that must read the same on the embedded
 * API server and on a real one. Each line runs in a shell in a folder that holds `files`, in a namespace of its own.
 */

export interface Command {
  /** What it shows; unique. */
  title: string;
  /** As typed. */
  run: string;
  /** It is refused or finds nothing: the exit code is 1. */
  fails?: true;
  /** On which node a pod runs is chance. */
  placed?: true;
  /** Rows from the first line that matches stand in an order of chance: they are compared sorted. */
  unordered?: RegExp;
  /** Lines that come and go with the moment, such as the progress of a rollout. */
  passing?: RegExp;
}

/** Rows named by chance (pods), the heading among them. */
const rows = /^/;
const events = /^Events:/;

export const commands: readonly Command[] = [
  // The cluster.
  { title: 'version', run: 'kubectl version -o json | grep -E "major|minor" | tail -2' },
  { title: 'cluster-info', run: 'kubectl cluster-info' },
  { title: 'api-versions', run: 'kubectl api-versions' },
  { title: 'api-resources', run: 'kubectl api-resources' },
  { title: 'api-resources -o wide', run: 'kubectl api-resources --api-group=apps -o wide --verbs=list,patch --namespaced' },
  { title: 'api-resources of a category', run: 'kubectl api-resources --categories=oam -o name' },
  { title: 'explain', run: 'kubectl explain deployment.spec.strategy' },
  { title: 'explain --recursive', run: 'kubectl explain pod.spec.containers.livenessProbe --recursive' },
  { title: 'explain a custom resource', run: 'kubectl explain app.spec.components' },
  { title: 'explain a field that is not there', fails: true, run: 'kubectl explain deployment.spec.nothing' },
  { title: 'get --raw', fails: true, run: 'kubectl get --raw /readyz && kubectl get --raw /api && kubectl get --raw /nothing' },
  { title: 'get nodes', run: 'kubectl get nodes' },
  { title: 'get nodes -o wide', run: 'kubectl get nodes -o wide' },
  { title: 'get nodes with label columns', run: 'kubectl get nodes -L topology.kubernetes.io/zone' },
  { title: 'describe node', run: 'kubectl describe node node-1' },
  { title: 'cordon', run: 'kubectl cordon node-3 && kubectl get node node-3 && kubectl cordon node-3' },
  { title: 'uncordon', run: 'kubectl uncordon node-3 && kubectl get node node-3' },
  {
    title: 'taint',
    fails: true,
    run: "kubectl taint node node-3 team=a:NoSchedule && kubectl get node node-3 -o jsonpath='{.spec.taints}' && kubectl taint node node-3 team- && kubectl taint node node-3 team-",
  },
  { title: 'top without metrics', fails: true, run: 'kubectl top pods; kubectl top nodes' },
  {
    title: 'auth can-i',
    run: 'kubectl auth can-i create deployments; kubectl auth can-i delete applications.core.oam.dev --all-namespaces',
  },
  { title: 'auth can-i --list', run: 'kubectl auth can-i --list' },
  { title: 'a resource type that is not there', fails: true, run: 'kubectl get nothings' },
  { title: 'an object that is not there', fails: true, run: 'kubectl get deployment nothing' },

  // Making things.
  { title: 'apply', run: 'kubectl apply -f web.yaml' },
  { title: 'apply again: unchanged', run: 'kubectl apply -f web.yaml' },
  { title: 'rollout status', run: 'kubectl rollout status deployment/web --timeout=30s', passing: /^Waiting/ },
  { title: 'get deployment', run: 'kubectl get deployment web' },
  { title: 'get deployment -o wide', run: 'kubectl get deployment web -o wide' },
  { title: 'get deployment -o yaml', run: 'kubectl get deployment web -o yaml' },
  { title: 'get pods', run: 'kubectl get pods -l app=web', unordered: rows },
  { title: 'get pods -o wide', placed: true, run: 'kubectl get pods -l app=web -o wide', unordered: rows },
  { title: 'get pod -o yaml', placed: true, run: 'kubectl get pods -l app=web -o yaml', unordered: rows },
  { title: 'get all', run: 'kubectl get all', unordered: rows },
  { title: 'describe deployment', run: 'kubectl describe deployment web', unordered: events },
  {
    title: 'describe pod',
    placed: true,
    run: "kubectl describe pod $(kubectl get pods -l app=web -o jsonpath='{.items[0].metadata.name}')",
  },
  { title: 'describe service', run: 'kubectl describe service web' },
  { title: 'describe replicaset', run: 'kubectl describe replicaset -l app=web' },
  { title: 'apply with a change: configured', run: "sed 's/nginx:1$/nginx:2/' web.yaml | kubectl apply -f -" },
  { title: 'diff', run: "sed 's/nginx:1$/nginx:3/' web.yaml | KUBECTL_EXTERNAL_DIFF='diff -U1' kubectl diff -f - | grep -E '^[-+] '" },
  { title: 'diff: exit code', fails: true, run: "sed 's/nginx:1$/nginx:3/' web.yaml | kubectl diff -f - >/dev/null" },
  { title: 'diff without a difference', run: "sed 's/nginx:1$/nginx:2/' web.yaml | kubectl diff -f -" },
  {
    title: 'diff --server-side',
    run: "sed 's/nginx:1$/nginx:3/' web.yaml | KUBECTL_EXTERNAL_DIFF='diff -U1' kubectl diff --server-side --force-conflicts -f - | grep -E '^[-+] '",
  },
  { title: 'apply --dry-run=server', run: "sed 's/nginx:1$/nginx:3/' web.yaml | kubectl apply --dry-run=server -f -" },
  { title: 'dry run changed nothing', run: "kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'" },
  { title: 'apply --server-side', run: 'kubectl apply --server-side -f settings.yaml' },
  { title: 'apply --server-side again', run: 'kubectl apply --server-side -f settings.yaml' },
  { title: 'managed fields', run: 'kubectl get configmap settings -o yaml --show-managed-fields' },
  {
    title: 'apply conflict between managers',
    fails: true,
    run: "sed 's/blue/green/' settings.yaml | kubectl apply --server-side --field-manager=other -f -",
  },
  {
    title: 'apply --force-conflicts',
    run: "sed 's/blue/green/' settings.yaml | kubectl apply --server-side --field-manager=other --force-conflicts -f - && kubectl get configmap settings -o yaml --show-managed-fields",
  },
  {
    title: 'apply after a client-side apply',
    run: 'kubectl apply --server-side -f web.yaml; kubectl apply --server-side --force-conflicts -f web.yaml',
  },
  { title: 'apply of an invalid object', fails: true, run: 'kubectl apply -f invalid.yaml' },
  { title: 'apply --server-side of an invalid object', fails: true, run: 'kubectl apply --server-side -f invalid.yaml' },
  { title: 'apply of an unknown field', fails: true, run: 'kubectl apply -f unknown.yaml' },
  { title: 'apply --server-side of an unknown field', fails: true, run: "sed '/^dat:/d' unknown.yaml | kubectl apply --server-side -f -" },
  { title: 'apply of an unknown field with --validate=warn', run: 'kubectl apply --validate=warn -f unknown.yaml' },
  {
    title: 'apply of an unknown field with --validate=ignore',
    run: 'kubectl apply --validate=ignore -f unknown.yaml --dry-run=server -o yaml',
  },
  { title: 'apply of a wrong type', fails: true, run: 'kubectl apply --server-side -f mistyped.yaml; kubectl apply -f mistyped.yaml' },
  { title: 'apply of an unknown kind', fails: true, run: 'kubectl apply -f nokind.yaml' },
  { title: 'apply into a namespace that is not there', fails: true, run: 'kubectl apply -n nowhere -f settings.yaml' },
  {
    title: 'create configmap',
    run: "kubectl create configmap made --from-literal=a=1 --from-file=file=settings.yaml && kubectl get configmap made -o jsonpath='{.data}'",
  },
  { title: 'create secret', run: 'kubectl create secret generic made --from-literal=password=hunter2 && kubectl describe secret made' },
  { title: 'create deployment', run: 'kubectl create deployment made --image=busybox:1 --replicas=2 --port=80' },
  { title: 'create job', run: 'kubectl create job made --image=busybox:1 -- true' },
  {
    title: 'create cronjob',
    run: "kubectl create cronjob made --image=busybox:1 --schedule='0 3 * * *' -- true && kubectl get cronjob made",
  },
  { title: 'create service', run: 'kubectl create service clusterip extra --tcp=80:8080 && kubectl get service extra' },
  {
    title: 'create ingress',
    run: "kubectl create ingress made --rule='shop.example/*=web:80' && kubectl describe ingress made",
    unordered: events,
  },
  { title: 'create --dry-run=client', run: 'kubectl create deployment other --image=busybox --dry-run=client -o yaml' },
  { title: 'create -f', run: 'kubectl create -f made.yaml -o name' },
  { title: 'create of what is there', fails: true, run: 'kubectl create -f made.yaml' },
  { title: 'create of a bad name', fails: true, run: 'kubectl create configmap Bad_Name' },
  {
    title: 'run',
    run: 'kubectl run once --image=busybox:1 --restart=Never && kubectl wait pod/once --for=jsonpath={.status.phase}=Succeeded --timeout=30s',
  },
  { title: 'wait for a job', run: 'kubectl wait job/made --for=condition=complete --timeout=30s && kubectl get job made' },
  { title: 'describe job', run: 'kubectl describe job made', unordered: events },
  { title: 'wait for jsonpath', run: "kubectl wait deployment/made --for=jsonpath='{.status.readyReplicas}'=2 --timeout=30s" },
  { title: 'wait that times out', fails: true, run: 'kubectl wait deployment/made --for=condition=Nothing --timeout=1s' },
  { title: 'expose', run: 'kubectl expose deployment made --port=80 --target-port=8080 && kubectl get service made -o yaml' },
  {
    title: 'autoscale',
    run: 'kubectl autoscale deployment made --min=1 --max=3 --name=made && kubectl get hpa made -o jsonpath="{.spec}"',
  },

  {
    title: 'apply of a stateful set with claims',
    run: 'kubectl apply -f db.yaml && kubectl wait statefulset/db --for=jsonpath={.status.readyReplicas}=2 --timeout=30s',
  },
  { title: 'describe stateful set', run: 'kubectl describe statefulset db', unordered: events },
  { title: 'get claims', run: 'kubectl get statefulset,pvc' },
  { title: 'describe claim', run: 'kubectl describe pvc data-db-0', unordered: events },
  {
    title: 'apply of a daemon set',
    run: 'kubectl apply -f agent.yaml && kubectl rollout status daemonset/agent --timeout=30s',
    passing: /^Waiting/,
  },
  {
    title: 'describe daemon set',
    run: 'kubectl describe daemonset agent && kubectl set image daemonset/agent agent=agent:2 && kubectl get daemonset agent -o jsonpath={.metadata.annotations}',
    unordered: events,
  },
  {
    title: 'create quota and budget',
    run: 'kubectl create quota small --hard=pods=50 && kubectl create pdb web --selector=app=web --min-available=1 && kubectl describe pdb web',
  },
  {
    title: 'create role and binding',
    run: 'kubectl create serviceaccount robot && kubectl create role reader --verb=get,list --resource=pods && kubectl create rolebinding reader --role=reader --serviceaccount=$NAMESPACE:robot && kubectl describe role,rolebinding reader',
  },
  {
    title: 'delete stateful and daemon set',
    run: 'kubectl delete -f db.yaml -f agent.yaml && kubectl wait --for=delete pod -l app=db --timeout=30s >/dev/null && kubectl delete pvc -l app=db',
  },

  // Applications.
  { title: 'apply an application', run: 'kubectl apply -f app.yaml' },
  { title: 'wait for an application', run: "kubectl wait app/shop --for=jsonpath='{.status.status}'=running --timeout=60s" },
  { title: 'wait for a condition of an application', run: 'kubectl wait app/shop --for=condition=Ready --timeout=60s' },
  { title: 'get app', run: 'kubectl get app' },
  { title: 'get app -o wide, by its full name', run: 'kubectl get applications.v1beta1.core.oam.dev shop -o wide' },
  { title: 'get app -o yaml', run: 'kubectl get app shop -o yaml' },
  { title: 'describe app', run: 'kubectl describe app shop', unordered: events },
  { title: 'apply an application again', run: 'kubectl apply -f app.yaml' },
  { title: 'apply an application --server-side', run: 'kubectl apply --server-side --force-conflicts -f app.yaml' },
  {
    title: 'apply an application with an unknown field',
    fails: true,
    run: "sed 's/^spec:/spec:\\n  nothing: 1/' app.yaml | kubectl apply -f -",
  },
  { title: 'apply an application with a wrong type', fails: true, run: "sed 's/name: front/name: 5/' app.yaml | kubectl apply -f -" },
  { title: 'patch an application', run: 'kubectl patch app shop --type=merge -p \'{"metadata":{"labels":{"team":"a"}}}\'' },
  { title: 'strategic patch of a custom resource', fails: true, run: 'kubectl patch app shop -p \'{"metadata":{"labels":{"team":"b"}}}\'' },
  { title: 'scale an application: no such subresource', fails: true, run: 'kubectl scale app shop --replicas=2' },
  { title: 'get revisions', run: 'kubectl get applicationrevisions' },
  {
    title: 'get crd',
    run: 'kubectl get crd applications.core.oam.dev -o name && kubectl wait crd/applications.core.oam.dev --for=condition=Established',
  },

  // Looking.
  { title: 'get -o json', run: 'kubectl get configmap made -o json' },
  { title: 'get -o name', run: 'kubectl get deployments,services -o name' },
  {
    title: 'get -o jsonpath',
    run: 'kubectl get services -o jsonpath=\'{range .items[*]}{.metadata.name}={.spec.ports[0].port}{"\\n"}{end}\'',
  },
  {
    title: 'get -o custom-columns',
    run: 'kubectl get deployments -o custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[*].image',
  },
  { title: 'get -o go-template', run: "kubectl get deployments -o go-template='{{range .items}}{{.metadata.name}} {{end}}'" },
  { title: 'get -l with sets', run: "kubectl get configmaps -l 'app in (web,made),!tier' --show-labels" },
  { title: 'get --field-selector', run: 'kubectl get pods --field-selector=status.phase=Succeeded', unordered: rows },
  { title: 'get --field-selector of a name', run: 'kubectl get configmaps --field-selector=metadata.name=made' },
  { title: 'get --field-selector that is not supported', fails: true, run: 'kubectl get configmaps --field-selector=data.a=1' },
  { title: 'get -A', run: 'kubectl get services -A --field-selector=metadata.name=kubernetes' },
  { title: 'get --sort-by', run: 'kubectl get configmaps --sort-by=.metadata.name --no-headers -l app' },
  { title: 'get in pages', run: 'kubectl get deployments --chunk-size=1 -o name' },
  { title: 'get several kinds', run: 'kubectl get endpoints,pdb,ingress,statefulset,daemonset,secret', unordered: rows },
  { title: 'get by file', run: 'kubectl get -f web.yaml -o name' },
  { title: 'get --ignore-not-found', run: 'kubectl get configmap nothing --ignore-not-found' },
  { title: 'get --subresource', run: 'kubectl get deployment made --subresource=scale' },
  { title: 'events', run: 'kubectl get events --field-selector=involvedObject.kind=Application', unordered: rows },
  { title: 'kubectl events', run: 'kubectl events --for=app/shop', unordered: rows },
  {
    title: 'get -w',
    run: `
      kubectl get configmap -l watched -w --output-watch-events >watched & watch=$!; sleep 1
      kubectl create configmap watched -o name; kubectl label configmap watched watched=yes
      kubectl patch configmap watched -p '{"data":{"a":"1"}}'; kubectl delete configmap watched
      sleep 0.3; kill $watch; cat watched`,
  },
  { title: 'logs', fails: true, run: 'kubectl logs deployment/web' },
  { title: 'exec', fails: true, run: 'kubectl exec deployment/web -- true' },

  // Changing things.
  { title: 'label', run: 'kubectl label configmap made app=made tier=back' },
  {
    title: 'label that is there',
    run: 'kubectl label configmap made app=other; kubectl label configmap made app=other --overwrite; kubectl label configmap made tier-',
  },
  { title: 'label of a bad value', fails: true, run: "kubectl label configmap made app='not good'" },
  {
    title: 'annotate',
    run: "kubectl annotate configmap made note='a b'; kubectl annotate configmap made note-; kubectl annotate configmap made note-",
  },
  { title: 'patch --type=merge', run: 'kubectl patch configmap made --type=merge -p \'{"data":{"a":null,"b":"2"}}\' -o yaml' },
  { title: 'patch --type=json', run: 'kubectl patch configmap made --type=json -p \'[{"op":"replace","path":"/data/b","value":"3"}]\'' },
  {
    title: 'patch --type=json that fails',
    fails: true,
    run: 'kubectl patch configmap made --type=json -p \'[{"op":"test","path":"/data/b","value":"9"}]\'; kubectl patch configmap made --type=json -p \'[{"op":"remove","path":"/data/none"}]\'',
  },
  {
    title: 'patch --type=strategic',
    run: 'kubectl patch deployment made -p \'{"spec":{"template":{"spec":{"containers":[{"name":"busybox","env":[{"name":"A","value":"1"}]}]}}}}\' && kubectl get deployment made -o jsonpath="{.spec.template.spec.containers}"',
  },
  {
    title: 'patch with an unknown field',
    run: 'for type in merge strategic; do kubectl patch configmap made --type=$type -p \'{"dat":{"a":"1"}}\'; done',
  },
  {
    title: 'patch with a wrong type',
    fails: true,
    run: 'kubectl patch app shop --type=merge -p \'{"spec":{"components":5}}\'; for patch in \'{"replicas":"two"}\' \'{"replicas":1.5}\' \'{"paused":1}\' \'{"template":5}\' \'{"selector":{"matchLabels":"a"}}\' \'{"template":{"metadata":{"labels":{"a":1}}}}\'; do kubectl patch deployment made -p "{\\"spec\\":$patch}"; done; kubectl patch configmap made -p \'{"data":{"c":5}}\'',
  },
  {
    title: 'apply of an unknown field to what is there',
    fails: true,
    run: "sed 's/^spec:/spec:\\n  nothing: 1/' web.yaml | kubectl apply -f -",
  },
  { title: 'patch without a change', run: 'kubectl patch configmap made --type=merge -p \'{"data":{"b":"3"}}\'' },
  {
    title: 'patch of an immutable field',
    fails: true,
    run: 'kubectl patch deployment made --type=merge -p \'{"spec":{"selector":{"matchLabels":{"app":"other"}}}}\'',
  },
  {
    title: 'patch --subresource=status',
    run: 'kubectl patch node node-3 --subresource=status --type=merge -p \'{"status":{"capacity":{"example.com/gpu":"1"}}}\' && kubectl get node node-3 -o jsonpath="{.status.capacity}"',
  },
  {
    title: 'edit',
    run: "KUBE_EDITOR='sed -i /b:/s/3/4/' kubectl edit configmap made && kubectl get configmap made -o jsonpath='{.data.b}'",
  },
  { title: 'edit without a change', run: 'KUBE_EDITOR=true kubectl edit configmap made' },
  {
    title: 'edit that is refused',
    run: "KUBE_EDITOR='sed -i s/replicas:.2/replicas:\\ -2/' kubectl edit deployment made 2>&1 | grep -v /tmp",
  },
  {
    title: 'scale',
    fails: true,
    run: 'kubectl scale deployment made --replicas=3; kubectl scale deployment made --current-replicas=7 --replicas=1',
  },
  { title: 'set image', run: 'kubectl set image deployment/web web=nginx:4' },
  { title: 'rollout status after a change', run: 'kubectl rollout status deployment/web --timeout=30s', passing: /^Waiting/ },
  { title: 'rollout history', run: 'kubectl rollout history deployment/web' },
  { title: 'rollout history of a revision', fails: true, run: 'kubectl rollout history deployment/web --revision=1' },
  {
    title: 'rollout undo',
    fails: true,
    run: 'kubectl rollout undo deployment/web && kubectl rollout undo deployment/web --to-revision=99',
  },
  { title: 'rollout restart', run: 'kubectl rollout restart deployment/web' },
  {
    title: 'rollout pause',
    run: 'kubectl rollout pause deployment/web && kubectl rollout pause deployment/web; kubectl rollout resume deployment/web',
  },
  { title: 'rollout status at the end', run: 'kubectl rollout status deployment/web --timeout=30s', passing: /^Waiting/ },
  {
    title: 'set env and resources',
    run: 'kubectl set env deployment/web A=1 && kubectl set resources deployment/web --limits=cpu=200m,memory=64Mi && kubectl get deployment web -o jsonpath="{.spec.template.spec.containers}"',
  },
  { title: 'replace', fails: true, run: 'sed s/blue/red/ settings.yaml | kubectl replace -f -; kubectl replace -f unmade.yaml' },
  { title: 'replace --force', run: 'kubectl replace --force -f made.yaml' },
  {
    title: 'replace of a stale object',
    fails: true,
    run: 'kubectl get configmap settings -o yaml > stale.yaml; kubectl label configmap settings stale=no; kubectl replace -f stale.yaml',
  },
  {
    title: 'apply --prune',
    run: 'kubectl apply -f pair.yaml && kubectl apply --prune -l set=pair --prune-allowlist=core/v1/ConfigMap -f one.yaml && kubectl get configmaps -l set=pair -o name',
  },

  // Taking away.
  { title: 'delete by name', fails: true, run: 'kubectl delete service extra && kubectl get service extra' },
  { title: 'delete -l', run: 'kubectl delete configmaps -l set=pair' },
  { title: 'delete --dry-run=server', run: 'kubectl delete secret made --dry-run=server && kubectl get secret made -o name' },
  {
    title: 'delete --ignore-not-found',
    fails: true,
    run: 'kubectl delete configmap nothing --ignore-not-found; kubectl delete configmap nothing',
  },
  {
    title: 'delete --cascade=orphan',
    run: 'kubectl delete deployment made --cascade=orphan && kubectl get replicasets -l app=made -o jsonpath="{.items[*].metadata.ownerReferences}"',
  },
  { title: 'delete of pods at once', run: 'kubectl delete pod once --grace-period=0 --force' },
  { title: 'wait for deletion', run: 'kubectl delete job made --wait=false && kubectl wait --for=delete job/made --timeout=30s' },
  {
    title: 'delete --cascade=foreground',
    run: 'kubectl delete -f web.yaml --cascade=foreground && kubectl wait --for=delete pod -l app=web --timeout=30s && kubectl get replicasets,pods -l app=web',
  },
  { title: 'delete an application', run: 'kubectl delete app shop && kubectl get deployment,service,app -l app.oam.dev/name=shop' },
  {
    title: 'drain',
    run: 'kubectl drain node-3 --ignore-daemonsets --force --delete-emptydir-data --timeout=30s --dry-run=server | grep -v -E "^(evicting|pod)"; kubectl get node node-3',
  },
  { title: 'delete all', run: 'kubectl delete cronjob,hpa,ingress --all' },
  {
    title: 'create namespace',
    run: 'kubectl create namespace $NAMESPACE-two && kubectl get namespace $NAMESPACE-two && kubectl describe namespace $NAMESPACE-two',
  },
  {
    title: 'delete namespace',
    fails: true,
    run: 'kubectl -n $NAMESPACE-two create configmap inside && kubectl delete namespace $NAMESPACE-two && kubectl get namespace $NAMESPACE-two',
  },
];

/** What the commands read. */
export const files: Readonly<Record<string, string>> = {
  'web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx:1
          ports: [{ name: http, containerPort: 80 }]
          readinessProbe: { httpGet: { path: /, port: http } }
          resources: { requests: { cpu: 100m, memory: 32Mi } }
---
apiVersion: v1
kind: Service
metadata: { name: web, labels: { app: web } }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }]
`,
  'db.yaml': `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "postgres:1", volumeMounts: [{ name: data, mountPath: /data }] }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
  'agent.yaml': `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: "agent:1" }] }
`,
  'settings.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, labels: { app: web } }
data: { colour: blue, size: "1" }
`,
  'invalid.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: invalid, labels: { app: "not good" } }
spec:
  replicas: -1
  selector: { matchLabels: { app: one } }
  template:
    metadata: { labels: { app: two } }
    spec: { containers: [{ name: Upper, image: nginx, ports: [{ containerPort: 99999 }] }] }
`,
  'unknown.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: unknown, lable: none }
dat: { a: "1" }
`,
  'mistyped.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: mistyped }
spec:
  replicas: two
  selector: { matchLabels: { app: one } }
  template:
    metadata: { labels: { app: one } }
    spec: { containers: [{ name: one, image: nginx }] }
`,
  'nokind.yaml': `
apiVersion: example.com/v1
kind: Nothing
metadata: { name: nothing }
`,
  'made.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: from-file, labels: { app: made } }
data: { a: "1" }
`,
  'unmade.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: unmade }
`,
  'pair.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: pair-one, labels: { set: pair } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: pair-two, labels: { set: pair } }
`,
  'one.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: pair-one, labels: { set: pair } }
`,
  'app.yaml': `
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: { name: shop }
spec:
  components:
    - name: front
      type: webservice
      properties: { image: "nginx:1", ports: [{ port: 80, expose: true }] }
      traits: [{ type: scaler, properties: { replicas: 2 } }]
    - name: back
      type: worker
      properties: { image: "busybox:1" }
`,
};
