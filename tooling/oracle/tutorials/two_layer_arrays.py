import numpy as np
import torch


def main(print, steps=500, every=100):
    torch.manual_seed(0)

    def randn(rows, columns):  # so that all three versions have a generator to share
        return torch.randn(rows, columns, dtype=torch.double).numpy()

    N, D_in, H, D_out = 64, 1000, 100, 10

    x = randn(N, D_in)
    y = randn(N, D_out)

    w1 = randn(D_in, H)
    w2 = randn(H, D_out)

    learning_rate = 1e-6
    for t in range(steps):
        # forward
        h = x.dot(w1)
        h_relu = np.maximum(h, 0)
        y_pred = h_relu.dot(w2)

        loss = float(np.square(y_pred - y).sum())
        if t % every == every - 1:
            print(t, loss)

        # backward
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.T.dot(grad_y_pred)
        grad_h_relu = grad_y_pred.dot(w2.T)
        grad_h = grad_h_relu.copy()
        grad_h[h < 0] = 0
        grad_w1 = x.T.dot(grad_h)

        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
