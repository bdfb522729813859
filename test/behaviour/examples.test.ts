/** Every file of examples/ does what it says, as it stands. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { operate } from '../../src/workflow/operations.ts';
import { onEachServer } from '../harness/on-each-server.ts';
import { openScene, type Scene } from '../harness/scene.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application' };

onEachServer('examples', (server) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(server());
  });
  afterEach(() => scene.close());

  for (const file of readdirSync('examples').filter((name) => name.endsWith('.yaml'))) {
    it(`${file} comes to running, after approval where it asks for one`, async () => {
      await scene.apply(readFileSync(`examples/${file}`, 'utf8'));
      const { items } = await scene.list(application);
      assert.ok(items.length > 0, 'it holds an Application');
      for (const { metadata } of items) {
        const app = await scene.until(
          `${metadata.name} rests`,
          async () => {
            const now = await scene.app(metadata.name);
            return ['running', 'workflowSuspending'].includes(now?.status?.status ?? '') ? now : undefined;
          },
          120_000,
        );
        if (app.status?.status === 'running') continue;
        const edited = operate(app.status?.workflow, 'resume');
        assert.ok(edited.ok);
        await scene.patch({ ...application, name: metadata.name }, { status: { workflow: edited.value.workflow } }, 'status');
        await scene.phase(metadata.name, 'running', 120_000);
      }
    });
  }
});
