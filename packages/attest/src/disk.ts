export { openTileLog, type TileLog, type TileLogOptions } from './log/tile-log.ts';
