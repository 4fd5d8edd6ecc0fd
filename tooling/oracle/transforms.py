"""Records what torchvision's transforms make of small pictures and tensors, for packages/data/test/fixtures/transforms.json."""
import base64
import json
import pathlib

import numpy as np
import torch
from PIL import Image
from torchvision import transforms as T
from torchvision.transforms import functional as F
from torchvision.transforms.functional import InterpolationMode as M

OUT = pathlib.Path(__file__).parents[2] / 'packages/data/test/fixtures/transforms.json'
CHANNELS = {'L': 1, 'LA': 2, 'RGB': 3, 'RGBA': 4}
rng = np.random.RandomState(7)


def picture(mode, w, h):
    c = CHANNELS[mode]
    a = rng.randint(0, 256, (h, w, c), dtype=np.uint8)
    # pictures are smooth: noise alone would hide how values between pixels are made
    smooth = np.asarray(Image.fromarray(a[:, :, 0]).resize((w, h))) if c == 1 else a
    base = np.add.outer(np.arange(h) * 20, np.arange(w) * 9)[:, :, None] + 40 * np.arange(c)
    a = ((base + smooth.reshape(h, w, c) // 3) % 256).astype(np.uint8)
    return Image.fromarray(a[:, :, 0] if c == 1 else a, mode)


def b64(data):
    return base64.b64encode(data).decode()


def show(x):
    if isinstance(x, Image.Image):
        return {'mode': x.mode, 'w': x.width, 'h': x.height, 'data': b64(x.tobytes())}
    if isinstance(x, torch.Tensor):
        return {'dtype': str(x.dtype)[6:], 'shape': list(x.shape), 'data': b64(x.contiguous().numpy().tobytes())}
    return [show(y) for y in x]


inputs = {f'{mode}{w}x{h}': picture(mode, w, h) for mode in CHANNELS for w, h in ((9, 7), (6, 6))}
inputs['float'] = torch.from_numpy(rng.random_sample((3, 8, 9)).astype(np.float32))
inputs['bytes'] = torch.from_numpy(rng.randint(0, 256, (3, 8, 9), dtype=np.uint8))
functional, seeded, texts = [], [], []


def camel(name):
    head, *rest = name.split('_')
    return head + ''.join(x.capitalize() for x in rest)


def mode_name(v):
    return v.value if isinstance(v, (M, T.AutoAugmentPolicy)) else v


def f(name, source, *args, **kwargs):
    """Positional arguments are positional in JavaScript too; the others are options."""
    out = getattr(F, name)(inputs[source], *args, **kwargs)
    functional.append({'op': camel(name), 'input': source, 'args': list(args),
                       'options': {camel(k): mode_name(v) for k, v in kwargs.items()}, 'output': show(out)})


ALL = ('L9x7', 'LA9x7', 'RGB9x7', 'RGBA9x7')
for source in ALL:
    for m in (M.NEAREST, M.BILINEAR, M.BICUBIC):
        f('resize', source, [4, 5], interpolation=m)
        f('resize', source, [11, 16], interpolation=m)
        f('rotate', source, 33, interpolation=m)
        f('affine', source, 15, [1, -1], 1.3, [4.0, -7.0], interpolation=m)
        f('perspective', source, [[0, 0], [8, 0], [8, 6], [0, 6]], [[1, 0], [7, 1], [8, 5], [0, 6]], interpolation=m)
    f('crop', source, -1, 2, 5, 9)
    f('pad', source, [1, 2, 3, 0])
    f('hflip', source)
    f('vflip', source)
    f('adjust_brightness', source, 0.6)
    f('adjust_brightness', source, 1.7)
    f('adjust_contrast', source, 1.4)
    f('adjust_saturation', source, 0.3)
    f('adjust_sharpness', source, 0.2)
    f('adjust_sharpness', source, 2.5)
    f('gaussian_blur', source, [3, 5])
for m in (M.BOX, M.HAMMING, M.LANCZOS):
    f('resize', 'RGB9x7', [4, 5], interpolation=m)
    f('resize', 'RGB9x7', [12, 10], interpolation=m)
f('resize', 'RGB9x7', 5)
f('resize', 'RGB9x7', 5, max_size=6)
f('resize', 'RGB9x7', [7, 5])
f('center_crop', 'RGB9x7', [4, 4])
f('center_crop', 'RGB9x7', [10, 4])
f('resized_crop', 'RGB9x7', 1, 2, 5, 6, [8, 8])
f('five_crop', 'RGB9x7', [3, 4])
f('ten_crop', 'L9x7', [3, 4], vertical_flip=True)
for m in ('edge', 'reflect', 'symmetric'):
    f('pad', 'RGB9x7', [2, 1, 3, 4], padding_mode=m)
    f('pad', 'L9x7', 3, padding_mode=m)
f('pad', 'RGB9x7', [2], fill=[9, 8, 7])
f('pad', 'RGB9x7', [-1, 2, -2, 1], padding_mode='edge')
for angle in (0, 90, 180, 270, 360, -90):
    f('rotate', 'RGB6x6', angle)
    f('rotate', 'RGB9x7', angle)
    f('rotate', 'RGB9x7', angle, expand=True)
f('rotate', 'RGB9x7', 20, expand=True, fill=[1, 2, 3])
f('rotate', 'RGB9x7', -50, center=[2, 1], fill=77)
f('affine', 'RGB9x7', 0, [2, 1], 0.5, [0.0, 0.0], fill=[5, 6, 7])
for k in (-0.5, -0.2, 0.1, 0.45):
    f('adjust_hue', 'RGB9x7', k)
f('adjust_hue', 'L9x7', 0.2)
f('adjust_gamma', 'RGB9x7', 0.7, gain=1.2)
f('adjust_gamma', 'L9x7', 1.8)
f('rgb_to_grayscale', 'RGB9x7')
f('rgb_to_grayscale', 'RGB9x7', num_output_channels=3)
f('adjust_contrast', 'RGB6x6', 0.0)
for source in ('L9x7', 'RGB9x7'):
    f('invert', source)
    f('posterize', source, 3)
    f('solarize', source, 100)
    f('autocontrast', source)
    f('equalize', source)
for source in ('float', 'bytes'):
    f('resize', source, [5, 12], interpolation=M.BICUBIC, antialias=True)
    f('resize', source, [11, 5], interpolation=M.BICUBIC)
    f('pad', source, [2, 1, 3, 4], padding_mode='symmetric')
    f('crop', source, 3, -2, 9, 4)
    f('rotate', source, 30, expand=True, fill=[1.0, 0.5, 0.25])
    f('adjust_sharpness', source, 1.5)
    f('ten_crop', source, [3, 4])
f('pil_to_tensor', 'RGB9x7')
f('pil_to_tensor', 'LA9x7')
f('to_pil_image', 'float')
f('to_pil_image', 'bytes')
# a point that lies between two pixels but for what is lost in rounding
f('rotate', 'float', 90.0, expand=True)
converted = {f'{a}>{b}': show(inputs[f'{a}9x7'].convert(b)) for a in ('L', 'LA', 'RGB', 'RGBA') for b in ('L', 'LA', 'RGB', 'RGBA')}
converted['RGB>HSV'] = show(inputs['RGB9x7'].convert('HSV'))
converted['RGB>HSV>RGB'] = show(inputs['RGB9x7'].convert('HSV').convert('RGB'))


def s(name, args, options, sources=('RGB9x7', 'float'), count=3):
    """Pictures, one after the other, from a seed."""
    kwargs = {k: v for k, v in options.items()}
    transform = getattr(T, name)(*args, **kwargs)
    for source in sources:
        torch.manual_seed(11)
        outs = [show(transform(inputs[source])) for _ in range(count)]
        seeded.append({'cls': name, 'args': list(args), 'options': {camel(k): mode_name(v) for k, v in options.items()},
                       'input': source, 'outputs': outs, 'after': torch.rand(1).item()})


s('RandomCrop', [4], {'padding': 2})
s('RandomCrop', [(10, 4)], {'pad_if_needed': True, 'padding_mode': 'reflect'})
s('RandomHorizontalFlip', [], {})
s('RandomVerticalFlip', [0.3], {})
s('RandomResizedCrop', [5], {})
s('RandomResizedCrop', [(4, 6)], {'scale': (0.5, 0.9), 'ratio': (0.5, 2.0), 'antialias': True})
s('RandomRotation', [30], {'interpolation': M.BILINEAR, 'fill': 3})
s('RandomAffine', [(-10, 20)], {'translate': (0.2, 0.1), 'scale': (0.8, 1.2), 'shear': [-5, 5, -3, 3]})
s('RandomPerspective', [], {'p': 0.8, 'distortion_scale': 0.3}, ('RGB6x6', 'float'))
s('ColorJitter', [], {'brightness': 0.5, 'contrast': (0.4, 1.2), 'saturation': 0.6, 'hue': 0.3})
s('ColorJitter', [], {'contrast': 0.5})
s('RandomGrayscale', [0.5], {})
s('GaussianBlur', [3], {})
s('RandomInvert', [], {})
s('RandomPosterize', [3], {'p': 0.6}, ('RGB9x7', 'bytes'))
s('RandomSolarize', [0.5], {}, ('float',))
s('RandomAdjustSharpness', [2.0], {})
s('RandomAutocontrast', [], {})
s('RandomEqualize', [], {}, ('RGB9x7', 'bytes'))
s('RandomErasing', [], {'p': 0.9}, ('float',))
s('RandomErasing', [], {'p': 1.0, 'value': 'random'}, ('float',))
s('RandomErasing', [], {'p': 1.0, 'value': [0.1, 0.2, 0.3], 'scale': (0.1, 0.2)}, ('float',))
s('ElasticTransform', [], {'alpha': 20.0, 'sigma': 0.4}, ('float',))

for policy in T.AutoAugmentPolicy:
    s('AutoAugment', [], {'policy': policy}, ('RGB9x7', 'L9x7', 'bytes'), 16)
s('RandAugment', [], {'fill': 7}, ('RGB9x7', 'bytes'), 16)
s('RandAugment', [], {'num_ops': 1, 'magnitude': 5, 'num_magnitude_bins': 8, 'interpolation': M.BILINEAR}, ('RGB9x7',), 16)
s('TrivialAugmentWide', [], {}, ('RGB9x7', 'bytes'), 24)
s('AugMix', [], {}, ('RGB9x7', 'bytes'), 8)
s('AugMix', [], {'severity': 8, 'mixture_width': 2, 'chain_depth': 1, 'alpha': 0.3, 'all_ops': False}, ('RGB9x7', 'bytes'), 8)

OUT.write_text(json.dumps({'inputs': {k: show(v) for k, v in inputs.items()}, 'functional': functional,
                           'converted': converted, 'seeded': seeded}, separators=(',', ':')) + '\n')
print(len(functional), len(seeded), OUT.stat().st_size)
