export { releaseQc } from './routes.ts';
