// Where Sconce takes its arguments. By default those that PyTorch requires are positional, and after them tensors and
// `dim`; all others are options. What is called in another way stands here: the parameters that are positional, in
// order, by PyTorch's names.
const FUNCTIONS = {
  arange: 'input start end step', eye: 'n m', clamp: 'input min max', clamp_: 'input min max', norm: 'input p dim',
  flatten: 'input start_dim end_dim', diag: 'input diagonal', tril: 'input diagonal', triu: 'input diagonal',
  roll: 'input shifts dims', rot90: 'input k dims', flip: 'input dims', tensordot: 'a b', normal_: 'input mean std',
  uniform_: 'input from to', repeat_interleave: 'input repeats dim', as_strided: 'input size stride storage_offset',
  diff: 'input', kthvalue: 'input k dim', quantile: 'input q dim', nanquantile: 'input q dim', logit: 'input eps',
  bincount: 'input weights', unique: 'input', unique_consecutive: 'input', cdist: 'x1 x2', dist: 'input other p',
  histc: 'input', multinomial: 'input num_samples', stft: 'input n_fft', istft: 'input n_fft',
  ...Object.fromEntries(['fft', 'ifft', 'rfft', 'irfft', 'hfft', 'ihfft', 'fft2', 'ifft2', 'rfft2', 'irfft2', 'fftn', 'ifftn', 'rfftn', 'irfftn',
    'fftshift', 'ifftshift'].map((name) => [`fft.${name}`, 'input'])),
  gradient: 'input', trapezoid: 'y x',
  cumulative_trapezoid: 'y x', cov: 'input', 'linalg.norm': 'input ord dim', 'linalg.vector_norm': 'input ord dim',
  'linalg.matrix_norm': 'input ord dim', 'linalg.matrix_rank': 'input', 'linalg.pinv': 'input',
  tril_indices: 'row col', triu_indices: 'row col', 'autograd.grad': 'outputs inputs grad_outputs',
  'nn.functional.conv1d': 'input weight bias', 'nn.functional.conv2d': 'input weight bias',
  'nn.functional.conv3d': 'input weight bias', 'nn.functional.conv_transpose1d': 'input weight bias',
  'nn.functional.conv_transpose2d': 'input weight bias', 'nn.functional.conv_transpose3d': 'input weight bias',
  'nn.functional.batch_norm': 'input running_mean running_var weight bias',
  'nn.functional.binary_cross_entropy': 'input target', 'nn.functional.binary_cross_entropy_with_logits': 'input target',
  'nn.functional.cross_entropy': 'input target', 'nn.functional.nll_loss': 'input target',
  'nn.functional.cosine_similarity': 'x1 x2', 'nn.functional.embedding_bag': 'input weight',
  'nn.functional.fold': 'input output_size kernel_size', 'nn.functional.unfold': 'input kernel_size',
  'nn.functional.glu': 'input dim', 'nn.functional.group_norm': 'input num_groups weight bias',
  'nn.functional.gumbel_softmax': 'logits', 'nn.functional.instance_norm': 'input',
  'nn.functional.interpolate': 'input', 'nn.functional.layer_norm': 'input normalized_shape weight bias',
  'nn.functional.avg_pool1d': 'input kernel_size', 'nn.functional.avg_pool2d': 'input kernel_size',
  'nn.functional.avg_pool3d': 'input kernel_size', 'nn.functional.max_pool1d': 'input kernel_size', 'nn.functional.max_pool2d': 'input kernel_size',
  'nn.functional.max_pool3d': 'input kernel_size', 'nn.functional.multi_margin_loss': 'input target', 'nn.functional.multilabel_soft_margin_loss': 'input target',
  'nn.functional.normalize': 'input', 'nn.functional.one_hot': 'tensor num_classes',
  'nn.functional.pixel_shuffle': 'input upscale_factor', 'nn.functional.pixel_unshuffle': 'input downscale_factor',
  'nn.functional.scaled_dot_product_attention': 'query key value', 'nn.functional.threshold': 'input threshold value',
  'torchvision.transforms.functional.convert_image_dtype': 'image dtype',
  'nn.init.uniform_': 'tensor a b', 'nn.init.normal_': 'tensor mean std',
};

const CONSTRUCTORS = {
  'nn.LeakyReLU': 'negative_slope', 'nn.ELU': 'alpha', 'nn.CELU': 'alpha', 'nn.Hardtanh': 'min_val max_val',
  'nn.Softplus': 'beta threshold', 'nn.Hardshrink': 'lambd', 'nn.Softshrink': 'lambd', 'nn.PReLU': 'num_parameters',
  'nn.Dropout': 'p', 'nn.Dropout1d': 'p', 'nn.Dropout2d': 'p', 'nn.Dropout3d': 'p', 'nn.AlphaDropout': 'p',
  'torchvision.transforms.RandomHorizontalFlip': 'p', 'torchvision.transforms.RandomVerticalFlip': 'p',
  'torchvision.transforms.Grayscale': 'num_output_channels', 'torchvision.transforms.RandomGrayscale': 'p',
  'nn.AvgPool1d': 'kernel_size', 'nn.Flatten': 'start_dim end_dim', 'nn.Fold': 'output_size kernel_size', 'nn.Unfold': 'kernel_size',
  'nn.Embedding': 'num_embeddings embedding_dim', 'nn.EmbeddingBag': 'num_embeddings embedding_dim',
  'nn.CrossEntropyLoss': '', 'nn.NLLLoss': '', 'nn.BCELoss': '', 'nn.BCEWithLogitsLoss': '', 'nn.MultiMarginLoss': '',
  'nn.RNN': 'input_size hidden_size', 'nn.LSTM': 'input_size hidden_size', 'nn.GRU': 'input_size hidden_size',
  'nn.MultiheadAttention': 'embed_dim num_heads', 'nn.TransformerEncoderLayer': 'd_model nhead',
  'nn.TransformerDecoderLayer': 'd_model nhead', 'nn.Transformer': '', 'nn.MultiLabelSoftMarginLoss': '', 'nn.CosineSimilarity': '', 'nn.ModuleList': 'modules', 'nn.ModuleDict': 'modules',
};

/** Optimizers and schedulers take what they work on, then options. */
const positionalOf = (name, bound) =>
  name.startsWith('optim.') ? Object.keys(bound)[0] : FUNCTIONS[name] ?? CONSTRUCTORS[name];

/** Positional arguments and options of a call, as Sconce takes them. */
export function placed(name, args, kwargs, info, isTensor) {
  if (!info.bound) return [args, kwargs];
  const listed = positionalOf(name, info.bound);
  return listed === undefined ? byDefault(info, isTensor) : byName(info.bound, listed.split(' '));
}

function byName(bound, names) {
  const positional = names.map((n) => bound[n]);
  while (positional.length && positional.at(-1) === undefined) positional.pop();
  return [positional, Object.fromEntries(Object.entries(bound).filter(([n]) => !names.includes(n)))];
}

function byDefault({ bound, required }, isTensor) {
  const positional = [], options = {};
  for (const [name, value] of Object.entries(bound)) {
    const i = positional.length, open = Object.keys(options).length === 0;
    if (open && (i < (required ?? 0) || name === 'dim' || isTensor(value))) positional.push(value);
    else options[name] = value;
  }
  return [positional, options];
}
