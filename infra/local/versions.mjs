/** The versions that are fetched where nothing recent enough is there; everything else asks this file. */
export const NODE_VERSION = '24.21.0';
export const PNPM_VERSION = '10.34.9';

/** What is already there is used from these majors on. */
export const OLDEST_NODE_MAJOR = 24;
export const OLDEST_PNPM_MAJOR = 10;

/**
 * @param {string} version such as `24.21.0` or `v24.21.0`
 * @returns {number} NaN for what is no version
 */
export function majorOf(version) {
  return Number.parseInt(version.trim().replace(/^v/, ''), 10);
}
