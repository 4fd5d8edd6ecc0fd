export { pad } from '@sconce/tensor/internal';
