/** What the page and the worker that runs programs say to each other. */

/** What a program asks of the person at the page. */
export type Question =
  | { readonly kind: 'file'; readonly accept: string }
  | { readonly kind: 'drawing'; readonly width: number; readonly height: number };

/** A file, or the ink of each pixel, 0 to 255, row by row. */
export type Answer = Blob | Uint8ClampedArray;

export type ToWorker =
  | { readonly type: 'run'; readonly source: string }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer };

/** The names in a namespace, each with the names in it. */
export interface Names { readonly [name: string]: Names }

export type FromWorker =
  /** what `torch` holds */
  | { readonly type: 'ready'; readonly names: Names }
  | { readonly type: 'text'; readonly text: string; readonly isError?: boolean }
  | { readonly type: 'plot'; readonly values: Readonly<Record<string, number>> }
  | { readonly type: 'picture'; readonly width: number; readonly height: number; readonly pixels: Uint8ClampedArray }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  | { readonly type: 'done'; readonly seconds: number };
