/**
 * `npm run controlplane`: a real Kubernetes control plane from Go modules, for tests by hand. The work is in
 * test/controlplane/, which the tests use too. Paths go to standard output, everything else to standard error.
 */
import { Argument, Command, Option } from 'commander';
import { down, status, up } from '../test/controlplane/background.ts';
import { build, type GoModule, goModules } from '../test/controlplane/binaries.ts';
import type { World } from '../test/controlplane/flags.ts';

const say = (line: string): void => console.error(line);

const program = new Command('controlplane')
  .usage('<command> [options]   (npm run controlplane -- <command> [options])')
  .description('A real Kubernetes control plane (etcd, kube-apiserver, kube-controller-manager, kube-scheduler) built from Go modules.')
  .showHelpAfterError();

program
  .command('up')
  .description('start it in the background with empty storage and print the path of its kubeconfig; builds it first if need be')
  .addOption(
    new Option('--world <world>', 'kube: the workload controllers of Kubernetes run; none: they do not, bring your own actors')
      .choices(['kube', 'none'])
      .default('kube'),
  )
  .option('--scheduler', 'run kube-scheduler too', false)
  .action(async (options: { world: World; scheduler: boolean }) => {
    const { kubeconfigPath } = await up({ ...options, log: say });
    console.log(kubeconfigPath);
  });

program
  .command('down')
  .description('end it and delete its storage')
  .action(async () => say((await down()) ? 'the control plane has ended' : 'no control plane was running'));

program
  .command('status')
  .description('say what runs; exit code 1 unless all of it does')
  .action(async () => {
    const now = await status();
    if (now.state === 'down') console.log('down');
    else {
      console.log(`${now.state} (world ${now.background.world})`);
      for (const { part, pid } of now.background.processes)
        console.log(`  ${part.padEnd(24)} ${now.alive.includes(part) ? `pid ${pid}` : 'has ended'}`);
      console.log(`  logs in ${now.background.folder}`);
    }
    if (now.state !== 'up') process.exitCode = 1;
  });

program
  .command('build')
  .description('build without starting and print the binary: the control plane, or a tool beside it')
  .addArgument(new Argument('[module]', 'what to build').choices(Object.keys(goModules)).default('kube'))
  .action(async (module: GoModule) => console.log(await build(module, say)));

program
  .command('kubeconfig')
  .description('print the path of the kubeconfig of the control plane that is up')
  .option('--operator', 'the user lateen-operator, whose requests the audit log holds, instead of the administrator', false)
  .action(async (options: { operator: boolean }) => {
    const now = await status();
    if (now.state !== 'up') throw new Error('no control plane is up; start one with: npm run controlplane -- up');
    console.log(options.operator ? now.background.operatorKubeconfigPath : now.background.kubeconfigPath);
  });

try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
