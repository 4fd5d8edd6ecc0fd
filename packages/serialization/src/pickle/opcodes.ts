const code = (letter: string): number => letter.charCodeAt(0);

/**
 * The opcodes of Python's pickles that PyTorch writes, of protocols 2 to 5.
 * @see https://docs.python.org/3/library/pickletools.html
 */
export const op = {
  MARK: code('('), STOP: code('.'), POP: code('0'), POP_MARK: code('1'), DUP: code('2'),
  NONE: code('N'), NEWTRUE: 0x88, NEWFALSE: 0x89,
  BININT: code('J'), BININT1: code('K'), BININT2: code('M'), LONG1: 0x8a, LONG4: 0x8b, BINFLOAT: code('G'),
  BINSTRING: code('T'), SHORT_BINSTRING: code('U'),
  BINUNICODE: code('X'), SHORT_BINUNICODE: 0x8c, BINUNICODE8: 0x8d,
  BINBYTES: code('B'), SHORT_BINBYTES: code('C'), BINBYTES8: 0x8e, BYTEARRAY8: 0x96,
  EMPTY_TUPLE: code(')'), TUPLE: code('t'), TUPLE1: 0x85, TUPLE2: 0x86, TUPLE3: 0x87,
  EMPTY_LIST: code(']'), APPEND: code('a'), APPENDS: code('e'), LIST: code('l'),
  EMPTY_DICT: code('}'), SETITEM: code('s'), SETITEMS: code('u'), DICT: code('d'),
  EMPTY_SET: 0x8f, ADDITEMS: 0x90, FROZENSET: 0x91,
  GLOBAL: code('c'), STACK_GLOBAL: 0x93, REDUCE: code('R'), NEWOBJ: 0x81, BUILD: code('b'), BINPERSID: code('Q'),
  BINGET: code('h'), LONG_BINGET: code('j'), BINPUT: code('q'), LONG_BINPUT: code('r'), MEMOIZE: 0x94,
  PROTO: 0x80, FRAME: 0x95,
} as const;

const names = new Map<number, string>(Object.entries(op).map(([name, value]) => [value, name]));

/** The name of an opcode, for messages. */
export const opcodeName = (value: number): string => names.get(value) ?? String(value);
