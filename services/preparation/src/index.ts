export { preparation } from './routes.ts';
