import assert from 'node:assert/strict';
import { parseApplications } from '../../../src/cli/application-file.ts';
import { installCrds, readCrds } from '../../../src/cli/crds.ts';
import { diffText } from '../../../src/cli/diff-view.ts';
import { paint } from '../../../src/cli/paint.ts';
import { readPicture } from '../../../src/cli/picture.ts';
import { isEmpty, type Preview, previewApplication } from '../../../src/cli/preview.ts';
import { statusModel } from '../../../src/cli/status-model.ts';
import { clusterFacts } from '../../../src/controllers/application/surroundings.ts';
import { openScene, type Scene } from '../../harness/scene.ts';
import { embeddedServer, type Server, settled } from '../../harness/servers.ts';

const shop = (image: string, component = 'web', more = '') => `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: ${component}, type: webservice, properties: {image: "${image}", ports: [{port: 80, expose: true}]}}
${more}`;

describe('the commands on a cluster', () => {
  let server: Server;
  let scene: Scene;

  before(async () => {
    server = await embeddedServer();
    scene = await openScene(server);
    await scene.apply(shop('nginx:1'));
    await scene.phase('shop', 'running');
  });
  after(async () => {
    await scene.close();
    await server.close();
  });

  const preview = async (yaml: string): Promise<Preview> => {
    const [application] = parseApplications(yaml, 'file', scene.namespace).applications;
    assert.ok(application);
    const facts = clusterFacts(scene.user.client, { major: 1, minor: 33, gitVersion: 'v1.33.0' });
    const made = await settled(server, previewApplication(scene.user.client, application, facts, server.clock.now()));
    assert.ok(made.ok, made.ok ? '' : made.problem.message);
    return made.value;
  };
  const verbs = ({ objects }: Preview) => objects.map(({ verb, ref }) => `${verb} ${ref.kind} ${ref.name}`).sort();

  it('diff finds nothing in the file that was applied', async () => {
    assert.equal(isEmpty(await preview(shop('nginx:1'))), true);
  });

  it('diff finds the one field that an image changes, and the revision it makes', async () => {
    const changed = await preview(shop('nginx:2'));
    assert.equal(changed.revision, 'shop-v2');
    assert.deepEqual(
      changed.objects.map(({ verb, fields }) => ({ verb, fields })),
      [{ verb: 'change', fields: [{ path: 'spec.template.spec.containers[web].image', before: 'nginx:1', after: 'nginx:2' }] }],
    );
    assert.match(
      diffText(changed, paint(false)),
      /~ change Deployment .*\/web {2}\(component web\)\n.*nginx:1" → "nginx:2"\n\n1 to change$/,
    );
  });

  it('diff names what goes with its component, and what comes', async () => {
    const renamed = await preview(shop('nginx:1', 'site'));
    assert.deepEqual(verbs(renamed), ['create Deployment site', 'create Service site', 'delete Deployment web', 'delete Service web']);
    assert.match(renamed.objects.find(({ verb }) => verb === 'delete')?.reason ?? '', /component web has left/);
  });

  it('diff tells that an object of somebody else would be refused', async () => {
    await scene.apply('apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{port: 1}]}');
    const both = await preview(
      shop('nginx:1', 'web', '    - {name: api, type: webservice, properties: {image: x, ports: [{port: 80, expose: true}]}}\n'),
    );
    assert.deepEqual(verbs(both), ['create Deployment api', 'refuse Service api']);
    assert.match(both.objects.find(({ verb }) => verb === 'refuse')?.reason ?? '', /belongs to no application \(written by user\)/);
  });

  it('diff writes nothing', async () => {
    const before = (await scene.app('shop'))?.metadata.resourceVersion;
    await preview(shop('nginx:3', 'other'));
    assert.equal((await scene.app('shop'))?.metadata.resourceVersion, before);
    assert.equal(await scene.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' }), undefined);
  });

  it('status reads the application, its objects and their pods', async () => {
    const ref = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace: scene.namespace, name: 'shop' };
    const picture = await settled(server, readPicture(scene.user.client, ref, { withPods: true }));
    assert.ok(picture.ok);
    const model = statusModel(picture.value);
    assert.equal(model.isWell, true);
    const [web] = model.components;
    assert.deepEqual(
      web?.objects.map(({ kind, state, pods }) => [kind, state, pods.length]),
      [
        ['Deployment', 'healthy', 1],
        ['Service', 'healthy', 0],
      ],
    );
  });

  it('install finds everything unchanged the second time', async () => {
    const outcomes: string[] = [];
    const crds = readCrds();
    const done = await settled(
      server,
      installCrds({ client: scene.user.client, clock: server.clock, crds, onDone: (_name, outcome) => outcomes.push(outcome) }),
    );
    assert.equal(done.ok, true);
    assert.deepEqual(new Set(outcomes), new Set(['unchanged']));
    assert.equal(outcomes.length, crds.length);
  });
});
