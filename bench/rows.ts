/**
 * The rows of the table: what is measured, the budget, and what KubeVela v1.10.9 and kro v0.9.3 needed when they were
 * measured on the same kind of machine (2 cores) and control plane. A row whose measure was not taken is left out.
 */
import type { Scale } from './scenarios/scenario.ts';

export interface Row {
  measure: string;
  what: string;
  unit: string;
  digits: number;
  /** The most (or, for `least`, the least) the median may be. */
  limit?: number;
  least?: boolean;
  /** How the budget is put in words, where it is more than the limit. */
  budget?: string;
  kubevela?: string;
  kro?: string;
}

export interface Section {
  title: string;
  rows: Row[];
}

const ms = { unit: 'ms', digits: 0 } as const;
const s = { unit: 's', digits: 2 } as const;
const count = { unit: '', digits: 0 } as const;
const share = { unit: '', digits: 2 } as const;
const mib = { unit: 'MiB', digits: 0 } as const;

export function sections({ fleet, large, restSeconds }: Scale): Section[] {
  return [
    {
      title: 'One application (Deployment, Service, HorizontalPodAutoscaler), idle system',
      rows: [
        { measure: 'single.deploy.objects', what: 'created until its objects are there', ...ms, limit: 30, kubevela: '70', kro: '450' },
        { measure: 'single.first.objects', what: 'the same, the first after a start', ...ms },
        { measure: 'single.deploy.running', what: 'created until `running`', ...ms, limit: 250, kubevela: '400', kro: '450' },
        { measure: 'single.deploy.told', what: '… of it after the rollout was complete (the rest is the world)', ...ms },
        { measure: 'single.deploy.requests', what: 'first deploy: requests', ...count, limit: 9, kubevela: '93', kro: '52' },
        { measure: 'single.deploy.writes', what: '… of them writes', ...count, limit: 9, kubevela: '31', kro: '19' },
        { measure: 'single.deploy.events', what: '… Events beside them', ...count, limit: 2 },
        { measure: 'single.deploy.watches', what: '… watches opened beside them', ...count },
        { measure: 'single.image.objects', what: 'image changed until the Deployment has it', ...ms },
        { measure: 'single.image.running', what: 'image changed until `running`', ...ms },
        { measure: 'single.image.told', what: '… of it after the rollout was complete', ...ms },
        { measure: 'single.image.requests', what: 'image change: requests', ...count, limit: 6, kubevela: '97 to 139', kro: '48' },
        { measure: 'single.image.writes', what: '… of them writes', ...count, limit: 6, kubevela: '28 to 32', kro: '18' },
        { measure: 'single.image.events', what: '… Events beside them', ...count, limit: 2 },
        { measure: 'single.drift.edit', what: 'Deployment edited by hand: back after', ...ms, limit: 50, kubevela: '295,000', kro: '70' },
        { measure: 'single.drift.edit.requests', what: '… requests', ...count, limit: 4 },
        { measure: 'single.drift.remove', what: 'Service deleted by hand: back after', ...ms, limit: 50, kubevela: '286,000', kro: '40' },
        { measure: 'single.drift.remove.requests', what: '… requests', ...count, limit: 4 },
        { measure: 'single.delete.gone', what: 'deleted until it and its objects are gone', ...ms, limit: 300, kro: '6,000' },
        { measure: 'single.delete.requests', what: 'delete: requests', ...count, limit: 8, kubevela: '28', kro: '24' },
      ],
    },
    ...fleetSections('fleet', fleet, restSeconds),
    ...fleetSections('large', large, restSeconds),
    {
      title: 'The operator and its parts',
      rows: [
        { measure: 'start.ready', what: 'start without applications: until ready', ...ms },
        { measure: 'start.cpu', what: '… CPU', ...ms },
        { measure: 'start.memory', what: '… memory (RSS)', ...mib, budget: "(Node's floor is about 60)" },
        {
          measure: 'render.median',
          what: 'render of a two-component application',
          unit: 'ms',
          digits: 3,
          limit: 1,
          kubevela: 'inside 150',
          kro: 'inside 25',
        },
        { measure: 'render.first', what: '… the first in a process', unit: 'ms', digits: 1 },
        { measure: 'clients.ours', what: 'client, 64 in flight: GETs/s', ...count },
        { measure: 'clients.go', what: '… a Go client (client-go), in turns', ...count },
        { measure: 'clients.ratio', what: '… ratio of the two', ...share, limit: 0.9, least: true },
      ],
    },
  ];
}

function fleetSections(key: 'fleet' | 'large', applications: number, restSeconds: number): Section[] {
  const isFleet = key === 'fleet';
  const of = (measure: string): string => `${key}.${measure}`;
  /** What others needed was measured with 200 applications. */
  const others = (kubevela?: string, kro?: string): Pick<Row, 'kubevela' | 'kro'> =>
    isFleet && applications === 200 ? { kubevela, kro } : {};
  const number = applications.toLocaleString('en');
  return [
    {
      title: `${number} applications from zero`,
      rows: [
        { measure: of('bare.written'), what: 'the bare client: all written', ...s },
        { measure: of('bare.cpu'), what: '… its CPU per application', unit: 'ms', digits: 1 },
        { measure: of('deploy.objects'), what: 'until all objects are there', ...s, ...others('39', '12.4') },
        { measure: of('deploy.ratio'), what: '… ratio to the bare client', ...share, limit: 1.3 },
        { measure: of('deploy.running'), what: 'until all are `running`', ...s },
        { measure: of('deploy.runningRatio'), what: '… ratio to the bare client', ...share },
        { measure: of('deploy.requests'), what: 'requests per application', unit: '', digits: 1, limit: 9 },
        { measure: of('deploy.writes'), what: '… of them writes', unit: '', digits: 1, limit: 9 },
        { measure: of('deploy.events'), what: '… Events beside them', unit: '', digits: 1, limit: 2 },
        { measure: of('deploy.watches'), what: '… watches opened beside them', unit: '', digits: 2 },
        { measure: of('deploy.passes'), what: 'passes per application', unit: '', digits: 1 },
        {
          measure: of('deploy.cpu'),
          what: 'CPU of the operator per application',
          unit: 'ms',
          digits: 1,
          limit: 15,
          ...others('150', '25'),
        },
        {
          measure: of('deploy.cpuRatio'),
          what: '… ratio to the bare client',
          unit: '',
          digits: 1,
          limit: 3.8,
          budget: '≤ 3.8 (15 ms where the bare client takes 4)',
        },
        {
          measure: of('deploy.memory'),
          what: 'memory (RSS) after it',
          ...mib,
          ...(applications <= 200 ? { limit: 120 } : {}),
          ...others('155 to 172', '74'),
        },
      ],
    },
    {
      title: `${number} applications: change, rest, restart, end`,
      rows: [
        { measure: of('image.objects'), what: 'image change of all: until all Deployments have it', ...s },
        { measure: of('image.running'), what: '… until all are `running`', ...s },
        { measure: of('image.requests'), what: '… requests per application', unit: '', digits: 1, limit: 6, ...others('97 to 139', '48') },
        { measure: of('image.writes'), what: '… of them writes', unit: '', digits: 1, limit: 6, ...others('28 to 32', '18') },
        { measure: of('image.watches'), what: '… watches opened beside them', unit: '', digits: 2 },
        { measure: of('image.events'), what: '… Events beside them', unit: '', digits: 1, limit: 2 },
        { measure: of('image.cpu'), what: '… CPU per application', unit: 'ms', digits: 1 },
        { measure: of('image.passes'), what: '… passes per application', unit: '', digits: 1 },
        { measure: of('drift.median'), what: 'Service deleted while three of four applications change: back after, median', ...s },
        { measure: of('drift.p99'), what: '… 99th percentile', ...s, limit: 1 },
        {
          measure: of('rest.requests'),
          what: `at rest for ${restSeconds} s: requests`,
          ...count,
          limit: 0,
          ...others('3,600 per 5 min', '0'),
        },
        { measure: of('rest.writes'), what: '… of them writes', ...count, limit: 0, ...others('400 per 5 min', '0') },
        { measure: of('rest.cpu'), what: '… CPU, scaled to 5 min', ...s, budget: '~0', ...others('6.4', '~0') },
        { measure: of('rest.memory'), what: '… memory (RSS)', ...mib, ...(applications <= 200 ? { limit: 120 } : {}) },
        { measure: of('restart.ready'), what: 'restart: until ready', ...s },
        { measure: of('restart.requests'), what: '… requests', ...count, budget: 'lists only', ...others('4,791', '2,268') },
        { measure: of('restart.lists'), what: '… of them lists', ...count },
        { measure: of('restart.gets'), what: '… of them GETs (version, discovery, CRDs)', ...count },
        { measure: of('restart.watches'), what: '… watches opened beside them', ...count },
        { measure: of('restart.writes'), what: '… writes', ...count, limit: 0, ...others('1,378', '818') },
        { measure: of('restart.cpu'), what: '… CPU', ...s },
        { measure: of('restart.memory'), what: '… memory (RSS)', ...mib, ...(applications <= 200 ? { limit: 120 } : {}) },
        { measure: of('delete.gone'), what: 'all deleted: until they and their objects are gone', ...s },
        { measure: of('delete.requests'), what: '… requests per application', unit: '', digits: 1, limit: 8, ...others('28', '24') },
      ],
    },
  ];
}
