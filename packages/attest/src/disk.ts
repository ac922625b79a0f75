export { type HeadsMap, headsFiles, openHeadsMap, type ProvenHead, pagesFile, type StreamHead } from './heads/heads-map.ts';
export { SLOT } from './heads/slots.ts';
export { attestationFiles, POSITION_BYTES, readPosition, writePosition } from './log/attestation-files.ts';
export { RecordFile } from './log/record-file.ts';
export { foldHashes, GROUP, HASH_LENGTH, STEP, stepFile } from './log/stepped-nodes.ts';
export { openTileLog, type TileLog, type TileLogOptions } from './log/tile-log.ts';
export { openTileReader, type TileReader } from './log/tile-reader.ts';
