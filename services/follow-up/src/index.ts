export { followUp } from './routes.ts';
