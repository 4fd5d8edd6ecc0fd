"""Records what torchvision makes of small PNG and JPEG files and boxes, for packages/vision/test/fixtures/vision.json.gz.

Run with a Python that has PyTorch 1.13, torchvision 0.14 and Pillow:
    python3 tooling/oracle/vision.py
"""
import base64
import gzip
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import torch
import torchvision
from PIL import Image
from torchvision.io import ImageReadMode, decode_image
from torchvision.io.image import _read_png_16
from torchvision.utils import draw_bounding_boxes, draw_segmentation_masks, save_image

OUT = pathlib.Path(__file__).parents[2] / 'packages/vision/test/fixtures/vision.json.gz'
rng = np.random.RandomState(3)


def b64(data):
    return base64.b64encode(data).decode()


def show(x):
    x = x.contiguous()
    return {'dtype': str(x.dtype)[6:], 'shape': list(x.shape), 'data': b64(x.numpy().tobytes())}


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data) & 0xffffffff)


W, H = 5, 3
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def png(depth, colour, samples, extra=b'', size=(W, H), interlaced=False, filters=(0,)):
    """Random bits, in several chunks."""
    rows = b''
    for x, y, dx, dy in ADAM7 if interlaced else ((0, 0, 1, 1),):
        width, height = -(-(size[0] - x) // dx), -(-(size[1] - y) // dy)
        if width > 0:
            length = (width * samples * depth + 7) // 8
            rows += b''.join(bytes([rng.choice(filters)]) + bytes(rng.randint(0, 256, length, dtype=np.uint8)) for _ in range(height))
    header = struct.pack('>IIBBBBB', *size, depth, colour, 0, 0, interlaced)
    packed = zlib.compress(rows)
    data = b''.join(chunk(b'IDAT', packed[i:i + 50]) for i in range(0, len(packed), 50))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + extra + data + chunk(b'IEND', b''))


files = {f'gray{d}': png(d, 0, 1) for d in (1, 2, 4, 8, 16)}
for d in (8, 16):
    files |= {f'rgb{d}': png(d, 2, 3), f'la{d}': png(d, 4, 2), f'rgba{d}': png(d, 6, 4)}
for d in (1, 2, 4):
    palette = chunk(b'PLTE', bytes(rng.randint(0, 256, 3 * 2 ** d, dtype=np.uint8)))
    files |= {f'palette{d}': png(d, 3, 1, palette), f'palette{d}alpha': png(d, 3, 1, palette + chunk(b'tRNS', bytes([0, 128])))}
palette = chunk(b'PLTE', bytes(rng.randint(0, 256, 3 * 256, dtype=np.uint8)))
files |= {'palette8': png(8, 3, 1, palette), 'palette8alpha': png(8, 3, 1, palette + chunk(b'tRNS', bytes([0, 128])))}
for name, depth, colour, samples in (('gray1', 1, 0, 1), ('gray4', 4, 0, 1), ('rgb8', 8, 2, 3), ('rgba16', 16, 6, 4), ('palette8', 8, 3, 1)):
    files[f'{name}filters'] = png(depth, colour, samples, palette if colour == 3 else b'', (13, 11), filters=range(5))
    if depth < 16:  # the passes of 16 bits torchvision lays over each other
        files[f'{name}interlaced'] = png(depth, colour, samples, palette if colour == 3 else b'', (13, 11), True, range(5))
files['gray8key'] = png(8, 0, 1, chunk(b'tRNS', b'\0\1'))
files['rgb8key'] = png(8, 2, 3, chunk(b'tRNS', struct.pack('>HHH', 1, 2, 3)))
smooth = (np.add.outer(np.arange(19) * 9, np.arange(23) * 6)[:, :, None] + np.array([0, 60, 120])).astype(np.uint8)
photo = Image.fromarray(smooth)
out = io.BytesIO()
Image.fromarray(smooth).save(out, 'png')
files['large'] = out.getvalue()
for name, picture, options in (
        ('jpeg420', photo, {'quality': 75}), ('jpeg444', photo, {'quality': 90, 'subsampling': 0}),
        ('jpegProgressive', photo, {'quality': 60, 'progressive': True}), ('jpegGray', photo.convert('L'), {'quality': 80})):
    out = io.BytesIO()
    picture.save(out, 'jpeg', **options)
    files[name] = out.getvalue()


def without(data, marker):
    """A JPEG file without its first segment of a kind."""
    at = 2
    while data[at + 1] != marker:
        at += 2 + int.from_bytes(data[at + 2:at + 4], 'big')
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2:at + 4], 'big'):]


# the same numbers as red, green and blue, which the marker says, or the names of the components
plain = without(files['jpeg444'], 0xe0)
files['jpegPlain'] = plain
files['jpegRgb'] = plain[:2] + b'\xff\xee\0\x0eAdobe\0d\0\0\0\0\0' + plain[2:]
files['jpegBoth'] = files['jpeg444'][:20] + files['jpegRgb'][2:18] + files['jpeg444'][20:]
named = bytearray(plain)
for c, letter in enumerate(b'RGB'):
    named[plain.index(b'\xff\xc0') + 10 + 3 * c] = named[plain.index(b'\xff\xda') + 5 + 2 * c] = letter
files['jpegNamed'] = bytes(named)

decoded = {}
for name, data in files.items():
    entry = {'file': b64(data), 'modes': {}, 'pil': None}
    tensor = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    for mode in ('UNCHANGED', 'GRAY', 'GRAY_ALPHA', 'RGB', 'RGB_ALPHA'):
        # torchvision reads beyond a palette's transparencies where it has none, and packed indices and alpha of few bits as they are
        if name.startswith('palette') and ('ALPHA' in mode and 'alpha' not in name or mode == 'UNCHANGED' and not name.startswith('palette8')):
            continue
        if 'ALPHA' in mode and name.startswith(('gray1', 'gray2', 'gray4')):
            continue
        try:
            entry['modes'][mode] = show(decode_image(tensor, ImageReadMode[mode]))
        except RuntimeError as error:
            entry['modes'][mode] = str(error)
    if '16' in name:
        path = pathlib.Path('/tmp/sixteen.png')
        path.write_bytes(data)
        entry['int32'] = show(_read_png_16(str(path)))
    image = Image.open(io.BytesIO(data))
    if image.mode != 'I':
        entry['pil'] = b64(image.convert('RGB').tobytes())
    decoded[name] = entry

boxes = {}
image = torch.from_numpy(smooth).permute(2, 0, 1)
for name, kw in (('plain', {}), ('colours', {'colors': ['red', '#00ff00', (1, 2, 3)], 'width': 2}),
                 ('filled', {'colors': 'blue', 'fill': True, 'width': 3}), ('one', {'colors': (9, 200, 30)})):
    corners = torch.tensor([[1, 2, 9, 8], [0, 0, 22, 18], [12.7, 5, 40, 11]])
    boxes[name] = show(draw_bounding_boxes(image, corners, **kw))
boxes['flat'] = show(draw_bounding_boxes(
    image, torch.tensor([[-5, -3, 4, 4], [9, 9, 9, 9], [5, 6, 5, 10], [12, 8, 20, 9]]), width=3, colors='hsl(200, 60%, 30%)'))
overlapping = torch.from_numpy(rng.rand(3, 19, 23) > 0.5)
masks = {'input': show(overlapping), 'plain': show(draw_segmentation_masks(image, overlapping)),
         'faint': show(draw_segmentation_masks(image, overlapping, alpha=0.3, colors=['red', '#0000ff', (1, 2, 3)]))}
boxes['gray'] = show(draw_bounding_boxes(image[:1], torch.tensor([[1, 2, 9, 8]]), colors='white'))

torch.manual_seed(0)
batch = torch.rand(5, 3, 4, 6)
out = io.BytesIO()
save_image(batch, out, format='png', nrow=3, padding=1, pad_value=0.5, normalize=True, scale_each=True)
saved = {'input': show(batch), 'pixels': show(torch.from_numpy(np.array(Image.open(io.BytesIO(out.getvalue()))).copy()))}

text = json.dumps({'decoded': decoded, 'picture': show(image), 'boxes': boxes, 'masks': masks, 'saved': saved}, separators=(',', ':'))
OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
print(len(text), OUT.stat().st_size)
