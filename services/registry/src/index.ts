export { registry } from './routes.ts';
