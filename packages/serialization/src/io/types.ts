// Said without the types of a browser or of Node, so that the declarations stand on the language alone.

/** A `Blob` or a `File`. */
export interface BlobLike {
  readonly size: number;
  slice(start?: number, end?: number): BlobLike;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What `fetch` gives. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A `ReadableStream` of bytes. */
export interface ReadableStreamLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    releaseLock(): void;
  };
}

/** A `WritableStream` of bytes. */
export interface WritableStreamLike {
  getWriter(): {
    write(chunk: Uint8Array): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
  };
}

/** A file of the origin-private file system, or one that the user picked. */
export interface FileHandleLike {
  getFile(): Promise<BlobLike>;
  createWritable(): Promise<WritableStreamLike>;
}

/** A `URL` object. */
export interface UrlLike { readonly href: string; readonly protocol: string }

/**
 * Where a file is read from: in Node a path, a `file:` URL or a readable stream; anywhere the bytes, a `Blob` or `File`,
 * what `fetch` gave, an `http:` URL, a stream of bytes, a handle of the origin-private file system.
 */
export type FileSource =
  | string | UrlLike | ArrayBuffer | ArrayBufferView | BlobLike | ResponseLike | ReadableStreamLike | FileHandleLike
  | AsyncIterable<Uint8Array>;

/**
 * Where a file is written to: in Node a path or a `file:` URL, which is replaced at once when all is written; anywhere a
 * stream of bytes or a handle of the origin-private file system.
 */
export type FileTarget = string | UrlLike | WritableStreamLike | FileHandleLike;
