/** What a scenario is given. Each is one file in this folder and says in its first lines what it measures. */
import type { Recorder } from '../measure.ts';
import type { Stage } from '../stage.ts';

export interface Scale {
  /** Rounds of one application on an idle system. */
  singleRounds: number;
  /** Starts of the operator without applications. */
  startRounds: number;
  /** Applications of the fleet, and how often it is deployed. */
  fleet: number;
  fleetRounds: number;
  /** Applications of the large fleet, deployed once; 0 leaves it out. */
  large: number;
  /** How long nothing happens, in seconds. */
  restSeconds: number;
  /** Rounds and seconds of the clients' race. */
  clientRounds: number;
  clientSeconds: number;
}

export interface ScenarioInput {
  stage: Stage;
  scale: Scale;
  record: Recorder;
  log(line: string): void;
}

export type Scenario = (input: ScenarioInput) => Promise<void>;

export const usual: Scale = {
  singleRounds: 7,
  startRounds: 5,
  fleet: 200,
  fleetRounds: 2,
  large: 1000,
  restSeconds: 60,
  clientRounds: 5,
  clientSeconds: 2,
};

export const quick: Scale = {
  singleRounds: 3,
  startRounds: 2,
  fleet: 50,
  fleetRounds: 1,
  large: 0,
  restSeconds: 15,
  clientRounds: 3,
  clientSeconds: 1,
};
