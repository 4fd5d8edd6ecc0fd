import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader


def main(print, train_set, test_set, epochs=5):
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=32, shuffle=False)

    net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 300),
        nn.Linear(300, 100),
        nn.Linear(100, 10),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.01)

    for epoch in range(epochs):
        train_loss, train_right = 0.0, 0
        net.train()
        for images, labels in train_loader:
            out = net(images)
            loss = criterion(out, labels)

            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

            train_loss += loss.item() * images.size(0)
            train_right += (out.argmax(1) == labels).sum().item()

        test_loss, test_right = 0.0, 0
        net.eval()
        with torch.no_grad():
            for images, labels in test_loader:
                out = net(images)
                loss = criterion(out, labels)

                test_loss += loss.item() * images.size(0)
                test_right += (out.argmax(1) == labels).sum().item()

        print(f'epoch {epoch + 1}, '
              f'train loss {train_loss / len(train_set):.6f}, train acc {train_right / len(train_set):.6f}, '
              f'test loss {test_loss / len(test_set):.6f}, test acc {test_right / len(test_set):.6f}')
