"""Records keys, texts, first parameters and logits of torchvision's models, for packages/vision/test/fixtures/models.json.gz.

Run with a Python that has PyTorch 1.13 and torchvision 0.14:
    python3 tooling/oracle/vision_models.py
"""
import gzip
import json
import pathlib

import torch
import torchvision
from torchvision.models.convnext import CNBlockConfig

OUT = pathlib.Path(__file__).parents[2] / 'packages/vision/test/fixtures/models.json.gz'


def narrow_convnext(**options):
    """The published ones take long to draw."""
    setting = [CNBlockConfig(8, 16, 2), CNBlockConfig(16, 32, 1), CNBlockConfig(32, None, 3)]
    return torchvision.models.ConvNeXt(setting, stochastic_depth_prob=0.2, **options)


# what is made with numClasses: 7, and which options it has; without logits where those of a relative are there
MODELS = {
    'resnet18': {},
    'resnet50': {},
    'resnext50_32x4d': {'replace_stride_with_dilation': (False, True, True), 'norm_layer': torchvision.ops.FrozenBatchNorm2d},
    'mobilenet_v2': {},
    'squeezenet1_0': {},
    'squeezenet1_1': {},
    'mobilenet_v3_small': {},
    'mobilenet_v3_large': {'reduced_tail': True, 'dilated': True, 'width_mult': 0.75, 'dropout': 0.1},
    'efficientnet_b0': {},
    'densenet121': {},
    'convnext': {'layer_scale': 0.5},
}
OWN = {'convnext': narrow_convnext}
WITHOUT_LOGITS = ('resnet50', 'squeezenet1_0')

models = {}
for name, options in MODELS.items():
    torch.manual_seed(0)
    model = OWN.get(name, getattr(torchvision.models, name))(num_classes=7, **options)
    state = model.state_dict()
    entry = {'keys': [[k, list(v.shape)] for k, v in state.items()], 'text': str(model),
             'sum': sum(v.double().abs().sum().item() for v in state.values() if v.is_floating_point())}
    if name not in WITHOUT_LOGITS:
        model.eval()
        x = torch.linspace(-1, 1, 3 * 64 * 64).view(1, 3, 64, 64)
        with torch.no_grad():
            entry['logits'] = model(x).tolist()
    models[name] = entry

text = json.dumps(models, separators=(',', ':'))
OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
print(len(text), OUT.stat().st_size)
