/**
 * The vault of personal data: SD-JWT disclosures (RFC 9901), each sealed under a key of its subject. Destroying the key erases them for good
 * and leaves every digest, and so every proof, valid. Every call may be repeated: the second does what the first did.
 */
export type Vault = {
  /**
   * The 32-byte key from which the salts of a subject's disclosures are made. Made at first use, and durable before it is returned, so that
   * a retry after a crash makes the same digests.
   *
   * @throws VaultError `subject-erased`, `invalid-entry`, `overloaded`, `storage-failed`, `closed`
   */
  saltKey(subject: string): Promise<Buffer>;

  /**
   * Stores disclosures, all or none, durably before it resolves. A digest that is there already is left as it is.
   *
   * @throws VaultError `subject-erased`, `digest-mismatch`, `digest-conflict`, `invalid-entry`, `overloaded`, `storage-failed`, `closed`
   */
  put(entries: readonly DisclosureEntry[]): Promise<void>;

  /**
   * The disclosures behind digests; a digest that the vault never held is absent.
   *
   * @throws VaultError `disclosure-unreadable`, `key-missing`, `closed`
   */
  open(digests: readonly string[], options?: OpenOptions): Promise<Map<string, OpenedDisclosure>>;

  /**
   * Destroys the subject's key. Resolves when no file of the vault holds the key or the subject's disclosures any more; a file system, a
   * disk or a backup may keep old blocks, and is to be treated accordingly.
   *
   * @throws VaultError `subject-restricted` (see {@link restrict}), `storage-failed`, `closed`
   */
  erase(subject: string): Promise<void>;

  /**
   * Restricts a subject's disclosures instead of erasing them, where a retention term forbids erasure (PIPL Art 47): from now on they open
   * for a look-back only, and {@link erase} is refused before `until`. Restricting again can only lengthen the term.
   *
   * @param until RFC 3339 time in UTC, or null where the term has no end
   * @throws VaultError `subject-erased`, `invalid-entry`, `storage-failed`, `closed`
   */
  restrict(subject: string, until: string | null, reason: string): Promise<void>;

  /** Finishes what was accepted. Later calls fail with `closed`. */
  close(): Promise<void>;
};

export type DisclosureEntry = {
  /** Pseudonym or organisation that the value is about, and under whose key it is sealed; 1 to 256 characters without U+0000. */
  readonly subject: string;
  readonly stream: string;
  readonly eventId: string;
  /** JSON Pointer of the member in the event's content. */
  readonly pointer: string;
  /** Unpadded base64url SHA-256 of {@link disclosure}: what stands in `_sd`. */
  readonly digest: string;
  /** Base64url text of the JSON array [salt, name, value]; at most 256 KiB. */
  readonly disclosure: string;
};

export type OpenOptions = {
  /** Whether a restricted subject's disclosures are wanted too. The caller answers for the purpose. */
  readonly lookBack?: boolean;
};

export type OpenedDisclosure =
  | {
      readonly subject: string;
      /** Where the value was said. Another event may repeat its digest, and says nothing by that. */
      readonly stream: string;
      readonly eventId: string;
      readonly pointer: string;
      readonly disclosure: string;
    }
  | 'erased'
  | 'restricted';
