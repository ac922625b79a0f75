export { barOn } from './bar.ts';
export { type Demo, type DemoOptions, loadDemo } from './demo.ts';
export { guide } from './guide.ts';
export type { Surprise } from './judging.ts';
export { readScenarios, SCENARIOS } from './reading.ts';
export { type Scenario, ScenarioError } from './step.ts';
