export { type Feed, type FeedOptions, type FeedSight, openFeed } from './feed-service.ts';
