/**
 * An operator in the words of @dot-i/k8s-operator, on Lateen's informers: it writes into every ConfigMap labelled
 * `example.lateen.dev/count=yes` how many keys it holds.
 *
 *   node examples/operator/label-counter.ts            # with KUBECONFIG set
 */
import { pathToFileURL } from 'node:url';
import Operator, { type ResourceEvent, ResourceEventType } from '../../src/controllers/operator.ts';

export class LabelCounter extends Operator {
  /** What it has counted, by `namespace/name`. */
  readonly counted = new Map<string, number>();

  protected override async init(): Promise<void> {
    await this.watchResource('', 'v1', 'configmaps', (event) => this.count(event));
  }

  private async count(event: ResourceEvent): Promise<void> {
    const key = `${event.meta.namespace}/${event.meta.name}`;
    if (event.type === ResourceEventType.Deleted) {
      this.counted.delete(key);
      return;
    }
    if (event.object.metadata.labels?.['example.lateen.dev/count'] !== 'yes') return;
    if (await this.handleResourceFinalizer(event, 'example.lateen.dev/counted', async () => void this.counted.delete(key))) return;
    this.counted.set(key, Object.keys(event.object.data ?? {}).length);
    this.logger.info(`${key} holds ${this.counted.get(key)} keys`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const operator = new LabelCounter(console);
  await operator.start();
  process.on('SIGINT', () => void operator.stop()).on('SIGTERM', () => void operator.stop());
}
