export { type Config, ConfigError, readConfig } from './config.ts';
export {
  type Demo,
  type DemoOptions,
  loadDemo,
  readScenarios,
  type Scenario,
  ScenarioError,
  type Step,
  type Surprise,
} from './demo/index.ts';
export { type LocalIssuer, localIssuer, type TokenClaims } from './issuer.ts';
export { type Platform, startPlatform } from './platform.ts';
