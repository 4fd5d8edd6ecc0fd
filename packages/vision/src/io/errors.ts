import { RuntimeError } from '@sconce/tensor';

/** A picture file that is broken, or of a kind that is not read; the message is one line. */
export class ImageFormatError extends RuntimeError { override readonly name: string = 'ImageFormatError'; }
