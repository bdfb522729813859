/**
 * The world in a process of its own, so that CPU and memory of the operator are only its own: nodes, pods and the
 * controllers that make them, over an administrator's kubeconfig. Ends with its standard input.
 *
 *   node bench/programs/world.ts KUBECONFIG
 */
import { startWorld } from '../../sandbox/actors/world.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { systemRandom } from '../../src/base/random.ts';
import { plainTransport } from '../../test/harness/plain-transport.ts';

startWorld({ transport: plainTransport(process.argv[2] ?? ''), clock: systemClock, random: systemRandom, log: silentLogger });
process.stdin.resume().on('end', () => process.exit());
