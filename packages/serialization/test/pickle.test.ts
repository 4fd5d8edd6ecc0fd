import { device, float32 } from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { EndOfPickle, UnpicklingError } from '../src/errors.js';
import { load } from '../src/index.js';
import { unpickle } from '../src/pickle/unpickler.js';
import { allowedGlobals } from '../src/pth/globals.js';
import { materialize } from '../src/pth/materialize.js';

/** A pickle from opcodes as Python writes them, in latin1. */
const pickled = (text: string): Uint8Array => Buffer.from(`\x80\x02${text}`, 'latin1');
const read = (text: string): unknown => {
  const bytes = pickled(text);
  return materialize(unpickle(bytes, { find: allowedGlobals(bytes.length), persistent: () => null }).value);
};
const short = (text: string): string => `U${String.fromCharCode(text.length)}${text}`;

describe('opcodes', () => {
  const cases: [string, string, unknown][] = [
    ['BINSTRING of Python 2', 'T\x03\0\0\0abc.', 'abc'],
    ['text that begins with a byte order mark', 'X\x04\0\0\0\xef\xbb\xbfa.', '\ufeffa'],
    ['LONG4', '\x8b\x02\0\0\0\xff\xff.', -1],
    ['LONG1 of no bytes', '\x8a\0.', 0],
    ['LIST', '(K\x01K\x02l.', [1, 2]],
    ['DICT', `(${short('a')}K\x01d.`, { a: 1 }],
    ['POP, POP_MARK, DUP', '](K\x01K\x02\x31K\x032\x30a.', [3]],
    ['POP of a mark', '](0K\x05a.', [5]],
    ['EMPTY_SET and ADDITEMS', '\x8f(K\x01K\x01K\x02\x90.', new Set([1, 2])],
    ['FROZENSET', '(K\x01\x91.', new Set([1])],
    ['an OrderedDict of pairs, as Python 2 wrote it', `ccollections\nOrderedDict\n](](${short('b')}K\x01e](${short('a')}K\x02ee\x85R.`, { b: 1, a: 2 }],
    ['a device without an index', 'ctorch\ndevice\nX\x03\0\0\0cpu\x85R.', device('cpu')],
    ['a dtype', 'ctorch\nfloat32\n.', float32],
    ['empty bytes, as protocol 2 has them', 'c__builtin__\nbytes\n)R.', new Uint8Array(0)],
    ['a complex number', 'c__builtin__\ncomplex\nG\x3f\xf0\0\0\0\0\0\0K\x02\x86R.', { re: 1, im: 2 }],
    ['bytearray()', 'c__builtin__\nbytearray\n)R.', new Uint8Array(0)],
    ['NEWOBJ of what may be made', 'ccollections\nOrderedDict\n)\x81.', {}],
  ];
  test.each(cases)('%s', (_, text, value) => expect(read(text)).toEqual(value));
});

describe('dicts', () => {
  test('whose keys would change their order are Maps', () => {
    expect(read(`}(${short('b')}K\x01${short('0')}K\x02u.`)).toEqual(new Map<string, number>([['b', 1], ['0', 2]]));
    expect(read(`}(${short('0')}K\x01${short('b')}K\x02u.`)).toEqual({ 0: 1, b: 2 });
  });
  test('with a key __proto__ are Maps', () => {
    expect(read(`}${short('__proto__')}}${short('x')}K\x01ss.`)).toEqual(new Map([['__proto__', { x: 1 }]]));
  });
});

describe('refused', () => {
  const cases: [string, string, string][] = [
    ['a name', 'cos\nsystem\n.', 'Unsupported global: GLOBAL os.system'],
    ['a name of the prototype', 'c__proto__\nconstructor\n.', 'Unsupported global: GLOBAL __proto__.constructor'],
    ['a name by STACK_GLOBAL', `${short('posix')}${short('system')}\x93.`, 'Unsupported global: GLOBAL posix.system'],
    ['STACK_GLOBAL of numbers', 'K\x01K\x02\x93.', 'STACK_GLOBAL requires str'],
    ['a module itself', 'ctorch.nn.modules.linear\nLinear\n.', 'GLOBAL torch.nn.modules.linear.Linear was not an allowed global by default. Save the state_dict()'],
    ["NumPy's numbers", 'cnumpy.core.multiarray\nscalar\n.', "by default. Save NumPy's numbers as x.item()"],
    ["a scheduler's method", 'c__builtin__\ngetattr\n.', "save it without 'anneal_func'"],
    ['a dict with defaults', 'ccollections\ndefaultdict\n.', 'GLOBAL collections.defaultdict was not an allowed global by default. Save dict(x).'],
    ['an object of a class of one\'s own', 'c__main__\nConfig\n.', 'by default. Save the attributes of an object in a dict.'],
    ['a sparse tensor', 'ctorch._utils\n_rebuild_sparse_tensor\n.', 'by default. Save x.to_dense().'],
    ['parameters of a lazy module', 'ctorch.nn.parameter\nUninitializedParameter\n.', 'by default. Run a lazy module once before saving its state.'],
    ['a tensor by pickle.dump', 'ctorch.storage\n_load_from_bytes\n.', 'by default. Save tensors with torch.save, not with pickle.'],
    ['bytes of something', 'c__builtin__\nbytes\nK\x05\x85R.', 'bytes of what is no latin1 text'],
    ['a tensor whose negative bit is set', `ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))\x89N}${short('neg')}\x88stR.`, 'save x.resolve_neg()'],
    ['a name without an end', `c${'a'.repeat(5000)}`, 'a name of more than 4096 bytes'],
    ['an opcode that nobody writes', 'I01\n.', 'Unsupported operand 73'],
    ['extension codes', '\x82\x01.', 'Unsupported operand 130'],
    ['instances', '(c__main__\nA\no.', 'Unsupported global: GLOBAL __main__.A'],
    ['a call of what is no function', '}}\x85R.', 'REDUCE of what cannot be called'],
    ['a call without arguments', 'ccollections\nOrderedDict\n}R.', 'without a tuple of arguments'],
    ['a function as a value', 'ctorch._utils\n_rebuild_tensor_v2\n.', 'torch._utils._rebuild_tensor_v2 stands where a value is expected'],
    ['a storage type as a value', 'ctorch\nFloatStorage\n.', 'FloatStorage stands where a value is expected'],
    ['attributes of a dict', `}}${short('a')}K\x01sb.`, 'Can only build an OrderedDict'],
    ['nothing on the stack', '.', 'unpickling stack underflow'],
    ['too little on the stack', 'K\x01\x86.', 'unpickling stack underflow'],
    ['no mark', 'K\x01t.', 'could not find MARK'],
    ['a stack below a mark', 'K\x01(\x85.', 'unpickling stack underflow'],
    ['appending to a number', 'K\x01K\x02a.', 'APPEND to what cannot take it'],
    ['items of a list', ']K\x01K\x02s.', 'SETITEM to what cannot take it'],
    ['an odd number of items', '}(K\x01u.', 'odd number of items'],
    ['a list as a key', '}]K\x01s.', 'unhashable type as a key'],
    ['a memo that is not there', 'h\x05.', 'Memo value not found at index 5'],
    ['text that is no UTF-8', 'X\x01\0\0\0\xff.', 'a string is not valid UTF-8'],
    ['an int of 1 MB', `\x8b\0\0\x10\0${'\x01'.repeat(2 ** 20)}.`, 'an int of 1048576 bytes is refused'],
    ['a later protocol', '\x80\x06.', 'unsupported pickle protocol: 6'],
    ['a device that is none', 'ctorch\ndevice\nX\x03\0\0\0foo\x85R.', "Invalid device string: 'foo'"],
    ['a tensor without a storage', 'ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))\x89NtR.', 'a tensor without a storage'],
    ['a parameter of a number', 'ctorch._utils\n_rebuild_parameter\nK\x01\x88N\x87R.', 'a parameter of what is no tensor'],
    ['an OrderedDict of what are no pairs', 'ccollections\nOrderedDict\n](](K\x01ee\x85R.', 'OrderedDict of what are no pairs'],
    ['bytes of text beyond latin1', 'c_codecs\nencode\nX\x03\0\0\0\xe2\x9c\x93X\x06\0\0\0latin1\x86R.', 'bytes of what is no latin1 text'],
  ];
  test.each(cases)('%s', (_, text, message) => {
    expect(() => read(text)).toThrow(UnpicklingError);
    expect(() => read(text)).toThrow(message);
  });

  test('every beginning of a pickle that goes on', () => {
    const whole = `}(${short('a')}](K\x01J\0\0\0\0G\0\0\0\0\0\0\0\0eX\x01\0\0\0bccollections\nOrderedDict\n)RC\x02xxNu`;
    for (let end = 0; end <= whole.length; end++) expect(() => read(whole.slice(0, end))).toThrow(EndOfPickle);
  });
  test('what is no pickle', () => {
    expect(() => unpickle(Uint8Array.from([1, 2, 3]), { find: () => null, persistent: () => null })).toThrow("invalid load key, '\\x01'.");
    expect(() => unpickle(Uint8Array.from([0x3c]), { find: () => null, persistent: () => null })).toThrow("invalid load key, '<'.");
  });
  test.each([
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0', "invalid load key, 'v'. The file is a pointer of Git LFS: fetch what it points to, with git lfs pull."],
    ['<!doctype html>', "invalid load key, '<'. The file is a page of the web, not what its link leads to."],
    ['\x1f\x8b\x08', "invalid load key, '\\x1f'. The file is packed by gzip: unpack it first."],
    ['\x10\0\0\0\0\0\0\0{"a":{}}', "invalid load key, '\\x10'. The file may be safetensors: read it with torch.safetensors.loadFile."],
    ['\x93NUMPY\x01', "invalid load key, '\\x93'. The file is an array of NumPy: read it with torch.loadNpy."],
    ['\x89HDF\r\n', "invalid load key, '\\x89'. The file is HDF5, as Keras writes it."],
  ])('files that are taken for checkpoints: %j', async (text, message) => {
    await expect(load(Uint8Array.from(text, (c) => c.charCodeAt(0)))).rejects.toThrow(new UnpicklingError(message));
  });
  test('lists in lists beyond 1000', () => {
    expect(() => read(`${']'.repeat(1001)}${'a'.repeat(1000)}.`)).not.toThrow();
    expect(() => read(`${']'.repeat(3000)}${'a'.repeat(2999)}.`)).toThrow('nested more than 1000 levels deep');
  });
  test('messages about values that double over and over', () => {
    const doubled = `]q\0${'0](h\0h\0eq\0'.repeat(60)}`;
    expect(() => read(`ctorch\ndevice\n${doubled}\x85R.`)).toThrow("Invalid device string: 'an object'");
  });
  test('more containers than checkpoints have', () => {
    expect(() => read(`${'}'.repeat(2 ** 21 + 1)}.`)).toThrow('more than 2097152 containers');
  });
  test('copies of the same thing over and over', () => {
    const text = `X\0\0\x01\0${'a'.repeat(65536)}`, encode = 'h\x01h\x02R0';
    expect(() => read(`c_codecs\nencode\nq\x01${text}X\x06\0\0\0latin1\x86q\x02${encode.repeat(20)}N.`)).toThrow('over and over');
    const set = 'h\x01h\x02R0';
    expect(() => read(`c__builtin__\nset\nq\x01](${'K\x01'.repeat(1000)}e\x85q\x02${set.repeat(50)}N.`)).toThrow('over and over');
  });
});
