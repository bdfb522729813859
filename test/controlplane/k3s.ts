/**
 * The last rung: k3s in a container, for machines with a container engine and no Go. Imported only when
 * this rung is reached, because testcontainers is large and looks for an engine when it starts.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { K3sContainer } from '@testcontainers/k3s';

/** Same minor version as the control plane of controlplane/, so that both see the same API. */
const image = 'rancher/k3s:v1.33.6-k3s1';

/** Starts k3s and writes its kubeconfig. Throws where there is no container engine or the image cannot be had. */
export async function startK3s(): Promise<{ kubeconfigPath: string; stop(): Promise<void> }> {
  const container = await new K3sContainer(image).withCommand(['server', '--disable=traefik,metrics-server']).start();
  const folder = await mkdtemp(join(tmpdir(), 'lateen-k3s-'));
  const kubeconfigPath = join(folder, 'kubeconfig.yaml');
  await writeFile(kubeconfigPath, container.getKubeConfig(), { mode: 0o600 });
  return {
    kubeconfigPath,
    async stop() {
      await container.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
