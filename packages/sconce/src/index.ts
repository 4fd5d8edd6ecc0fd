export * from '@sconce/tensor';
export * as autograd from '@sconce/autograd';
export * as nn from '@sconce/nn';
export * as optim from '@sconce/optim';
export * as data from '@sconce/data';
