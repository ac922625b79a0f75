export { collection } from './routes.ts';
