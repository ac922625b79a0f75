export { type HeadsMap, openHeadsMap, type ProvenHead, type StreamHead } from './heads/heads-map.ts';
export { openTileLog, type TileLog, type TileLogOptions } from './log/tile-log.ts';
export { openTileReader, type TileReader } from './log/tile-reader.ts';
