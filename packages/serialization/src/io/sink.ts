/** Where bytes go, one piece after the other. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  /** All is written: from now on it counts. */
  close(): Promise<void>;
  /** Nothing of it shall count. */
  abort(reason: unknown): Promise<void>;
}
