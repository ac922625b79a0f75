export { type Config, ConfigError, readConfig } from './config.ts';
export { type LocalIssuer, localIssuer, type TokenClaims } from './issuer.ts';
export { type Platform, startPlatform } from './platform.ts';
