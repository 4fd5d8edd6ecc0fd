const formats: readonly (readonly [RegExp, string])[] = [
  [/^version https:\/\/git-lfs/, 'The file is a pointer of Git LFS: fetch what it points to, with git lfs pull.'],
  [/^\s*</, 'The file is a page of the web, not what its link leads to.'],
  [/^\p{Cc}\x8b/u, 'The file is packed by gzip: unpack it first.'],
  [/^[^]{8}\s*\{"/, 'The file may be safetensors: read it with torch.safetensors.loadFile.'],
  [/^\x93NUMPY/, 'The file is an array of NumPy: read it with torch.loadNpy.'],
  [/^\x89HDF/, 'The file is HDF5, as Keras writes it.'],
];

/** What to do about a file that is no pickle, as its first bytes show it: the files that are taken for checkpoints most often. */
export function otherFormat(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 32));
  const found = formats.find(([begins]) => begins.test(start));
  return found ? ` ${found[1]}` : '';
}
