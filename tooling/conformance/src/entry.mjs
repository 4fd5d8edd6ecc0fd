// What is asked: the facade, and the plain JavaScript kernels for --backend js.
export * from 'sconce';
export { jsBackend } from '@sconce/tensor/internal';
