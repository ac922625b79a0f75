export { logistics } from './routes.ts';
