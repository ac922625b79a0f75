export { type DemoAttestors, demoAttestors } from './attestors/attestors.ts';
export { type Demo, type DemoOptions, loadDemo } from './demo.ts';
export type { Surprise } from './judging.ts';
export { presentDemo } from './present.ts';
export { readScenarios } from './reading.ts';
export { type Scenario, ScenarioError, type Step } from './step.ts';
