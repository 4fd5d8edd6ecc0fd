export { transforms } from '@sconce/data';
