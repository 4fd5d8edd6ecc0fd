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
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2
from torchvision.models.vision_transformer import ConvStemConfig, VisionTransformer

OUT = pathlib.Path(__file__).parents[2] / 'packages/vision/test/fixtures/models.json.gz'


def narrow_convnext(**options):
    """The published ones take long to draw."""
    setting = [CNBlockConfig(8, 16, 2), CNBlockConfig(16, 32, 1), CNBlockConfig(32, None, 3)]
    return torchvision.models.ConvNeXt(setting, stochastic_depth_prob=0.2, **options)


def narrow_vit(**options):
    """Its last layer gives nothing before it is trained."""
    model = VisionTransformer(image_size=64, patch_size=16, num_layers=2, num_heads=4, hidden_dim=32, mlp_dim=48, **options)
    torch.nn.init.uniform_(model.heads.head.weight)
    return model


def narrow_swin(**options):
    return SwinTransformer([4, 4], 16, [2, 3, 2], [2, 4, 4], stochastic_depth_prob=0.3, **options)


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
    'vit': {'representation_size': 24},
    'vit_stem': {'conv_stem_configs': [ConvStemConfig(8, 3, 4), ConvStemConfig(16, 3, 4)]},
    'vit_b_32': {},
    'swin': {'window_size': [7, 7]},
    'swin_v2': {'window_size': [4, 3], 'dropout': 0.1, 'attention_dropout': 0.05,
                'block': SwinTransformerBlockV2, 'downsample_layer': PatchMergingV2},
    'swin_t': {},
    'swin_v2_t': {},
    'shufflenet_v2_x0_5': {},
    'mnasnet0_5': {},
    'regnet_y_400mf': {},
    'regnet_x_400mf': {'stem_width': 16, 'activation': torch.nn.SiLU},
    'googlenet': {'init_weights': False, 'transform_input': True},
    'inception_v3': {'init_weights': False},
}
OWN = {'convnext': narrow_convnext, 'vit': narrow_vit, 'vit_stem': narrow_vit, 'swin': narrow_swin, 'swin_v2': narrow_swin}
WITHOUT_LOGITS = ('resnet50', 'squeezenet1_0')
# large ones, of which only keys and text are compared
WITHOUT_DRAWS = ('vit_b_32', 'swin_t', 'swin_v2_t')
# height and width of the picture, where it is not 64x64
SIZES = {'swin_v2': (40, 68), 'inception_v3': (75, 75)}
# what gives several outputs in training
IN_TRAINING = ('googlenet',)

models = {}
for name, options in MODELS.items():
    torch.manual_seed(0)
    model = (OWN.get(name) or getattr(torchvision.models, name))(num_classes=7, **options)
    state = model.state_dict()
    entry = {'keys': [[k, list(v.shape)] for k, v in state.items()], 'text': str(model)}
    if name not in WITHOUT_DRAWS:
        entry['sum'] = sum(v.double().abs().sum().item() for v in state.values() if v.is_floating_point())
    if name not in WITHOUT_LOGITS + WITHOUT_DRAWS:
        model.eval()
        height, width = entry['size'] = SIZES.get(name, (64, 64))
        x = torch.linspace(-1, 1, 3 * height * width).view(1, 3, height, width)
        torch.manual_seed(0)  # Swin's attention drops in evaluation mode too
        with torch.no_grad():
            entry['logits'] = model(x).tolist()
            if name in IN_TRAINING:
                model.train()
                torch.manual_seed(0)
                entry['outputs'] = {key: value.tolist() for key, value in model(x)._asdict().items()}
    models[name] = entry

text = json.dumps(models, separators=(',', ':'))
OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
print(len(text), OUT.stat().st_size)
