/** The table of pods; its STATUS is worked out from the containers as kubectl users know it. */
import type { Json, KubeObject } from '../object.ts';
import { age, at, columns, count, hasCondition, items, orNone, since, type TableForm, text } from './cells.ts';

interface Tally {
  reason: string;
  restarts: number;
  lastRestart: string;
  ready: number;
}

const isSidecar = (container: unknown): boolean => text(container, 'restartPolicy') === 'Always';

function noteRestart(tally: Tally, status: Json): void {
  tally.restarts += count(status, 'restartCount');
  const finished = text(status, 'lastState', 'terminated', 'finishedAt');
  if (finished > tally.lastRestart) tally.lastRestart = finished;
}

function endedReason(terminated: unknown): string {
  const reason = text(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = count(terminated, 'signal');
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${count(terminated, 'exitCode')}`;
}

/** Looks at init containers in order; the first that is not done gives the reason. */
function tallyInit(pod: KubeObject, tally: Tally, sidecars: Tally): boolean {
  const specs = items(pod, 'spec', 'initContainers');
  const statuses = items(pod, 'status', 'initContainerStatuses');
  for (const [index, status] of statuses.entries()) {
    const spec = specs.find((candidate) => text(candidate, 'name') === text(status, 'name'));
    noteRestart(tally, status);
    if (isSidecar(spec)) noteRestart(sidecars, status);
    const terminated = at(status, 'state', 'terminated');
    if (terminated && count(terminated, 'exitCode') === 0) continue;
    if (isSidecar(spec) && at(status, 'started') === true) {
      if (at(status, 'ready') === true) tally.ready++;
      continue;
    }
    const waiting = text(status, 'state', 'waiting', 'reason');
    if (terminated) tally.reason = `Init:${endedReason(terminated)}`;
    else if (waiting !== '' && waiting !== 'PodInitializing') tally.reason = `Init:${waiting}`;
    else tally.reason = `Init:${index}/${specs.length}`;
    return true;
  }
  return false;
}

function tallyContainers(pod: KubeObject, tally: Tally): void {
  let running = false;
  for (const status of items(pod, 'status', 'containerStatuses').toReversed()) {
    noteRestart(tally, status);
    const waiting = text(status, 'state', 'waiting', 'reason');
    const terminated = at(status, 'state', 'terminated');
    if (waiting !== '') tally.reason = waiting;
    else if (terminated) tally.reason = endedReason(terminated);
    else if (at(status, 'ready') === true && at(status, 'state', 'running')) {
      running = true;
      tally.ready++;
    }
  }
  if (tally.reason === 'Completed' && running) tally.reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

function tallyOf(pod: KubeObject): Tally {
  const phase = text(pod, 'status', 'phase');
  const statusReason = text(pod, 'status', 'reason');
  const tally: Tally = { reason: statusReason || phase, restarts: 0, lastRestart: '', ready: 0 };
  for (const condition of items(pod, 'status', 'conditions')) {
    if (text(condition, 'type') === 'PodScheduled' && text(condition, 'reason') === 'SchedulingGated') tally.reason = 'SchedulingGated';
  }
  const sidecars: Tally = { reason: '', restarts: 0, lastRestart: '', ready: 0 };
  const initializing = tallyInit(pod, tally, sidecars);
  if (!initializing || hasCondition(pod, 'Initialized')) {
    tally.restarts = sidecars.restarts;
    tally.lastRestart = sidecars.lastRestart;
    tallyContainers(pod, tally);
  }
  if (pod.metadata.deletionTimestamp) {
    if (statusReason === 'NodeLost') tally.reason = 'Unknown';
    else if (phase !== 'Succeeded' && phase !== 'Failed') tally.reason = 'Terminating';
  }
  return tally;
}

function readinessGates(pod: KubeObject): string {
  const gates = items(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  return `${gates.filter((gate) => hasCondition(pod, text(gate, 'conditionType'))).length}/${gates.length}`;
}

export const podTable: TableForm = {
  columns: columns('Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP*', 'Node*', 'Nominated Node*', 'Readiness Gates*'),
  row(pod, now) {
    const tally = tallyOf(pod);
    const total = items(pod, 'spec', 'containers').length + items(pod, 'spec', 'initContainers').filter(isSidecar).length;
    const restarts =
      tally.restarts !== 0 && tally.lastRestart !== ''
        ? `${tally.restarts} (${since(tally.lastRestart, now)} ago)`
        : String(tally.restarts);
    return [
      pod.metadata.name,
      `${tally.ready}/${total}`,
      tally.reason,
      restarts,
      age(pod, now),
      orNone(text(pod, 'status', 'podIPs', 0, 'ip')),
      orNone(text(pod, 'spec', 'nodeName')),
      orNone(text(pod, 'status', 'nominatedNodeName')),
      readinessGates(pod),
    ];
  },
};
