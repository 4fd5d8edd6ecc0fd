// Sconce's half of exchange.py: goes on with the checkpoints of PyTorch, and writes some of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleSources } from '../conformance/src/framework.mjs';

const { folder, optimizers, before, after, safetensors } = JSON.parse(process.argv[2]);
const bundle = mkdtempSync(join(tmpdir(), 'sconce-exchange-'));
const torch = await import(pathToFileURL(await bundleSources(bundle)).href);
rmSync(bundle, { recursive: true });
const { nn } = torch;

const camelKeys = (options) => Object.fromEntries(Object.entries(options).map(([key, value]) => [key.replace(/_(.)/g, (_, c) => c.toUpperCase()), value]));

function network() {
  return new nn.Sequential(
    new nn.Conv2d(1, 4, 3, { padding: 1 }), new nn.BatchNorm2d(4), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.Linear(64, 10));
}

function training(name) {
  const net = network();
  const optimizer = new torch.optim[name](net.parameters(), camelKeys(optimizers[name]));
  return { model: net, optimizer, schedule: new torch.optim.lrScheduler.StepLR(optimizer, { stepSize: 4, gamma: 0.8 }) };
}

async function steps({ model, optimizer, schedule }, x, y, count) {
  const losses = [];
  for (let i = 0; i < count; i++) {
    const loss = await optimizer.step(() => {
      optimizer.zeroGrad();
      const l = nn.functional.crossEntropy(model(x), y);
      l.backward();
      return l;
    });
    losses.push(await loss.item());
    schedule.step();
  }
  return losses;
}

const { x, y } = await torch.loadNpz(join(folder, 'data.npz'));
await torch.saveNpz({ x, y }, join(folder, 'data.sconce.npz'), { compressed: true });

const continued = {}, own = {};
for (const name of Object.keys(optimizers)) {
  const theirs = training(name), checkpoint = await torch.load(join(folder, `${name}.python.pth`));
  for (const key of ['model', 'optimizer', 'schedule']) theirs[key].loadStateDict(checkpoint[key]);
  continued[name] = await steps(theirs, x, y, after);

  const ours = training(name);
  await steps(ours, x, y, before);
  const states = Object.fromEntries(Object.entries(ours).map(([key, part]) => [key, part.stateDict()]));
  await torch.save({ ...states, note: 'naïve', steps: before }, join(folder, `${name}.sconce.pth`));
  own[name] = await steps(ours, x, y, after);
}
const resnet = torch.torchvision.models.resnet18().eval();
resnet.loadStateDict(await torch.load(join(folder, 'resnet18.python.pth')));
const images = await torch.loadNpy(join(folder, 'images.npy'));
await torch.saveNpy(torch.noGrad(() => resnet(images)), join(folder, 'logits.npy'));
await torch.save(resnet.stateDict(), join(folder, 'resnet18.sconce.pth'));

await torch.save(network().stateDict(), join(folder, 'net.sconce.pth'));
if (safetensors) {
  await torch.safetensors.saveFile(await torch.safetensors.loadFile(join(folder, 'net.python.safetensors')), join(folder, 'net.sconce.safetensors'));
}
console.log(JSON.stringify({ continued, own }));
