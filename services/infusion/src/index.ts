export { infusion } from './routes.ts';
