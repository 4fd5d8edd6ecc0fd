import './arithmetic.js';
import './conversion.js';
import './matmul.js';
import './reduction.js';
import './views.js';
