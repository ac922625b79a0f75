export { VaultError, type VaultErrorCode } from './errors.ts';
export { type HttpVaultOptions, openHttpVault } from './http/open-http-vault.ts';
export { type VaultServerOptions, vaultServer } from './http/vault-server.ts';
export type { DisclosureEntry, OpenedDisclosure, OpenOptions, Vault } from './port.ts';
export { salt } from './salt.ts';
export { openSqliteVault, type SqliteVaultOptions } from './sqlite/open-sqlite-vault.ts';
