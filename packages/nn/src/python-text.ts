/** Values as Python prints them, by what they are: `1.0`; `True`; `(3,)`; `2` or `(2, 3)`, as it was given. */
export { pythonFloat as float, pythonText as bool, pythonText as size, pythonText as tuple } from '@sconce/tensor/internal';
