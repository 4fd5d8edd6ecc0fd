import * as torch from 'sconce';
import { draw, plot, show } from 'playground';

const { nn, optim } = torch;
const F = nn.functional;
const { datasets, transforms } = torch.torchvision;
const { DataLoader } = torch.utils.data;

torch.manualSeed(0);

// digits that are drawn by code: nothing is downloaded
const transform = new transforms.ToTensor();
const train = new DataLoader(new datasets.SyntheticDigits({ transform }), { batchSize: 64, shuffle: true });
const test = new DataLoader(new datasets.SyntheticDigits({ train: false, length: 1000, transform }), { batchSize: 500 });

class Net extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  override forward(x: torch.Tensor): torch.Tensor {
    x = F.maxPool2d(F.relu(this.conv1(x)), 2);
    x = F.maxPool2d(F.relu(this.conv2(x)), 2);
    x = torch.flatten(x, 1);
    return this.fc3(F.relu(this.fc2(F.relu(this.fc1(x)))));
  }
}

const net = new Net();
console.log(net);
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.SGD(net.parameters(), { lr: 0.02, momentum: 0.9 });

for await (const [images] of train) {
  await show(images.narrow(0, 0, 32), { nrow: 16 });
  break;
}

for (let epoch = 1; epoch <= 3; epoch++) {
  for await (const [images, labels] of train) {
    optimizer.zeroGrad();
    const loss = criterion(net(images), labels);
    loss.backward();
    optimizer.step();
    plot({ loss: await loss.item() });
  }
  let right = 0;
  await torch.noGrad(async () => {
    for await (const [images, labels] of test) right += Number(await net(images).argmax(1).eq(labels).sum().item());
  });
  console.log(`epoch ${epoch}: ${right} of 1000 test digits are read right`);
}

// Stop ends this
console.log('draw a digit');
for (;;) {
  const digit = await draw({ width: 28, height: 28 });
  const shares = net(digit).detach().softmax(1).squeeze(0);
  const best = Number(await shares.argmax().item());
  console.log(`this is a ${best}, I am ${(100 * Number(await shares.index(best).item())).toFixed(0)} % sure`);
}
