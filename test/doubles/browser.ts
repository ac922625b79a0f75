/** A headless browser, where there is one on the machine: pages of services are opened in it as a person would. */
export { Browser, chromium } from '../../docs/verify/html/browser.fixture.ts';
