import './arithmetic.js';
import './conversion.js';
import './reduction.js';
import './views.js';
