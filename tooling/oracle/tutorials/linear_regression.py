import torch
import torch.nn as nn
import torch.optim as optim


def main(print):
    torch.manual_seed(0)

    # y = 3x + 2, and some noise
    x = torch.rand(100, 1) * 5
    y = 3 * x + 2 + torch.randn(100, 1) * 0.1

    model = nn.Linear(1, 1)
    print(model)
    criterion = nn.MSELoss()
    optimizer = optim.SGD(model.parameters(), lr=0.05)

    for epoch in range(300):
        loss = criterion(model(x), y)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        if epoch % 50 == 49:
            print(f'epoch {epoch + 1}, loss {loss.item():.6f}')

    print(f'y = {model.weight.item():.4f} x + {model.bias.item():.4f}')
    with torch.no_grad():
        print(model(torch.tensor([[4.0]])))
