"""Records packages/optim/test/fixtures/optim.json: parameters and states after steps of PyTorch's optimizers, and the
learning rates of its schedulers.

Run: python3 tooling/oracle/optim.py
"""
import json
import math
import warnings
from pathlib import Path

import torch
from torch.optim import lr_scheduler, swa_utils

warnings.simplefilter('ignore')
OUT = Path(__file__).parents[2] / 'packages/optim/test/fixtures/optim.json'
START = [[0.5, -1.25, 2.0], [0.75]]
STEPS = 6

OPTIMIZERS = [
    ('SGD', {'lr': 0.1}), ('SGD', {'lr': 0.1, 'momentum': 0.9, 'nesterov': True, 'weight_decay': 0.01}),
    ('SGD', {'lr': 0.1, 'momentum': 0.5, 'dampening': 0.25, 'maximize': True}),
    ('Adam', {}), ('Adam', {'lr': 0.05, 'betas': (0.8, 0.9), 'eps': 1e-4, 'weight_decay': 0.1, 'amsgrad': True}),
    ('Adam', {'lr': 0.05, 'maximize': True}),
    ('AdamW', {'lr': 0.05}), ('AdamW', {'lr': 0.05, 'weight_decay': 0.3, 'amsgrad': True, 'maximize': True}),
    ('RMSprop', {'lr': 0.05}), ('RMSprop', {'lr': 0.05, 'momentum': 0.9, 'centered': True, 'weight_decay': 0.1}),
    ('Adagrad', {'lr': 0.1}), ('Adagrad', {'lr': 0.1, 'lr_decay': 0.1, 'initial_accumulator_value': 0.5, 'weight_decay': 0.1}),
    ('Adadelta', {}), ('Adadelta', {'lr': 0.5, 'rho': 0.5, 'weight_decay': 0.1}),
    ('Adamax', {}), ('Adamax', {'lr': 0.1, 'weight_decay': 0.1, 'maximize': True}),
    ('NAdam', {}), ('NAdam', {'lr': 0.1, 'momentum_decay': 0.1, 'weight_decay': 0.1}),
    ('RAdam', {'lr': 0.1}), ('RAdam', {'lr': 0.1, 'betas': (0.9, 0.5), 'weight_decay': 0.1}),
    ('ASGD', {'lr': 0.1}), ('ASGD', {'lr': 0.1, 't0': 2, 'lambd': 0.1, 'weight_decay': 0.1}),
    ('Rprop', {}), ('Rprop', {'lr': 0.3, 'etas': (0.25, 1.5), 'step_sizes': (0.1, 0.5)}),
]


def gradient(step, values):
    """A gradient that turns now and then."""
    return [math.cos(step * (i + 1)) * (i + 1) + v / 4 for i, v in enumerate(values)]


def plain(x):
    if isinstance(x, torch.Tensor):
        return x.tolist()
    if isinstance(x, dict):
        return {str(k): plain(v) for k, v in x.items()}
    return [plain(v) for v in x] if isinstance(x, (list, tuple)) else x


def optimizer(name, options):
    params = [torch.tensor(v, requires_grad=True) for v in START]
    opt = getattr(torch.optim, name)(params, **options)
    path = []
    for step in range(STEPS):
        for p in params:
            p.grad = torch.tensor(gradient(step, p.tolist()))
        opt.step()
        path.append(plain([p.detach() for p in params]))
    return {'name': name, 'options': options, 'path': path, 'stateDict': plain(opt.state_dict()), 'repr': repr(opt)}


def lbfgs(options):
    w = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
    opt = torch.optim.LBFGS([w], **options)
    losses = []

    def closure():
        opt.zero_grad()
        loss = 10 * (w[1] - w[0] ** 2) ** 2 + (1 - w[0]) ** 2
        loss.backward()
        return loss
    for _ in range(3):
        losses.append(opt.step(closure).item())
    state = opt.state_dict()['state'][0]
    return {'options': options, 'losses': losses, 'w': w.tolist(), 'evaluations': state['func_evals'], 'iterations': state['n_iter']}


class Wave:
    """A metric that gets better and worse."""
    values = [round(1 / (1 + e / 4) + 0.3 * math.sin(e), 6) for e in range(30)]


def scheduler(name, options, make=None, adam=False, metrics=None, steps=24):
    w = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{'params': [w[0]]}, {'params': [w[1]], 'lr': 0.5}]
    opt = torch.optim.Adam(groups, lr=0.1) if adam else torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    sched = make(opt) if make else getattr(swa_utils if name == 'SWALR' else lr_scheduler, name)(opt, **options)
    lrs, momenta = [], []
    for step in range(steps + 1):
        if step:
            opt.step()
            sched.step(*([metrics[step - 1]] if metrics else []))
        lrs.append([g['lr'] for g in opt.param_groups])
        momenta.append(opt.param_groups[0]['betas'][0] if adam else opt.param_groups[0]['momentum'])
    moves = any(m != momenta[0] for m in momenta)
    return {'name': name, 'options': options, 'adam': adam, 'lrs': lrs, **({'momenta': momenta} if moves else {})}


SCHEDULERS = [
    ('StepLR', {'step_size': 5}), ('MultiStepLR', {'milestones': [2, 7, 7, 15], 'gamma': 0.5}),
    ('ExponentialLR', {'gamma': 0.8}), ('ConstantLR', {'factor': 0.25, 'total_iters': 6}),
    ('LinearLR', {'start_factor': 0.2, 'end_factor': 0.9, 'total_iters': 8}), ('PolynomialLR', {'total_iters': 10, 'power': 2.0}),
    ('CosineAnnealingLR', {'T_max': 7, 'eta_min': 0.01}), ('CosineAnnealingWarmRestarts', {'T_0': 3, 'T_mult': 2, 'eta_min': 0.02}),
    ('CyclicLR', {'base_lr': 0.01, 'max_lr': 0.2, 'step_size_up': 3, 'step_size_down': 5, 'mode': 'triangular2'}),
    ('CyclicLR', {'base_lr': [0.01, 0.1], 'max_lr': 0.2, 'step_size_up': 4, 'mode': 'exp_range', 'gamma': 0.9}),
    ('OneCycleLR', {'max_lr': [0.4, 1.0], 'total_steps': 25}),
    ('SWALR', {'swa_lr': 0.05}), ('SWALR', {'swa_lr': [0.05, 1.0], 'anneal_epochs': 4, 'anneal_strategy': 'linear'}),
    ('SWALR', {'swa_lr': 0.05, 'anneal_epochs': 0}),
    ('OneCycleLR', {'max_lr': 0.4, 'epochs': 5, 'steps_per_epoch': 5, 'three_phase': True, 'anneal_strategy': 'linear', 'pct_start': 0.2}),
]
PLATEAU = [
    {'patience': 1, 'factor': 0.5}, {'mode': 'max', 'patience': 0, 'threshold': 0.02, 'threshold_mode': 'abs', 'cooldown': 2, 'min_lr': [0.01, 0.2]},
]


def sequential(opt):
    S = lr_scheduler
    return S.SequentialLR(opt, [S.ConstantLR(opt, factor=0.1, total_iters=3), S.ExponentialLR(opt, gamma=0.9), S.StepLR(opt, 4, 0.5)], milestones=[4, 12])


def chained(opt):
    return lr_scheduler.ChainedScheduler([lr_scheduler.LinearLR(opt, start_factor=0.5, total_iters=4), lr_scheduler.ExponentialLR(opt, gamma=0.9)])


OUT.write_text(json.dumps({
    'start': START,
    'optimizers': [optimizer(*o) for o in OPTIMIZERS],
    'lbfgs': [lbfgs(o) for o in ({'lr': 0.1, 'max_iter': 6}, {'history_size': 2, 'max_iter': 8, 'line_search_fn': 'strong_wolfe'}, {'line_search_fn': 'strong_wolfe'})],
    'schedulers': [
        *(scheduler(*s) for s in SCHEDULERS),
        scheduler('OneCycleLR', {'max_lr': 0.4, 'total_steps': 25}, adam=True),
        *(scheduler('ReduceLROnPlateau', o, metrics=Wave.values) for o in PLATEAU),
        scheduler('SequentialLR', {}, sequential), scheduler('ChainedScheduler', {}, chained),
    ],
    'metrics': Wave.values,
}, indent=None, separators=(',', ':')) + '\n')
