export { issueSentence } from './issue-sentence.ts';
