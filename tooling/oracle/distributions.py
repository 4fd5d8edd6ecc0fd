"""Records packages/distributions/test/fixtures/distributions.json: what PyTorch's distributions draw, say and compute.

A tensor is written as a list, which the test reads as one that requires gradients; numbers stay numbers. Results are
{shape, data}, numbers that JSON lacks are strings.
Run: python3 tooling/oracle/distributions.py
"""
import json
import math
import warnings
from pathlib import Path

import torch
from torch import distributions as D
from torch.distributions import constraints as C

warnings.simplefilter('ignore')
OUT = Path(__file__).parents[2] / 'packages/distributions/test/fixtures/distributions.json'
SHAPES = ([], [3], [2, 3])
BELOW = {'values': [[-0.75], [0.25], [1.5]], 'levels': [[0.05], [0.5], [0.9]]}
INSIDE = {'values': [[0.1], [0.35], [0.9]], 'levels': [[0.05], [0.5], [0.9]]}
ABOVE = {'values': [[0.125], [0.75], [3.0]], 'levels': [[0.05], [0.5], [0.9]]}
COUNTS = {'values': [[0.], [1.], [3.]]}
DOUBLE = {'dtype': 'float64'}
ONCE = {'tries': 0}
EYE3 = [[1., 0., 0.], [0., 1., 0.], [0., 0., 1.]]

# class, arguments, keywords, what is asked of it
CASES = [
    ('Normal', [0, 1], {}, BELOW), ('Normal', [[0.5, -1.0], [2.0, 0.25]], {}, BELOW),
    ('Normal', [[[0.5], [-1.0]], 3], {}, {'values': [[[0.5, 1.0]]]}), ('Normal', [0.5], {'scale': [0.125] * 20}, {}),
    ('Uniform', [-1, 2], {}, BELOW), ('Uniform', [[-1.0, -0.75], [1.75, 5.0]], {}, BELOW),
    ('Bernoulli', [0.3], {}, {'values': [0., 1.]}), ('Bernoulli', [[0.25, 0.5, 0.9, 1.0]], {}, {'values': [[0.], [1.]]}),
    ('Bernoulli', [], {'logits': [[-1.5], [0.0], [2.0]]}, {'values': [[0.], [1.], [1.]]}),
    ('Categorical', [[0.1, 0.2, 0.7]], {}, {'values': [0., 1., 2.]}), ('Categorical', [[[1., 1., 2.], [0., 3., 1.]]], {}, {'values': [[0.], [1.], [2.]]}),
    ('Categorical', [], {'logits': [[-1.0, 2.0, 0.5, 0.0], [3.0, 0.0, -2.0, 1.0]]}, {'values': [[0.], [3.]]}),
    ('OneHotCategorical', [[0.1, 0.2, 0.7]], {}, {'values': EYE3}),
    ('OneHotCategorical', [], {'logits': [[-1.0, 2.0, 0.5], [3.0, 0.0, -2.0]]}, {'values': [[[0., 1., 0.]], [[1., 0., 0.]]]}),
    ('OneHotCategoricalStraightThrough', [], {'logits': [[-1.0, 2.0, 0.5], [3.0, 0.0, -2.0]]}, {}),
    ('Multinomial', [5, [0.1, 0.2, 0.7]], {}, {'values': [[1., 0., 4.], [0., 5., 0.]]}),
    ('Multinomial', [], {'total_count': 3, 'logits': [[-1.0, 2.0, 0.5], [3.0, 0.0, -2.0]]}, {'values': [1., 1., 1.]}),
    ('Binomial', [7, [0.25, 0.5, 0.9]], {}, {'values': [[0.], [3.], [7.]]}), ('Binomial', [100, [0.0, 0.3, 0.55, 1.0]], {}, DOUBLE),
    ('Binomial', [[10.0, 400.0]], {'logits': [-1.5, 0.25]}, {'values': [[2.], [7.]]}), ('Binomial', [], {'probs': 0.25}, {'values': [0., 1.]}),
    ('Exponential', [2], {}, ABOVE), ('Exponential', [[0.25, 3.0]], {}, ABOVE), ('Laplace', [0, 1], {}, BELOW), ('Laplace', [[0.5, -1.0], [2.0, 0.25]], {}, BELOW),
    ('LogNormal', [0, 1], {}, ABOVE), ('LogNormal', [[0.5, -1.0], [2.0, 0.25]], {}, ABOVE), ('Cauchy', [0, 1], {}, BELOW), ('Cauchy', [[0.5, -1.0], [2.0, 0.25]], {}, BELOW),
    ('HalfNormal', [2], {}, ABOVE), ('HalfNormal', [[0.5, 3.0]], {}, ABOVE), ('HalfCauchy', [[0.5, 3.0]], {}, ABOVE),
    ('Geometric', [0.3], {}, COUNTS), ('Geometric', [[0.25, 0.9, 1.0]], {}, {'values': [[0.]]}), ('Geometric', [], {'logits': [-1.5, 0.5]}, COUNTS),
    ('Gumbel', [0, 1], {}, BELOW), ('Gumbel', [[0.5, -1.0], [2.0, 0.25]], {}, BELOW), ('Poisson', [4], {}, COUNTS), ('Poisson', [[0.0, 0.5, 40.0]], {}, {'values': [[0.]]}),
    ('MultivariateNormal', [[0.5, -1.0], [[2.0, 0.5], [0.5, 1.0]]], {}, {'values': [[0., 0.], [1., -2.]]}),
    ('MultivariateNormal', [[0.5, -1.0]], {'precision_matrix': [[2.0, 0.5], [0.5, 1.0]]}, {'values': [[0., 0.], [1., -2.]]}),
    ('MultivariateNormal', [[[0.5, -1.0], [0., 0.]]], {'scale_tril': [[[2.0, 0.0], [0.5, 1.0]], [[0.25, 0.0], [-1.0, 3.0]]]}, {'values': [[[0., 0.]], [[1., -2.]]]}),
    ('MultivariateNormal', [[[0.5, -1.0, 0.], [0., 0., 1.]]], {'scale_tril': [[2.0, 0.0, 0.0], [0.5, 1.0, 0.0], [1.0, -1.0, 0.5]]}, {'values': [1., 0., -2.]}),
    ('Gamma', [3, 2], {}, ABOVE), ('Gamma', [[0.125, 0.9, 1.0, 2.5, 7.0, 40.0], [1.0, 2.0, 0.5, 1.0, 3.0, 10.0]], {}, ABOVE),
    ('Gamma', [[0.125 * i for i in range(1, 90, 3)], [1.0]], {}, {**ABOVE, **DOUBLE}), ('StudentT', [[0.5, 1.5, 9.0, 50.0]], {}, {**BELOW, **DOUBLE}),
    ('Dirichlet', [[0.1, 1.0, 10.0, 20.0, 5.0]], {}, DOUBLE), ('Normal', [[0.5, -1.0], [2.0, 0.25]], {}, {**BELOW, **DOUBLE}), ('Gumbel', [[0.5, -1.0], [2.0, 0.25]], {}, {**BELOW, **DOUBLE}),
    ('Chi2', [3], {}, ABOVE), ('Chi2', [[0.5, 9.0]], {}, ABOVE), ('StudentT', [3], {}, BELOW), ('StudentT', [[0.5, 1.5, 9.0], [1.0, 0.0, -2.0]], {'scale': 2}, BELOW),
    ('Beta', [2, 3], {}, INSIDE), ('Beta', [[0.25, 1.0, 3.0], [0.5, 1.0, 1.5]], {}, INSIDE), ('Beta', [[0.25, 8.0, 30.0, 0.001], [0.5, 7.0, 2.0, 0.5]], {}, {**INSIDE, **DOUBLE}),
    ('Beta', [[0.1 * i for i in range(1, 120, 14)], [0.07 * i for i in range(200, 30, -20)]], {}, {**DOUBLE, 'entropy': False}),
    ('Dirichlet', [[0.5, 0.5]], {}, {'values': [[.25, .75], [.5, .5]]}), ('Dirichlet', [[[1.0, 8.0, 20.0], [0.1, 0.2, 0.3]]], {}, {'values': [.25, .25, .5]}),
    ('RelaxedBernoulli', [[0.5], [0.25, 0.9]], {}, {'values': [[.25], [.75]]}), ('RelaxedBernoulli', [[2.0]], {'logits': [[-1.0], [0.5]]}, {'values': [.25, .75]}),
    ('RelaxedOneHotCategorical', [[0.5], [0.1, 0.2, 0.7]], {}, {'values': [[.25, .25, .5], [.1, .8, .1]]}),
    ('RelaxedOneHotCategorical', [[2.0]], {'logits': [[-1.0, 2.0, 0.5], [3.0, 0.0, -2.0]]}, {'values': [[.25, .25, .5], [.1, .8, .1]]}),
    ('Pareto', [1, 3], {}, {'values': [[1.25], [3.0]], 'levels': [[.1], [.75]]}), ('Pareto', [[0.5, 1.0], [0.75, 2.5]], {}, {'values': [[1.25], [3.0]], 'levels': [[.1], [.75]]}),
    ('Weibull', [2, 1.5], {}, ABOVE), ('Weibull', [[0.5, 3.0], [0.75, 2.5]], {}, ABOVE), ('Kumaraswamy', [[0.5, 3.0], [0.75, 2.5]], {}, INSIDE),
    ('NegativeBinomial', [4, 0.25], {}, COUNTS), ('NegativeBinomial', [[1.0, 6.0]], {'logits': [-1.5, 0.5]}, COUNTS), ('LogisticNormal', [0.5, 2], {}, {'values': [.25, .75]}),
    ('LogisticNormal', [[0.5, -1.0, 0.0], [2.0, 0.25, 1.0]], {}, {'values': [.25, .25, .4, .1]}), ('FisherSnedecor', [[1.0, 5.0], [3.0, 9.0]], {}, ABOVE),
    ('ContinuousBernoulli', [0.3], {}, INSIDE), ('ContinuousBernoulli', [[0.2, 0.4995, 0.9]], {}, INSIDE), ('ContinuousBernoulli', [], {'logits': [-1.5, 0.001]}, INSIDE),
    ('VonMises', [0.5, 2], {}, BELOW), ('VonMises', [[0.5, -1.0], [0.25, 12.0]], {}, BELOW), ('LKJCholesky', [3], {}, {}), ('LKJCholesky', [2, [0.5, 2.0]], {}, {'values': [[1., 0.], [.6, .8]]}),
    ('LowRankMultivariateNormal', [[0.5, -1.0, 0.0], [[1.0], [0.5], [-2.0]], [0.5, 1.0, 2.0]], {}, {'values': [[0., 0., 1.], [1., -2., 0.]]}),
    ('LowRankMultivariateNormal', [[[0.5, -1.0], [0.0, 1.0]], [[1.0, 0.5], [-2.0, 0.25]], [[[0.5, 1.0]], [[1.0, 2.0]]]], {}, {'values': [1., -2.]}),
    ('Wishart', [3, [[2.0, 0.5], [0.5, 1.0]]], {}, {**ONCE, 'values': [[[1., 0.], [0., 1.]], [[2., -.5], [-.5, 3.]]]}), ('Wishart', [2.5, [[3.0]]], {}, {**ONCE, 'values': [[[0.5]], [[2.0]]]}),
    ('Wishart', [[3.5, 6.0]], {'precision_matrix': [[2.0, 0.5, 0.0], [0.5, 1.0, -0.25], [0.0, -0.25, 1.5]]}, {**ONCE, 'values': [[2., 0., 1.], [0., 3., 0.], [1., 0., 1.]]}),
    ('Wishart', [[[2.25], [9.0]]], {'scale_tril': [[[2.0, 0.0], [0.5, 1.0]], [[0.25, 0.0], [-1.0, 3.0]]]}, {**ONCE, 'values': [[2., 1.], [1., 4.]]}),
    ('Wishart', [[4.5, 5.0]], {'scale_tril': [[2.0, 0.0, 0.0, 0.0], [0.5, 1.0, 0.0, 0.0], [1.0, -1.0, 0.5, 0.0], [0.0, 0.25, 0.5, 1.0]]}, {**ONCE, **DOUBLE}),
    *((name, args, {}, ask) for name, args, ask in (
        ('logistic', [[2.0, -1.0], 3], BELOW), ('squashed', [[0.25, -0.5]], {'values': [[.1], [-.9]], 'levels': [[.1], [.75]]}),
        ('sticks', [[0.25, -0.5, 1.0]], {'values': [[.1, .2, .3, .4], [.25, .25, .25, .25]]}), ('power', [[0.5, 2.0]], {'values': [[.25], [1.5]], 'levels': [[.1], [.75]]}),
        ('matrix', [[[0.25, -0.5, 1.0, 2.0], [0.0, 1.0, 2.0, 3.0]]], {'values': [[[1., 2.], [3., 4.]]]}),
        ('turned', [[1.0, 2.0]], {'values': [[-.25], [-1.5]], 'levels': [[.1], [.75]]}), ('mixture', [[[1.0, 3.0], [2.0, 2.0]], [[0.5, -1.0], [0.0, 2.0]]], BELOW), ('mixtureOfVectors', [[1.0, 3.0], [[0.5, -1.0], [0.0, 2.0]]], {'values': [[.25, -.5]]}),
        ('events', [[[0.5, 1.0], [2.0, 3.0]]], {'values': [1.0, 2.0]}))),
]

# distributions that are made of others
BUILDERS = {
    'logistic': lambda loc, scale: D.TransformedDistribution(
        D.Uniform(torch.zeros(2), torch.ones(2)), [D.SigmoidTransform().inv, D.AffineTransform(loc=loc, scale=scale)]),
    'squashed': lambda loc: D.TransformedDistribution(D.Normal(loc, 1), [D.TanhTransform(cache_size=1)]),
    'sticks': lambda loc: D.TransformedDistribution(D.Normal(loc, 1), D.StickBreakingTransform()),
    'power': lambda exponent: D.TransformedDistribution(D.Exponential(1.), [D.PowerTransform(exponent), D.AffineTransform(0, 2)]),
    'matrix': lambda loc: D.TransformedDistribution(D.Normal(loc, 1), [D.ReshapeTransform((4,), (2, 2))]),
    'turned': lambda rate: D.TransformedDistribution(D.Exponential(rate), D.AffineTransform(0, -2.)),
    'mixture': lambda probs, loc: D.MixtureSameFamily(D.Categorical(probs), D.Normal(loc, 0.5)),
    'mixtureOfVectors': lambda probs, loc: D.MixtureSameFamily(D.Categorical(probs), D.Independent(D.Normal(loc, 0.5), 1)),
    'events': lambda scale: D.Independent(D.HalfNormal(scale), 1),
}

# pairs of which a divergence is known
KL = [
    (('Normal', [0.5, 2], {}), ('Normal', [0, 1], {})), (('Normal', [[0.5, -1.0], [2.0, 0.25]], {}), ('Normal', [0, [1.0, 3.0]], {})),
    (('Bernoulli', [[0.25, 0.5, 1.0]], {}), ('Bernoulli', [[0.75, 0.1, 0.5]], {})),
    (('Bernoulli', [[0.25, 0.5, 0.0]], {}), ('Bernoulli', [[0.0, 1.0, 0.5]], {})),
    (('Uniform', [0, 1], {}), ('Uniform', [-1, 2], {})), (('Uniform', [[0., 0.], [1., 3.]], {}), ('Uniform', [-1, 2], {})),
    (('Categorical', [[0.1, 0.2, 0.7]], {}), ('Categorical', [], {'logits': [[1., 0., 0.], [-1., 2., 0.]]})),
    (('Categorical', [[0.0, 0.3, 0.7]], {}), ('Categorical', [[0.5, 0.5, 0.0]], {})),
    (('OneHotCategorical', [[0.1, 0.2, 0.7]], {}), ('OneHotCategorical', [[0.2, 0.2, 0.6]], {})),
    (('Uniform', [-1, [0.5, 2.0]], {}), ('Normal', [[0.25, 1.0], 2], {})), (('Normal', [[0.25, 1.0], 2], {}), ('Uniform', [-1, 1], {})),
]

# each with each, where PyTorch has a formula
EACH = [
    ('Bernoulli', [[0.25, 0.9]], {}), ('Beta', [[0.5, 2.0], [1.5, 3.0]], {}), ('Exponential', [[0.5, 2.0]], {}), ('Gamma', [[0.5, 3.0], [1.5, 2.0]], {}),
    ('Gumbel', [[0.5, -1.0], [1.5, 0.5]], {}), ('Laplace', [[0.5, -1.0], [1.5, 0.5]], {}), ('Normal', [[0.5, -1.0], [1.5, 0.5]], {}),
    ('Poisson', [[0.5, 3.0]], {}), ('Uniform', [[0.125, 0.5], [0.75, 1.0]], {}), ('Uniform', [[-0.5, 0.5], [0.75, 2.0]], {}), ('Binomial', [3, [0.25, 0.5]], {}),
    ('Pareto', [[0.25, 0.5], [0.75, 3.0]], {}), ('ContinuousBernoulli', [[0.2, 0.9]], {}),
]
LOW_RANK = ('LowRankMultivariateNormal', [[0.5, -1.0], [[1.0], [0.5]], [0.5, 1.0]], {})
FULL = ('MultivariateNormal', [[0.5, 0.0], [[2.0, 0.5], [0.5, 1.0]]], {})
KL += [
    (('Beta', [[0.5, 2.0], [1.5, 3.0]], {}), ('Beta', [2, 3], {})), (('Gamma', [[0.5, 3.0], [1.5, 2.0]], {}), ('Gamma', [2, 3], {})),
    (('Binomial', [[3.0, 5.0], [0.25, 0.5]], {}), ('Binomial', [3, 0.75], {})), (('Chi2', [[0.5, 3.0]], {}), ('Chi2', [2], {})),
    (('Dirichlet', [[[0.5, 3.0, 1.0]]], {}), ('Dirichlet', [[1.5, 2.0, 0.25]], {})), (('Exponential', [[0.5, 2.0]], {}), ('Exponential', [3], {})),
    (('Geometric', [[0.25, 0.5]], {}), ('Geometric', [0.75], {})), (('Gumbel', [[0.5, -1.0], [1.5, 0.5]], {}), ('Gumbel', [0, 2], {})),
    (('HalfNormal', [[0.5, 2.0]], {}), ('HalfNormal', [3], {})), (('Laplace', [[0.5, -1.0], [1.5, 0.5]], {}), ('Laplace', [0, 2], {})),
    (('LogNormal', [[0.5, -1.0], [1.5, 0.5]], {}), ('LogNormal', [0, 2], {})), (('Poisson', [[0.5, 2.0]], {}), ('Poisson', [3], {})),
    (('Cauchy', [[0.5, -1.0], [1.5, 0.5]], {}), ('Cauchy', [0, 2], {})), (('events', [[[0.5, 1.0], [2.0, 3.0]]], {}), ('events', [[1.0, 4.0]], {})),
    (LOW_RANK, ('LowRankMultivariateNormal', [[[0.0, 0.0], [1.0, 2.0]], [[1.0, 0.5], [-2.0, 0.25]], [1.0, 2.0]], {})), (LOW_RANK, FULL), (FULL, LOW_RANK),
    (('MultivariateNormal', [[0.5, -1.0], [[2.0, 0.5], [0.5, 1.0]]], {}), ('MultivariateNormal', [[[0.0, 0.0], [1.0, 2.0]]], {'scale_tril': [[1.5, 0.0], [0.25, 0.5]]})),
    (('Wishart', [3, [[2.0, 0.5], [0.5, 1.0]]], {}), ('Wishart', [4.5], {'scale_tril': [[1.5, 0.0], [0.25, 0.5]]})),
    (('Wishart', [[3.0, 5.0], [[2.0, 0.5], [0.5, 1.0]]], {}), ('Wishart', [[4.0, 4.5]], {'precision_matrix': [[[1.5, 0.0], [0.0, 0.5]], [[1.0, 0.25], [0.25, 2.0]]]})),
]

# class, arguments, options, input
TRANSFORMS = [
    ('ExpTransform', [], {}, [-1.0, 2.0]), ('SigmoidTransform', [], {}, [-1.0, 200.0, -200.0]), ('TanhTransform', [], {}, [-1.0, 0.5]),
    ('SoftplusTransform', [], {}, [-1.0, 2.0, 30.0]), ('AbsTransform', [], {}, [-1.0, 2.0]), ('AffineTransform', [2, -3], {}, [-1.0, 2.0]),
    ('AffineTransform', [[1.0, 2.0], [[0.5, -2.0]]], {}, [[-1.0, 2.0], [0.5, 1.0]]), ('AffineTransform', [2, [0.5, -2.0]], {'event_dim': 1}, [[-1.0, 2.0]]),
    ('PowerTransform', [[0.5, 2.0]], {}, [4.0, 3.0]), ('SoftmaxTransform', [], {}, [[-1.0, 2.0, 0.5]]), ('StickBreakingTransform', [], {}, [[-1.0, 2.0, 0.5], [0.0, 0.0, 1.0]]),
    ('LowerCholeskyTransform', [], {}, [[0.5, 2.0], [-1.0, 0.25]]), ('CorrCholeskyTransform', [], {}, [[0.5, -1.0, 0.25], [2.0, 0.0, 1.0]]),
    ('ReshapeTransform', [(4,), (2, 2)], {}, [[1.0, 2.0, 3.0, 4.0]]), ('inverse', [], {}, [0.5, 2.0]), ('compose', [], {}, [[-1.0, 2.0, 0.5]]), ('identity', [], {}, [1.0]),
    ('independent', [], {}, [[-1.0, 2.0]]), ('cat', [], {}, [[-1.0, 2.0, 3.0]]), ('stack', [], {}, [[-1.0, 2.0], [1.0, 0.5]]), ('cdf', [], {}, [-1.0, 2.0]),
]
TRANSFORM_BUILDERS = {
    'inverse': lambda: D.ExpTransform().inv, 'identity': lambda: D.identity_transform,
    'compose': lambda: D.ComposeTransform([D.AffineTransform(0.5, 2.0), D.StickBreakingTransform(), D.ExpTransform()]),
    'independent': lambda: D.IndependentTransform(D.TanhTransform(), 1),
    'cat': lambda: D.CatTransform([D.ExpTransform(), D.AffineTransform(1, 2)], dim=-1, lengths=[1, 2]),
    'stack': lambda: D.StackTransform([D.ExpTransform(), D.AffineTransform(1, 2)], dim=-1),
    'cdf': lambda: D.CumulativeDistributionTransform(D.Normal(0.5, 2.)),
}

REGISTERED = ['real', 'positive', 'nonnegative', 'greater_than(2.)', 'less_than(3.)', 'unit_interval', 'interval(-1., 2.)', 'simplex', 'lower_cholesky',
              'corr_cholesky', 'real_vector', 'boolean']

ERRORS = {
    'scale': lambda: D.Normal(0, -1), 'scales': lambda: D.Normal(torch.zeros(2), torch.tensor([1., 0.])),
    'nan': lambda: D.Normal(float('nan'), 1), 'neither': lambda: D.Bernoulli(), 'both': lambda: D.Categorical(torch.ones(2), torch.ones(2)),
    'scalar': lambda: D.Categorical(torch.tensor(1.)), 'text': lambda: D.Normal('a', 1), 'uniform': lambda: D.Uniform(1, 1),
    'outside': lambda: D.Uniform(0, 1).log_prob(torch.tensor(2.)), 'category': lambda: D.Categorical(torch.ones(3)).log_prob(torch.tensor([1., 3.])),
    'shape': lambda: D.Normal(torch.zeros(3), 1).log_prob(torch.zeros(2)), 'number': lambda: D.Normal(0, 1).log_prob(1),
    'event': lambda: D.OneHotCategorical(torch.ones(3)).log_prob(torch.zeros(2)),
    'oneHot': lambda: D.OneHotCategorical(torch.ones(3)).log_prob(torch.tensor([1., 1., 0.])),
    'independent': lambda: D.Independent(D.Normal(torch.zeros(3), 1), 2),
    'probability': lambda: D.Bernoulli(torch.tensor([0.5, 1.5])), 'kl': lambda: D.kl_divergence(D.Normal(0, 1), D.Bernoulli(0.5)),
    'support': lambda: D.Bernoulli(0.5).log_prob(torch.tensor(0.5)),
    'count': lambda: D.Binomial(-1, 0.5), 'neverSuccess': lambda: D.Geometric(torch.tensor([0.5, 0.0])), 'covariance': lambda: D.MultivariateNormal(torch.zeros(2), -torch.eye(2)),
    'matrices': lambda: D.MultivariateNormal(torch.zeros(2)), 'counts': lambda: D.Multinomial(torch.tensor([1., 2.]), torch.ones(2)),
    'inhomogeneous': lambda: D.Binomial(torch.tensor([1., 2.]), torch.tensor(0.5)).enumerate_support(), 'simplex': lambda: D.Dirichlet(torch.ones(2)).log_prob(torch.tensor([.5, .4])),
    'half': lambda: D.HalfNormal(-1.), 'base': lambda: D.TransformedDistribution(D.Normal(0, 1), D.StickBreakingTransform()),
    'list': lambda: D.TransformedDistribution(D.Normal(0, 1), [1]), 'cache': lambda: D.ExpTransform(cache_size=2),
    'reshape': lambda: D.ReshapeTransform((2, 3), (4,)), 'square': lambda: D.CorrCholeskyTransform().forward_shape((4,)),
    'binomials': lambda: D.kl_divergence(D.Binomial(1, 0.5), D.Binomial(2, 0.5)), 'unregistered': lambda: D.biject_to(C.boolean),
    'component': lambda: D.MixtureSameFamily(D.Categorical(torch.ones(3)), D.Normal(torch.zeros(2), 1)),
    'mixture': lambda: D.MixtureSameFamily(D.Categorical(torch.ones(3, 2)), D.Normal(torch.zeros(2, 2), 1)), 'dim': lambda: D.LKJCholesky(1),
    'rank': lambda: D.LowRankMultivariateNormal(torch.zeros(2), torch.ones(3, 1), torch.ones(2)),
    'batches': lambda: D.LowRankMultivariateNormal(torch.zeros(2, 2), torch.ones(3, 2, 1), torch.ones(2)),
    'degrees': lambda: D.Wishart(torch.tensor([3., 1.]), torch.eye(2)), 'degree': lambda: D.Wishart(0.5, torch.eye(2)),
    'definite': lambda: D.Wishart(3., torch.eye(2)).log_prob(-torch.eye(2)), 'scaleTril': lambda: D.Wishart(3, scale_tril=torch.ones(2)),
    'cartesian': lambda: D.Independent(D.Bernoulli(torch.ones(2)), 1).enumerate_support(),
}

CONSTRAINTS = {
    'real': [1., math.nan], 'boolean': [0., 1., .5], 'one_hot': [[0., 1.], [1., 1.]], 'nonnegative_integer': [-1., 0., 1.5],
    'positive_integer': [0., 1., 2.5], 'positive': [0., 1.], 'nonnegative': [-1., 0.], 'unit_interval': [-.1, 0., 1., 1.1],
    'simplex': [[.5, .5], [.5, .4]], 'real_vector': [[1., math.nan], [1., 2.]], 'lower_triangular': [[[1., 0.], [1., 0.]], [[1., 1.], [0., 1.]]],
    'lower_cholesky': [[[1., 0.], [1., 1.]], [[1., 0.], [0., 0.]]], 'corr_cholesky': [[[1., 0.], [.6, .8]], [[1., 0.], [1., 1.]]],
    'square': [[[1., 2.], [3., 4.]]], 'symmetric': [[[1., 2.], [2., 4.]], [[1., 2.], [3., 4.]]],
    'positive_semidefinite': [[[1., 1.], [1., 4.]], [[1., 2.], [2., 1.]]], 'positive_definite': [[[2., 1.], [1., 2.]], [[1., 2.], [2., 1.]]],
    'greater_than(2.)': [2., 3.], 'greater_than_eq(2.)': [1., 2.], 'less_than(2.)': [1., 2.], 'interval(-1., 2.)': [-1., 2., 3.],
    'half_open_interval(-1., 2.)': [-1., 2.], 'integer_interval(1, 3)': [0., 1., 2.5, 3.], 'multinomial(3)': [[1., 2.], [2., 2.], [-1., 0.]],
}


def plain(x):
    if isinstance(x, torch.Tensor):
        return {'shape': list(x.shape), 'data': [plain(v) for v in x.detach().flatten().tolist()]}
    if isinstance(x, float) and not math.isfinite(x):
        return str(x)
    return x


def parameter(x, tensors, dtype=torch.float32):
    if not isinstance(x, list):
        return x
    tensors.append(torch.tensor(x, requires_grad=True, dtype=dtype))
    return tensors[-1]


def made(cls, args, kwargs, dtype=torch.float32):
    tensors = []
    args = [parameter(x, tensors, dtype) for x in args]
    return (BUILDERS[cls] if cls in BUILDERS else getattr(D, cls))(*args, **{k: parameter(v, tensors, dtype) for k, v in kwargs.items()}), tensors


def asked(fn):
    try:
        return fn()
    except (NotImplementedError, AttributeError):
        return None


def weights(x):
    """A sum in which no two elements count the same."""
    return (x * torch.arange(1., x.numel() + 1).reshape(x.shape).to(x.dtype)).sum()


def grads(y, tensors):
    if not y.requires_grad:
        return []
    return [None if g is None else plain(g) for g in torch.autograd.grad(weights(y), tensors, retain_graph=True, allow_unused=True)]


def case(cls, args, kwargs, ask):
    row = {'cls': cls, 'args': args, 'kwargs': kwargs, 'ask': ask}
    dtype = getattr(torch, ask.get('dtype', 'float32'))
    m, tensors = made(cls, args, kwargs, dtype)
    row.update(repr=repr(m), batchShape=list(m.batch_shape), eventShape=list(m.event_shape), hasRsample=m.has_rsample,
               hasEnumerateSupport=m.has_enumerate_support, support=asked(lambda: str(m.support)))
    row['properties'] = {name: plain(asked(lambda: getattr(m, name))) for name in ('mean', 'mode', 'variance', 'stddev')}
    # of large parameters PyTorch's trigamma, to which it differentiates, leaves too few digits
    entropy = asked(m.entropy) if ask.get('entropy', True) else None
    row['entropy'] = None if entropy is None else [plain(entropy), grads(entropy, tensors)]
    row['samples'] = []
    for shape in SHAPES:
        torch.manual_seed(len(shape))
        row['samples'].append(plain(m.sample(torch.Size(shape))))
    if m.has_rsample:
        torch.manual_seed(5)
        # what Wishart draws again has no gradient in PyTorch, which changes its mask in place
        x = m.rsample(torch.Size([4]), **({'max_try_correction': ask['tries']} if 'tries' in ask else {}))
        row['rsample'] = [plain(x), grads(x, tensors)]
    torch.manual_seed(6)
    wide = m.expand(torch.Size([2, *m.batch_shape]))
    row['expanded'] = [repr(wide), plain(wide.sample())]
    if m.has_enumerate_support:
        row['enumerated'] = [plain(asked(m.enumerate_support)), plain(asked(lambda: m.enumerate_support(expand=False)))]
    if 'values' in ask:
        values = torch.tensor(ask['values'], dtype=dtype)
        p = m.log_prob(values)
        row['logProb'] = [plain(p), grads(p, tensors)]
        row['cdf'] = plain(asked(lambda: m.cdf(values)))
    if 'levels' in ask:
        row['icdf'] = plain(asked(lambda: m.icdf(torch.tensor(ask['levels'], dtype=dtype))))
    row['reprAfter'] = repr(m)
    return row


def divergence(p, q):
    (a, ta), (b, tb) = made(*p), made(*q)
    kl = D.kl_divergence(a, b)
    return {'p': p, 'q': q, 'kl': plain(kl), 'grads': grads(kl, ta + tb)}


def each():
    for p in EACH:
        for q in EACH:
            try:
                D.kl_divergence(made(*p)[0], made(*q)[0])
            except NotImplementedError:
                continue
            yield p, q


def transform(cls, args, options, x):
    make = TRANSFORM_BUILDERS[cls] if cls in TRANSFORM_BUILDERS else getattr(D, cls)
    t = make(*[torch.tensor(a) if isinstance(a, list) else a for a in args], **options)
    x = torch.tensor(x, requires_grad=True)
    y = t(x)
    row = {'cls': cls, 'args': args, 'options': options, 'repr': repr(t), 'bijective': t.bijective, 'x': plain(x), 'y': [plain(y), grads(y, [x])],
           'inverse': plain(t.inv(y)), 'shapes': [list(t.forward_shape(x.shape)), list(t.inverse_shape(y.shape))], 'sign': asked(lambda: plain(t.sign)),
           'domain': asked(lambda: repr(t.domain)), 'codomain': asked(lambda: repr(t.codomain))}
    jacobian = asked(lambda: t.log_abs_det_jacobian(x, y))
    row['jacobian'] = None if jacobian is None else [plain(jacobian), grads(jacobian, [x])]
    return row


def registered(text):
    c = eval(text, vars(C))  # noqa: S307 the texts above
    return {'text': text, **{name: asked(lambda: repr(registry(c))) for name, registry in (('biject_to', D.biject_to), ('transform_to', D.transform_to))}}


def message(fn):
    try:
        fn()
    except Exception as e:  # noqa: BLE001 whatever it is, its text is what is recorded
        return str(e)
    raise AssertionError('no error')


def constraint(text, values):
    c = eval(text, vars(C))  # noqa: S307 the texts above
    return {'text': text, 'repr': repr(c), 'isDiscrete': c.is_discrete, 'eventDim': c.event_dim,
            'values': plain(torch.tensor(values)), 'valid': c.check(torch.tensor(values)).tolist()}


def reinforce():
    """A policy learns which of three arms pays; the losses of its steps."""
    torch.manual_seed(3)
    policy = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.Adam(policy.parameters(), lr=0.05)
    losses = []
    for _ in range(8):
        state = torch.randn(16, 4)
        m = D.Categorical(logits=policy(state))
        action = m.sample()
        reward = (action == 2).float() - 0.5 * state[:, 0]
        loss = (-m.log_prob(action) * reward).mean() - 0.01 * m.entropy().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def vae():
    """The loss of a variational autoencoder of one layer, step by step."""
    torch.manual_seed(4)
    encoder, decoder = torch.nn.Linear(6, 4), torch.nn.Linear(2, 6)
    optimizer = torch.optim.SGD([*encoder.parameters(), *decoder.parameters()], lr=0.1)
    losses = []
    for _ in range(5):
        x = D.Bernoulli(0.4).sample((10, 6))
        loc, log_scale = encoder(x).chunk(2, 1)
        q = D.Normal(loc, log_scale.exp())
        z = q.rsample()
        likelihood = D.Independent(D.Bernoulli(logits=decoder(z)), 1).log_prob(x)
        loss = (D.kl_divergence(q, D.Normal(0, 1)).sum(-1) - likelihood).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


class Low(C.Constraint):
    """Matrices with a small trace: what takes the place of being definite, which for some samples hangs on the last bit."""
    event_dim = 2

    def check(self, value):
        return value.diagonal(dim1=-2, dim2=-1).sum(-1) < 9


class LowWishart(D.Wishart):
    support = Low()


def wishart():
    """What Wishart draws again, and again, and what comes after it."""
    rows = []
    for df in 3.5, [3.0, 4.0]:
        for shape in SHAPES:
            for tries in None, 2:
                torch.manual_seed(8)
                x = LowWishart(torch.tensor(df), torch.tensor([[2.0, 0.5], [0.5, 1.0]])).rsample(torch.Size(shape), max_try_correction=tries)
                rows.append({'df': df, 'shape': shape, 'tries': tries, 'samples': plain(x), 'next': torch.rand(1).item()})
    return rows


recorded = {
    'cases': [case(*c) for c in CASES], 'kl': [divergence(*pair) for pair in (*KL, *each())],
    'transforms': [transform(*t) for t in TRANSFORMS], 'registered': [registered(text) for text in REGISTERED],
    'errors': {name: message(fn) for name, fn in ERRORS.items()},
    'constraints': [constraint(text, values) for text, values in CONSTRAINTS.items()],
    'reinforce': reinforce(), 'vae': vae(), 'wishart': wishart(),
}


def lines(rows):
    return '[\n' + ',\n'.join(json.dumps(row, separators=(',', ':'), allow_nan=False) for row in rows) + '\n]'


OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text('{\n' + ',\n'.join(
    f'"{key}":{lines(value) if isinstance(value, list) and isinstance(value[0], dict) else json.dumps(value, indent=1 if isinstance(value, dict) else None)}'
    for key, value in recorded.items()) + '\n}\n')
print(f'{OUT}: {len(CASES)} distributions, {len(recorded["kl"])} divergences, {OUT.stat().st_size} bytes')
