import * as torch from 'sconce';
import { openFile } from 'playground';

// a file that torch.save wrote, in Python or here; it stays on this machine
const file = await openFile('.pth,.pt,.bin');
const saved = await torch.load(file, { mapLocation: 'cpu' });

let numbers = 0;
function tell(value: unknown, name: string): void {
  if (value instanceof torch.Tensor) {
    numbers += value.numel();
    console.log(`${name}: ${value.dtype}, shape [${[...value.shape].join(', ')}]`);
    console.log(value);
  } else if (value instanceof Map) {
    for (const [key, each] of value) tell(each, name ? `${name}.${String(key)}` : String(key));
  } else if (Array.isArray(value)) {
    value.forEach((each, i) => tell(each, `${name}[${i}]`));
  } else if (value !== null && typeof value === 'object') {
    for (const [key, each] of Object.entries(value)) tell(each, name ? `${name}.${key}` : key);
  } else {
    console.log(`${name}: ${String(value)}`);
  }
}
tell(saved, '');
console.log(`${numbers} numbers in tensors`);
